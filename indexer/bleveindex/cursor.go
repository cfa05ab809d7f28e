package bleveindex

import "slices"

// cursor walks one term's postings in one segment, window by window.
type cursor struct {
	view   *fieldView
	ord    int
	weight float32 // the term's weight times its IDF
	bound  float32 // no document's score has more of this term
	impact *impactTable
	dense  []uint8

	runs   runs
	block  int // of the open run; noBlock after the last
	lo, hi int // the window's part of the run
	window int // the window that lo and hi are of
}

// noBlock is greater than any block or window.
const noBlock = 1 << 40

func (c *cursor) open() {
	c.window = -1
	if d, ok := c.view.dense[c.ord]; ok {
		c.dense = d.freqs
		return
	}
	c.dense = nil
	c.runs = c.view.runs(c.ord)
	c.nextRun()
}

func (c *cursor) nextRun() {
	c.lo, c.hi = 0, 0
	if !c.runs.next() {
		c.block, c.runs.docs = noBlock, nil
		return
	}
	c.block = int(c.runs.block)
}

// enter moves to a window, which is not before the present one.
func (c *cursor) enter(window int) {
	if c.window == window {
		return
	}
	c.window = window
	if c.dense != nil {
		return
	}
	block := window >> (blockBits - windowBits)
	for c.block < block {
		c.nextRun()
	}
	if c.block > block {
		return
	}
	base := window << windowBits & (1<<blockBits - 1)
	c.lo = gallop(c.runs.docs, c.hi, base)
	c.hi = gallop(c.runs.docs, c.lo, base+windowSize)
}

// after returns the next window, after the present one, that holds a posting.
func (c *cursor) after() int {
	switch {
	case c.dense != nil:
		return c.window + 1
	case c.hi < len(c.runs.docs):
		return c.block<<(blockBits-windowBits) | int(c.runs.docs[c.hi])>>windowBits
	}
	if doc, ok := c.runs.peek(); ok {
		return int(doc >> windowBits)
	}
	return noBlock
}

// postings is how much work the present window is.
func (c *cursor) postings() int {
	if c.dense != nil {
		return windowSize
	}
	return c.hi - c.lo
}

// score returns what the term adds to a document of the present window.
func (c *cursor) score(doc uint32) float32 {
	var freq uint8
	if c.dense != nil {
		freq = c.dense[doc]
	} else if i, ok := slices.BinarySearch(c.runs.docs[c.lo:c.hi], uint16(doc)); ok {
		freq = c.runs.freqs[c.lo+i]
	}
	if freq == 0 {
		return 0
	}
	return c.weight * c.factor(doc, freq)
}

// factor is BM25 without IDF and weight.
func (c *cursor) factor(doc uint32, freq uint8) float32 {
	if length := c.view.lengths[doc]; length < tableLengths && freq < tableFreqs {
		return c.impact.at[uint(length)*tableFreqs|uint(freq)]
	}
	return c.impact.compute(c.view.exactFreq(c.ord, doc, freq), c.view.length(doc))
}

// gallop returns the first index from which on run is at least low.
func gallop(run []uint16, from, low int) int {
	step := 1
	to := from
	for to < len(run) && int(run[to]) < low {
		from = to + 1
		to += step
		step *= 2
	}
	to = min(to, len(run))
	for from < to {
		mid := int(uint(from+to) >> 1)
		if int(run[mid]) < low {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return from
}
