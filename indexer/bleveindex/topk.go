package bleveindex

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"precedent/indexer"
)

const (
	// Terms become non-essential while their bounds sum to at most this share
	// of the threshold. A higher share saves postings but costs look-ups, the
	// more so the more terms there are: in a million cases .9 took a tenth less
	// than .65 at 5 terms, more at 10, and half as much again at 40 and 120.
	splitShare    = .65
	splitShareFew = .9
	fewTerms      = 6
	// How many windows are searched between looks at the context.
	windowsBetweenLooks = 32
	// roundUp makes a bound of single precision one in spite of its rounding.
	roundUp = 1.00001
)

// search is one query on one publication. It finds the exact best: single
// precision sums pick the candidates with room for their rounding and for the
// drift of the average lengths, and what is left at the end is scored again in
// double precision, term by term in the query's order.
type search struct {
	p       *publication
	q       *indexer.Query
	stats   indexer.Stats
	refs    []termRef      // segment by segment, where the terms' postings are
	weights []float32      // of the terms: weight times IDF
	rare    []rarePostings // by segment
	slack   float32        // 1 less the room left

	best      []float32   // the k best sums so far, least first: a heap
	threshold float32     // that k documents are known to reach
	pool      []candidate // what may be among the k best
	poolLimit int

	scratch *scratch
	shared  *shared
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
	lows    [windowSize]uint16 // candidates of a window, by their place in it
	rare    rareScratch
	parts   []rarePostings
	cursors []cursor
	bounds  []float32 // bounds[i] sums the bounds of cursors before i
	refs    []termRef
	weights []float32
	best    []float32
	pool    []candidate
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func (p *publication) search(ctx context.Context, q *indexer.Query) (indexer.Result, error) {
	scr := scratches.Get().(*scratch)
	defer scratches.Put(scr)
	scr.rare.from, scr.rare.lows, scr.rare.adds = scr.rare.from[:0], scr.rare.lows[:0], scr.rare.adds[:0]
	scr.refs = slices.Grow(scr.refs[:0], len(p.segments)*len(q.Terms))[:len(p.segments)*len(q.Terms)]
	s := search{
		p: p, q: q, refs: scr.refs, scratch: scr,
		best:      scr.best[:0],
		pool:      scr.pool[:0],
		poolLimit: 4*q.K + 1024,
	}
	s.stats = p.stats(q.Terms, s.refs)
	s.weigh()
	s.rare = scr.parts[:0]
	for n := range p.segments {
		s.rare = append(s.rare, s.readRare(n))
	}
	s.raiseByRare()
	if err := s.searchSegments(ctx); err != nil {
		return indexer.Result{}, err
	}
	hits := s.rank()
	scr.best, scr.pool, scr.parts, scr.weights = s.best, s.pool, s.rare, s.weights
	return indexer.Result{Hits: hits, Stats: s.stats, Seq: p.seq}, nil
}

// weigh sets the terms' weights and how far sums may be off: by their
// rounding, and by as much as the average lengths that the tables are made for
// differ from what they are, since BM25 changes by no greater a share than the
// average length.
func (s *search) weigh() {
	s.weights = s.scratch.weights[:0]
	drift := 0.0
	for i, t := range s.q.Terms {
		s.weights = append(s.weights, float32(t.Weight*indexer.IDF(s.stats.Docs[t.Field], s.stats.DF[i])))
	}
	for f, table := range s.p.tables {
		if table != nil {
			drift = max(drift, table.drift(s.p.average(indexer.Field(f))))
		}
	}
	s.slack = float32((1-drift)/(1+drift)) - float32(len(s.q.Terms)+4)*0x1p-22
}

// segment searches one segment, windows of documents in turn. MaxScore
// (Turtle and Flood 1995): terms that together can't lift a document over the
// threshold are looked up for candidates of the others only.
func (s *search) segment(ctx context.Context, n int) error {
	seg := &s.p.segments[n]
	cs, bounds := s.openCursors(n)
	rare := &s.rare[n]
	total := bounds[len(cs)] + rare.bound
	if total == 0 {
		return nil
	}
	pass := seg.view.pass(s.q.Filter)
	share := float32(splitShare)
	if len(cs) <= fewTerms {
		share = splitShareFew
	}
	split, window := 0, -1
	for looks := 1; ; looks++ {
		if looks%windowsBetweenLooks == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if s.threshold = s.shared.level(s.threshold); s.threshold*s.slack > total {
			return nil // nothing here can reach it
		}
		for split < len(cs) && bounds[split+1] <= share*s.threshold {
			split++
		}
		next := rare.after(window)
		for i := split; i < len(cs); i++ {
			next = min(next, cs[i].after())
		}
		if window = next; window<<windowBits >= seg.view.count {
			return nil
		}
		w := scored{seg: n, base: uint32(window) << windowBits, window: window, pass: pass, gone: seg.gone, rare: rare, cs: cs, bounds: bounds}
		switch {
		case pass != nil && pass.counts[window] == 0:
			for i := split; i < len(cs); i++ {
				cs[i].skip(window)
			}
		case pass != nil && pass.counts[window] <= fewPassing:
			s.each(&w)
			for i := split; i < len(cs); i++ {
				cs[i].skip(window)
			}
		default:
			s.window(&w, split)
		}
	}
}

// openCursors opens a cursor for each long list of the query in the segment,
// least bound first, with the running sums of the bounds.
func (s *search) openCursors(n int) ([]cursor, []float32) {
	view := s.p.segments[n].view
	cs := s.scratch.cursors[:0]
	for i, t := range s.q.Terms {
		ref := s.refs[n*len(s.q.Terms)+i]
		if !ref.long() || s.stats.DF[i] == 0 {
			continue
		}
		field, table, weight := view.fields[t.Field], s.p.tables[t.Field], s.weights[i]
		cs = append(cs, cursor{
			view: field, list: int(ref.at), weight: weight, impact: table,
			bound: weight * table.bound(field.lists[ref.at].peak) * roundUp,
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
		s.threshold = max(s.threshold, s.best[0])
	}
}
