package bleveindex

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"math/bits"
	"slices"
	"sync"

	"precedent/indexer"
)

const (
	// Terms become non-essential while their bounds sum to at most this share
	// of the threshold. Higher shares save postings but cost look-ups; .9 was
	// four times slower at 120 terms.
	splitShare = .55
	// With fewer postings than this in a window, its candidates are found by
	// walking them again; with more, by walking the window.
	fewPostings = windowSize / 4
	// With at most this many documents of a window passing the filter, each
	// is scored by itself.
	fewPassing = 32
	// How many windows are searched between looks at the context.
	windowsBetweenLooks = 32
)

// search is one query on one publication. It finds the exact best: single
// precision sums pick the candidates with room for their rounding, and what
// is left at the end is scored again in double precision, term by term in the
// query's order.
type search struct {
	p     *publication
	q     *indexer.Query
	stats indexer.Stats
	ords  []int32 // segment by segment, the terms' ordinals or -1
	slack float32 // 1 less the room left for rounding

	best      []float32   // the k best sums so far, least first: a heap
	threshold float32     // the least of them, 0 until there are k
	pool      []candidate // what may be among the k best
	poolLimit int

	scratch *scratch
}

type candidate struct {
	segment int32
	doc     uint32
	sum     float32
}

// scratch is what a search works with, kept for the next one.
type scratch struct {
	sums    [windowSize]float32
	marks   [windowSize / 64]uint64
	cursors []cursor
	bounds  []float32 // bounds[i] sums the bounds of cursors before i
	ords    []int32
	best    []float32
	pool    []candidate
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func (p *publication) search(ctx context.Context, q *indexer.Query) (indexer.Result, error) {
	scr := scratches.Get().(*scratch)
	defer scratches.Put(scr)
	scr.ords = slices.Grow(scr.ords[:0], len(p.segments)*len(q.Terms))[:len(p.segments)*len(q.Terms)]
	s := search{
		p: p, q: q, ords: scr.ords, scratch: scr,
		slack:     1 - float32(len(q.Terms)+4)*0x1p-22,
		best:      scr.best[:0],
		pool:      scr.pool[:0],
		poolLimit: 4*q.K + 1024,
	}
	s.stats = p.stats(q.Terms, s.ords)
	for i := range p.segments {
		if err := s.segment(ctx, i); err != nil {
			return indexer.Result{}, err
		}
	}
	hits := s.rank()
	scr.best, scr.pool = s.best, s.pool
	return indexer.Result{Hits: hits, Stats: s.stats, Seq: p.seq}, nil
}

// segment searches one segment, windows of documents in turn. MaxScore
// (Turtle and Flood 1995): terms that together can't lift a document over the
// threshold are looked up for candidates of the others only.
func (s *search) segment(ctx context.Context, n int) error {
	seg := &s.p.segments[n]
	cs, bounds := s.openCursors(n)
	if len(cs) == 0 {
		return nil
	}
	pass := seg.view.pass(s.q.Filter)
	split := s.split(bounds, 0)
	for looks := 1; ; looks++ {
		if looks%windowsBetweenLooks == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if s.threshold*s.slack > bounds[len(cs)] {
			return nil // nothing here can reach it
		}
		window := noBlock
		for i := split; i < len(cs); i++ {
			window = min(window, cs[i].after())
		}
		if window<<windowBits >= seg.view.count {
			return nil
		}
		work := 0
		for i := split; i < len(cs); i++ {
			cs[i].enter(window)
			work += cs[i].postings()
		}
		w := scored{seg: n, base: uint32(window) << windowBits, window: window, pass: pass, gone: seg.gone, cs: cs, bounds: bounds}
		switch {
		case pass != nil && pass.counts[window] == 0:
		case pass != nil && pass.counts[window] <= fewPassing:
			s.each(&w)
		default:
			s.window(&w, split, work)
		}
		split = s.split(bounds, split)
	}
}

// openCursors opens a cursor for each term the segment has, least bound
// first, with the running sums of the bounds.
func (s *search) openCursors(n int) ([]cursor, []float32) {
	seg := &s.p.segments[n]
	cs := s.scratch.cursors[:0]
	for i, t := range s.q.Terms {
		ord := int(s.ords[n*len(s.q.Terms)+i])
		if ord < 0 || s.stats.DF[i] == 0 {
			continue
		}
		view, table := seg.view.fields[t.Field], s.p.table(t.Field)
		weight := float32(t.Weight * indexer.IDF(s.stats.Docs[t.Field], s.stats.DF[i]))
		cs = append(cs, cursor{
			view: view, ord: ord, weight: weight, impact: table,
			bound: weight * table.bound(view.peak(ord)) * 1.00001,
		})
	}
	s.scratch.cursors = cs
	slices.SortFunc(cs, func(a, b cursor) int { return cmp.Compare(a.bound, b.bound) })
	bounds := append(s.scratch.bounds[:0], 0)
	for i := range cs {
		cs[i].open()
		bounds = append(bounds, bounds[i]+cs[i].bound)
	}
	s.scratch.bounds = bounds
	return cs, bounds
}

func (s *search) split(bounds []float32, split int) int {
	for split+2 < len(bounds) && bounds[split+1] <= splitShare*s.threshold {
		split++
	}
	return split
}

// scored is the window that is being searched.
type scored struct {
	seg    int
	base   uint32
	window int
	pass   *passing
	gone   []uint64
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
	for word := range windowSize / 64 {
		for m := w.open(word); m != 0; m &= m - 1 {
			s.finish(w, w.base+uint32(word*64+bits.TrailingZeros64(m)), 0, len(w.cs))
		}
	}
}

// window sums the essential terms' postings and finishes the candidates.
func (s *search) window(w *scored, split, work int) {
	scr := s.scratch
	need := max(s.threshold*s.slack-w.bounds[split], 0)
	for i := split; i < len(w.cs); i++ {
		w.cs[i].addTo(&scr.sums, w.base)
	}
	if work < fewPostings {
		s.markFew(w, split, need)
	} else {
		s.markAll(need)
	}
	for word := range scr.marks {
		m := scr.marks[word]
		if m == 0 {
			continue
		}
		scr.marks[word] = 0
		for m &= w.open(word); m != 0; m &= m - 1 {
			i := word*64 + bits.TrailingZeros64(m)
			s.finish(w, w.base+uint32(i), scr.sums[i], split)
		}
	}
	if work < fewPostings {
		for i := split; i < len(w.cs); i++ {
			c := &w.cs[i]
			for _, doc := range c.runs.docs[c.lo:c.hi] {
				scr.sums[doc%windowSize] = 0
			}
		}
	} else {
		clear(scr.sums[:])
	}
}

// addTo adds what the term gives to each document of the window.
func (c *cursor) addTo(sums *[windowSize]float32, base uint32) {
	lengths := (*[windowSize]uint16)(c.view.lengths[base:])
	table, weight := &c.impact.at, c.weight
	if c.dense == nil {
		run := c.runs.docs[c.lo:c.hi]
		freqs := c.runs.freqs[c.lo:c.hi]
		for i, doc := range run {
			d := doc % windowSize
			length, freq := lengths[d], freqs[i]
			if length < tableLengths && freq < tableFreqs {
				sums[d] += weight * table[uint(length)*tableFreqs|uint(freq)]
			} else {
				sums[d] += weight * c.factor(base+uint32(d), freq)
			}
		}
		return
	}
	freqs := (*[windowSize]uint8)(c.dense[base:])
	for at := 0; at < windowSize; at += 8 {
		eight := binary.LittleEndian.Uint64(freqs[at:])
		for eight != 0 {
			shift := bits.TrailingZeros64(eight) &^ 7
			d, freq := at+shift/8, uint8(eight>>shift)
			eight &^= 0xff << shift
			length := lengths[d%windowSize]
			if length < tableLengths && freq < tableFreqs {
				sums[d%windowSize] += weight * table[uint(length)*tableFreqs|uint(freq)]
			} else {
				sums[d%windowSize] += weight * c.factor(base+uint32(d), freq)
			}
		}
	}
}

func (s *search) markFew(w *scored, split int, need float32) {
	scr := s.scratch
	for i := split; i < len(w.cs); i++ {
		c := &w.cs[i]
		for _, doc := range c.runs.docs[c.lo:c.hi] {
			d := doc % windowSize
			if scr.sums[d] >= need {
				scr.marks[d/64] |= 1 << (d % 64)
			}
		}
	}
}

func (s *search) markAll(need float32) {
	scr := s.scratch
	if need <= 0 {
		need = 0x1p-126 // a document that none of the terms is in has the sum 0
	}
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

// finish adds the first n cursors' scores to a document's sum, greatest bounds
// first, and keeps the document unless it falls short of the threshold.
func (s *search) finish(w *scored, doc uint32, sum float32, n int) {
	need := s.threshold * s.slack
	for i := n - 1; i >= 0; i-- {
		if sum+w.bounds[i+1] < need {
			return
		}
		c := &w.cs[i]
		c.enter(w.window)
		sum += c.score(doc)
	}
	if sum < need || sum <= 0 {
		return
	}
	s.pool = append(s.pool, candidate{segment: int32(w.seg), doc: doc, sum: sum})
	s.raise(sum)
	if len(s.pool) > s.poolLimit {
		s.prune()
		s.poolLimit = 2*len(s.pool) + 1024
	}
}

// raise takes a sum into the k best.
func (s *search) raise(sum float32) {
	k := s.q.K
	if len(s.best) < k {
		s.best = append(s.best, sum)
		for i := len(s.best) - 1; i > 0 && s.best[(i-1)/2] > s.best[i]; i = (i - 1) / 2 {
			s.best[(i-1)/2], s.best[i] = s.best[i], s.best[(i-1)/2]
		}
	} else if sum > s.best[0] {
		i := 0
		for {
			child := 2*i + 1
			if child >= k {
				break
			}
			if child+1 < k && s.best[child+1] < s.best[child] {
				child++
			}
			if s.best[child] >= sum {
				break
			}
			s.best[i] = s.best[child]
			i = child
		}
		s.best[i] = sum
	}
	if len(s.best) == k {
		s.threshold = s.best[0]
	}
}

func (s *search) prune() {
	need := s.threshold * s.slack
	s.pool = slices.DeleteFunc(s.pool, func(c candidate) bool { return c.sum < need })
}

// rank scores what is left in the pool exactly and returns the k best.
func (s *search) rank() []indexer.Hit {
	s.prune()
	type hit struct {
		id    []byte
		score float64
	}
	hits := make([]hit, len(s.pool))
	for i, c := range s.pool {
		hits[i] = hit{id: s.p.segments[c.segment].view.ids.at(c.doc), score: s.exact(c)}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), bytes.Compare(a.id, b.id))
	})
	best := make([]indexer.Hit, min(s.q.K, len(hits)))
	for i := range best {
		best[i] = indexer.Hit{ID: string(hits[i].id), Score: hits[i].score}
	}
	return best
}

func (s *search) exact(c candidate) float64 {
	view, score := s.p.segments[c.segment].view, 0.0
	for i, t := range s.q.Terms {
		ord := int(s.ords[int(c.segment)*len(s.q.Terms)+i])
		if ord < 0 {
			continue
		}
		field := view.fields[t.Field]
		if freq := field.freq(ord, c.doc); freq > 0 {
			idf := indexer.IDF(s.stats.Docs[t.Field], s.stats.DF[i])
			score += t.Weight * indexer.Score(idf, freq, field.length(c.doc), s.p.average(t.Field))
		}
	}
	return score
}
