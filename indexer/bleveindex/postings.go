package bleveindex

import (
	"math/bits"
	"slices"
	"sync/atomic"
)

// runs walks a term's runs.
type runs struct {
	block uint32
	docs  []uint16 // the low 16 bits of the run's documents
	freqs []uint8

	one      bool // there are no heads
	moreDocs []uint16
	more     []uint8
}

func (v *fieldView) runs(ord int) runs {
	if v.blocks == 1 {
		return runs{one: true, moreDocs: v.docs[v.first[ord]:v.first[ord+1]], more: v.freqs[v.first[ord]:v.first[ord+1]]}
	}
	return runs{moreDocs: v.docs[v.start[ord]:v.start[ord+1]], more: v.freqs[v.first[ord]:v.first[ord+1]]}
}

// next moves to the next run, if there is one.
func (r *runs) next() bool {
	if len(r.more) == 0 {
		return false
	}
	n := len(r.more)
	if !r.one {
		r.block, n = uint32(r.moreDocs[0]), int(r.moreDocs[1])+1
		r.moreDocs = r.moreDocs[2:]
	}
	r.docs, r.moreDocs = r.moreDocs[:n], r.moreDocs[n:]
	r.freqs, r.more = r.more[:n], r.more[n:]
	return true
}

// peek returns the first document of the next run, if there is one.
func (r *runs) peek() (doc uint32, ok bool) {
	switch {
	case len(r.more) == 0:
		return 0, false
	case r.one:
		return uint32(r.moreDocs[0]), true
	}
	return uint32(r.moreDocs[0])<<blockBits | uint32(r.moreDocs[2]), true
}

// freq returns how often a document holds a term, 0 when it does not.
func (v *fieldView) freq(ord int, doc uint32) int {
	if d, ok := v.dense[ord]; ok {
		return v.exactFreq(ord, doc, d.freqs[doc])
	}
	for r := v.runs(ord); r.next() && r.block <= doc>>blockBits; {
		if r.block == doc>>blockBits {
			if i, ok := slices.BinarySearch(r.docs, uint16(doc)); ok {
				return v.exactFreq(ord, doc, r.freqs[i])
			}
		}
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
	for r := v.runs(ord); r.next(); {
		for _, low := range r.docs {
			doc := r.block<<blockBits | uint32(low)
			n += int(gone[doc/64] >> (doc % 64) & 1)
		}
	}
	return n
}
