package bleveindex

import (
	"math/bits"
	"sync/atomic"
)

// df is the number of documents that hold the term, deleted ones included.
func (v *fieldView) df(ref termRef) int {
	if ref.long() {
		return int(v.lists[ref.at].df)
	}
	return v.shortDF(ref)
}

// freq returns how often a document holds a long list's term, 0 when it does
// not.
func (v *fieldView) freq(list int, doc uint32) int {
	if plane := v.plane(list); plane != nil {
		if freq := inPlane(plane, doc); freq < 3 {
			return int(freq)
		}
	}
	low := uint16(doc)
	for walk := v.runs(list); ; {
		r, ok := walk.next()
		if !ok || r.block > int(doc>>blockBits) {
			return 0
		}
		if r.block < int(doc>>blockBits) {
			continue
		}
		if i := seek(r.once, 0, int(low)); i < len(r.once) && r.once[i] == low {
			return 1
		}
		if i := seek(r.more, 0, int(low)); i < len(r.more) && r.more[i] == low {
			return v.exactFreq(list, doc, r.freqs[i])
		}
	}
}

// liveDF is the number of documents that hold the term and are not among the
// deleted: log lists these in the order in which they were deleted, gone has
// a bit for each. A segment's log only grows, so what was counted for a
// shorter one is kept and counted on from.
func (v *fieldView) liveDF(ref termRef, log []uint32, gone []uint64) int {
	df := v.df(ref)
	if len(log) == 0 {
		return df
	}
	if !ref.long() {
		for l := v.short(ref); l.next(); {
			df -= isGone(gone, l.doc)
		}
		return df
	}
	list := int(ref.at)
	memo := &v.deadCounts()[list]
	packed := memo.Load()
	seen, dead := int(packed>>32), int(uint32(packed))
	switch {
	case seen == len(log):
		return df - dead
	case seen < len(log) && (len(log)-seen)*8 < df:
		for _, doc := range log[seen:] {
			if v.freq(list, doc) > 0 {
				dead++
			}
		}
	default: // the list is shorter than what is to be looked up, or the memo is of a later log
		dead = v.countGone(list, gone)
	}
	if seen < len(log) {
		memo.CompareAndSwap(packed, uint64(len(log))<<32|uint64(dead))
	}
	return df - dead
}

func isGone(gone []uint64, doc uint32) int { return int(gone[doc/64] >> (doc % 64) & 1) }

func (v *fieldView) deadCounts() []atomic.Uint64 {
	if dead := v.dead.Load(); dead != nil {
		return *dead
	}
	dead := make([]atomic.Uint64, len(v.lists))
	if v.dead.CompareAndSwap(nil, &dead) {
		return dead
	}
	return *v.dead.Load()
}

// countGone counts the deleted documents of a long list.
func (v *fieldView) countGone(list int, gone []uint64) (n int) {
	plane := v.plane(list)
	if plane != nil {
		for i, word := range gone[:len(plane)/2] {
			n += bits.OnesCount64(word & (plane[2*i] | plane[2*i+1]))
		}
		return n
	}
	for walk := v.runs(list); ; {
		r, ok := walk.next()
		if !ok {
			return n
		}
		for _, docs := range [][]uint16{r.once, r.more} {
			for _, low := range docs {
				n += isGone(gone, uint32(r.block)<<blockBits|uint32(low))
			}
		}
	}
}
