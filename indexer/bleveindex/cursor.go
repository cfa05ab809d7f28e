package bleveindex

import "math/bits"

// cursor walks one term's long list in one segment, window by window.
type cursor struct {
	view   *fieldView
	list   int
	weight float32 // the term's weight times its IDF
	bound  float32 // no document's score has more of this term
	impact *impactTable
	plane  []uint64

	walk   runs
	run    run // the open run; its block is noBlock after the last
	window int // the window that once and more are of
	once   int // the first of run.once, and of run.more, that is not passed
	more   int
	// What add took in of the window ends before these.
	onceEnd, moreEnd int
}

// noBlock is greater than any block or window.
const noBlock = 1 << 40

func (c *cursor) open() {
	c.window = -1
	c.plane = c.view.plane(c.list)
	c.walk = c.view.runs(c.list)
	c.nextRun()
}

func (c *cursor) nextRun() {
	var ok bool
	if c.run, ok = c.walk.next(); !ok {
		c.run.block = noBlock
	}
	c.once, c.more, c.onceEnd, c.moreEnd = 0, 0, 0, 0
}

// enter moves to a window, which is not before the present one.
func (c *cursor) enter(window int) {
	if c.window == window {
		return
	}
	c.window = window
	block := window >> (blockBits - windowBits)
	if c.enterBlock(block); c.run.block > block {
		return
	}
	low := window << windowBits & (1<<blockBits - 1)
	c.once = seek(c.run.once, max(c.once, c.onceEnd), low)
	c.more = seek(c.run.more, max(c.more, c.moreEnd), low)
	c.onceEnd, c.moreEnd = c.once, c.more
}

// enterBlock moves to a block, which is not before the present one, or to the
// one after it that holds any posting.
func (c *cursor) enterBlock(block int) {
	for c.run.block < block {
		c.nextRun()
	}
}

// skip moves past a window.
func (c *cursor) skip(window int) {
	c.enter(window)
	if c.run.block == window>>(blockBits-windowBits) {
		end := (window+1)<<windowBits - c.run.block<<blockBits
		c.onceEnd, c.moreEnd = seek(c.run.once, c.once, end), seek(c.run.more, c.more, end)
	}
}

// after returns the next window, after the present one, that holds a posting;
// what is in the present one was taken in by add.
func (c *cursor) after() int {
	if c.plane != nil {
		return c.window + 1
	}
	for c.onceEnd == len(c.run.once) && c.moreEnd == len(c.run.more) {
		if c.run.block == noBlock {
			return noBlock
		}
		c.nextRun()
	}
	low := uint16(1<<blockBits - 1)
	if c.onceEnd < len(c.run.once) {
		low = c.run.once[c.onceEnd]
	}
	if c.moreEnd < len(c.run.more) {
		low = min(low, c.run.more[c.moreEnd])
	}
	return c.run.block<<(blockBits-windowBits) | int(low)>>windowBits
}

// freq is how often the term is in a document of the present window, bigFreq
// for that or more. Documents are asked for in order.
func (c *cursor) freq(doc uint32) uint8 {
	if c.plane != nil {
		if freq := inPlane(c.plane, doc); freq < 3 {
			return freq
		}
	}
	if c.run.block != int(doc>>blockBits) {
		return 0
	}
	low := int(doc & (1<<blockBits - 1))
	c.once = seek(c.run.once, c.once, low)
	if c.once < len(c.run.once) && int(c.run.once[c.once]) == low {
		return 1
	}
	c.more = seek(c.run.more, c.more, low)
	if c.more < len(c.run.more) && int(c.run.more[c.more]) == low {
		return c.run.freqs[c.more]
	}
	return 0
}

// factor is BM25 without IDF and weight.
func (c *cursor) factor(doc uint32, freq uint8) float32 {
	return c.impact.impact(c.view.exactFreq(c.list, doc, freq), c.view.length(doc))
}

// add adds what the term gives to each document of the present window, and
// returns how much work that was.
func (c *cursor) add(sums *[windowSize]float32) (work int) {
	base := uint32(c.window) << windowBits
	lengths := c.view.lengths[base:min(int(base)+windowSize, len(c.view.lengths))]
	if c.plane != nil {
		c.addPlane(sums, base, lengths)
		work = windowSize
	}
	if c.run.block != c.window>>(blockBits-windowBits) {
		return work
	}
	end := int(base&(1<<blockBits-1)) + windowSize
	c.onceEnd = seek(c.run.once, c.once, end)
	c.moreEnd = seek(c.run.more, c.more, end)
	table, weight := c.impact.of(1), c.weight
	for _, doc := range c.run.once[c.once:c.onceEnd] {
		d := doc % windowSize
		if length := int(lengths[d]); length < len(table) {
			sums[d] += weight * table[length]
		} else {
			sums[d] += weight * c.factor(base|uint32(d), 1)
		}
	}
	freqs := c.run.freqs[c.more:c.moreEnd]
	for i, doc := range c.run.more[c.more:c.moreEnd] {
		d := doc % windowSize
		sums[d] += weight * c.factor(base|uint32(d), freqs[i])
	}
	return work + c.onceEnd - c.once + c.moreEnd - c.more
}

// addPlane adds what the plane tells: documents that hold the term once or
// twice.
func (c *cursor) addPlane(sums *[windowSize]float32, base uint32, lengths []uint16) {
	plane := c.plane[base/64*2:]
	plane = plane[:min(len(plane), windowSize/64*2)]
	weight, once, twice := c.weight, c.impact.of(1), c.impact.of(2)
	for at := 0; at+1 < len(plane); at += 2 {
		first, second := plane[at], plane[at+1]
		for m := first &^ second; m != 0; m &= m - 1 {
			d := (at*32 + bits.TrailingZeros64(m)) % windowSize
			if length := int(lengths[d]); length < len(once) {
				sums[d] += weight * once[length]
			} else {
				sums[d] += weight * c.factor(base|uint32(d), 1)
			}
		}
		for m := second &^ first; m != 0; m &= m - 1 {
			d := (at*32 + bits.TrailingZeros64(m)) % windowSize
			if length := int(lengths[d]); length < len(twice) {
				sums[d] += weight * twice[length]
			} else {
				sums[d] += weight * c.factor(base|uint32(d), 2)
			}
		}
	}
}

// To look a document up in a run takes as long as to walk this many postings.
const lookUpCost = 16

// addMarked adds what the term gives to the marked documents of the present
// window, which lows lists in order.
func (c *cursor) addMarked(scr *scratch, lows []uint16) {
	base := uint32(c.window) << windowBits
	here := c.run.block == c.window>>(blockBits-windowBits)
	if c.plane == nil && here && len(lows)*lookUpCost > (len(c.run.once)+len(c.run.more))>>(blockBits-windowBits) {
		c.walkMarked(scr, base)
		return
	}
	if c.plane == nil && !here {
		return
	}
	for _, low := range lows {
		doc := base | uint32(low)
		if freq := c.freq(doc); freq > 0 {
			scr.sums[low%windowSize] += c.weight * c.factor(doc, freq)
		}
	}
}

// walkMarked walks all the window's postings for the marked ones.
func (c *cursor) walkMarked(scr *scratch, base uint32) {
	end := int(base&(1<<blockBits-1)) + windowSize
	c.onceEnd = seek(c.run.once, c.once, end)
	c.moreEnd = seek(c.run.more, c.more, end)
	for _, doc := range c.run.once[c.once:c.onceEnd] {
		low := doc % windowSize
		if scr.marks[low/64]>>(low%64)&1 != 0 {
			scr.sums[low] += c.weight * c.factor(base|uint32(low), 1)
		}
	}
	freqs := c.run.freqs[c.more:c.moreEnd]
	for i, doc := range c.run.more[c.more:c.moreEnd] {
		low := doc % windowSize
		if scr.marks[low/64]>>(low%64)&1 != 0 {
			scr.sums[low] += c.weight * c.factor(base|uint32(low), freqs[i])
		}
	}
}
