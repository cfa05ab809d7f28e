package bleveindex

import "math/bits"

const (
	// With fewer postings than this in a window, its candidates are found by
	// walking them again; with more, by walking the window.
	fewPostings = windowSize / 4
	// With at most this many documents of a window passing the filter, each
	// is scored by itself.
	fewPassing = 32
)

// scored is the window that is being searched.
type scored struct {
	seg    int
	base   uint32
	window int
	pass   *passing
	gone   []uint64
	rare   *rarePostings
	cs     []cursor
	bounds []float32
}

// open returns which of 64 documents pass the filter and are not deleted.
func (w *scored) open(word int) uint64 {
	open := ^uint64(0)
	at := int(w.base/64) + word
	if w.pass != nil {
		open = w.pass.bits[at]
	}
	if w.gone != nil {
		open &^= w.gone[at]
	}
	return open
}

// each scores every document of the window that passes the filter.
func (s *search) each(w *scored) {
	scr := s.scratch
	w.rare.add(&scr.sums, w.window)
	for word := range scr.marks {
		scr.marks[word] = ^uint64(0)
	}
	s.finish(w, len(w.cs))
	clear(scr.sums[:])
}

// window sums the postings of the rare and the essential terms and finishes
// the candidates.
func (s *search) window(w *scored, split int) {
	scr := s.scratch
	work := w.rare.add(&scr.sums, w.window)
	for i := split; i < len(w.cs); i++ {
		w.cs[i].enter(w.window)
		work += w.cs[i].add(&scr.sums)
	}
	need := max(s.threshold*s.slack-w.bounds[split], 0x1p-126) // a document that none of the terms is in has the sum 0
	if work < fewPostings {
		s.markFew(w, split, need)
	} else {
		s.markAll(need)
	}
	s.finish(w, split)
	if work < fewPostings {
		s.clearFew(w, split)
	} else {
		clear(scr.sums[:])
	}
}

// few calls fn with what the rare and the essential terms hold of the window.
func (w *scored) few(split int, fn func(lows []uint16)) {
	lows, _ := w.rare.of(w.window)
	fn(lows)
	for i := split; i < len(w.cs); i++ {
		c := &w.cs[i]
		fn(c.run.once[c.once:c.onceEnd])
		fn(c.run.more[c.more:c.moreEnd])
	}
}

func (s *search) markFew(w *scored, split int, need float32) {
	scr := s.scratch
	w.few(split, func(lows []uint16) {
		for _, low := range lows {
			low %= windowSize
			if scr.sums[low] >= need {
				scr.marks[low/64] |= 1 << (low % 64)
			}
		}
	})
}

func (s *search) clearFew(w *scored, split int) {
	scr := s.scratch
	w.few(split, func(lows []uint16) {
		for _, low := range lows {
			scr.sums[low%windowSize] = 0
		}
	})
}

func (s *search) markAll(need float32) {
	scr := s.scratch
	for word := range scr.marks {
		var m uint64
		for i, sum := range scr.sums[word*64 : word*64+64] {
			if sum >= need {
				m |= 1 << i
			}
		}
		scr.marks[word] = m
	}
}

// gather lists the marked documents that pass and are not deleted, in order,
// and takes the marks off the others.
func (s *search) gather(w *scored) []uint16 {
	scr, n := s.scratch, 0
	for word, m := range scr.marks {
		if m == 0 {
			continue
		}
		m &= w.open(word)
		scr.marks[word] = m
		for ; m != 0; m &= m - 1 {
			scr.lows[n] = uint16(word*64 + bits.TrailingZeros64(m))
			n++
		}
	}
	return scr.lows[:n]
}

// finish adds the first cursors' scores to the sums of the marked documents,
// greatest bounds first, drops on the way what falls short of the threshold,
// and keeps the rest. It leaves no marks.
func (s *search) finish(w *scored, cursors int) {
	scr := s.scratch
	lows := s.gather(w)
	for i := cursors - 1; i >= 0 && len(lows) > 0; i-- {
		lows = scr.above(lows, s.threshold*s.slack-w.bounds[i+1])
		if len(lows) > 0 {
			w.cs[i].enter(w.window)
			w.cs[i].addMarked(scr, lows)
		}
	}
	for _, low := range lows {
		scr.marks[low/64] = 0
		if sum := scr.sums[low]; sum >= s.threshold*s.slack && sum > 0 {
			s.pool = append(s.pool, candidate{segment: int32(w.seg), doc: w.base | uint32(low), sum: sum})
			s.raise(sum)
		}
	}
	if len(s.pool) > s.poolLimit {
		s.prune()
		s.poolLimit = 2*len(s.pool) + 1024
	}
}

// above returns the candidates whose sums are at least need, and takes the
// marks off the others.
func (scr *scratch) above(lows []uint16, need float32) []uint16 {
	kept := 0
	for _, low := range lows {
		low %= windowSize
		if scr.sums[low] >= need {
			lows[kept] = low
			kept++
		} else {
			scr.marks[low/64] &^= 1 << (low % 64)
		}
	}
	return lows[:kept]
}

func (s *search) prune() {
	need, kept := s.threshold*s.slack, s.pool[:0]
	for _, c := range s.pool {
		if c.sum >= need {
			kept = append(kept, c)
		}
	}
	s.pool = kept
}
