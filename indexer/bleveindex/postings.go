package bleveindex

import (
	"math/bits"
	"slices"
	"sync/atomic"
)

// freq returns how often a document holds a term, 0 when it does not.
func (v *fieldView) freq(ord int, doc uint32) int {
	if d, ok := v.dense[ord]; ok {
		return v.exactFreq(ord, doc, d.freqs[doc])
	}
	runs, at := v.docs[v.start[ord]:v.start[ord+1]], v.first[ord]
	for len(runs) > 0 {
		block, n := uint32(runs[0]), int(runs[1])+1
		if block == doc>>blockBits {
			if i, ok := slices.BinarySearch(runs[2:2+n], uint16(doc)); ok {
				return v.exactFreq(ord, doc, v.freqs[int(at)+i])
			}
			return 0
		}
		if block > doc>>blockBits {
			return 0
		}
		runs, at = runs[2+n:], at+uint32(n)
	}
	return 0
}

// liveDF is the number of documents that hold the term and are not among the
// deleted: log lists these in the order in which they were deleted, gone has
// a bit for each. A segment's log only grows, so what was counted for a
// shorter one is kept and counted on from.
func (v *fieldView) liveDF(ord int, log []uint32, gone []uint64) int {
	df := v.df(ord)
	if len(log) == 0 {
		return df
	}
	memo := &v.deadCounts()[ord]
	packed := memo.Load()
	seen, dead := int(packed>>32), int(uint32(packed))
	switch {
	case seen == len(log):
		return df - dead
	case seen < len(log) && (len(log)-seen)*8 < df:
		for _, doc := range log[seen:] {
			if v.freq(ord, doc) > 0 {
				dead++
			}
		}
	default: // the list is shorter than what is to be looked up, or the memo is of a later log
		dead = v.countGone(ord, gone)
	}
	if seen < len(log) {
		memo.CompareAndSwap(packed, uint64(len(log))<<32|uint64(dead))
	}
	return df - dead
}

func (v *fieldView) deadCounts() []atomic.Uint64 {
	if dead := v.dead.Load(); dead != nil {
		return *dead
	}
	v.once.Lock()
	defer v.once.Unlock()
	if dead := v.dead.Load(); dead != nil {
		return *dead
	}
	dead := make([]atomic.Uint64, v.dict.size())
	v.dead.Store(&dead)
	return dead
}

func (v *fieldView) countGone(ord int, gone []uint64) int {
	n := 0
	if d, ok := v.dense[ord]; ok {
		for i, word := range gone {
			for ; word != 0; word &= word - 1 {
				if d.freqs[i*64+bits.TrailingZeros64(word)] > 0 {
					n++
				}
			}
		}
		return n
	}
	for runs := v.docs[v.start[ord]:v.start[ord+1]]; len(runs) > 0; {
		base, count := uint32(runs[0])<<blockBits, int(runs[1])+1
		for _, low := range runs[2 : 2+count] {
			doc := base | uint32(low)
			n += int(gone[doc/64] >> (doc % 64) & 1)
		}
		runs = runs[2+count:]
	}
	return n
}

// cursor walks one term's postings in one segment, window by window.
type cursor struct {
	view   *fieldView
	ord    int
	weight float32 // the term's weight times its IDF
	bound  float32 // no document's score has more of this term
	impact *impactTable
	dense  []uint8

	block  int      // of the open run; noBlock after the last
	run    []uint16 // the open run's documents
	freqs  []uint8  // their frequencies
	runs   []uint16 // the runs after it
	others []uint8  // their frequencies
	lo, hi int      // the window's part of the run
	window int      // the window that lo and hi are of
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
	c.runs = c.view.docs[c.view.start[c.ord]:c.view.start[c.ord+1]]
	c.others = c.view.freqs[c.view.first[c.ord]:c.view.first[c.ord+1]]
	c.nextRun()
}

func (c *cursor) nextRun() {
	c.lo, c.hi = 0, 0
	if len(c.runs) == 0 {
		c.block, c.run = noBlock, nil
		return
	}
	n := int(c.runs[1]) + 1
	c.block, c.run, c.runs = int(c.runs[0]), c.runs[2:2+n], c.runs[2+n:]
	c.freqs, c.others = c.others[:n], c.others[n:]
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
	c.lo = gallop(c.run, c.hi, base)
	c.hi = gallop(c.run, c.lo, base+windowSize)
}

// after returns the next window, after the present one, that holds a posting.
func (c *cursor) after() int {
	switch {
	case c.dense != nil:
		return c.window + 1
	case c.hi < len(c.run):
		return c.block<<(blockBits-windowBits) | int(c.run[c.hi])>>windowBits
	case len(c.runs) > 0:
		return int(c.runs[0])<<(blockBits-windowBits) | int(c.runs[2])>>windowBits
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
	} else if i, ok := slices.BinarySearch(c.run[c.lo:c.hi], uint16(doc)); ok {
		freq = c.freqs[c.lo+i]
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
