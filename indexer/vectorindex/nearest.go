package vectorindex

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"precedent/indexer"
)

const (
	maxK = 1000
	// parallelFrom is how many rows a scan has before it takes all processors.
	parallelFrom = 100_000
)

var lowest = math.Inf(-1)

// Nearest implements indexer.VectorIndex. It waits for nobody.
func (ix *Index) Nearest(ctx context.Context, q indexer.VectorQuery) (indexer.VectorResult, error) {
	if ix.closed.Load() {
		return indexer.VectorResult{}, errClosed
	}
	s := ix.served.Load()
	scan, err := ix.scan(s, q)
	if err != nil {
		return indexer.VectorResult{}, err
	}
	best, err := scan.run(ctx)
	if err != nil {
		return indexer.VectorResult{}, err
	}
	result := indexer.VectorResult{Seq: s.seq, Hits: make([]indexer.Hit, len(best))}
	for i, b := range best {
		result.Hits[i] = indexer.Hit{ID: string(s.entries.id(b.entry)), Score: b.score}
	}
	return result, nil
}

// scan prepares a query.
func (ix *Index) scan(s *state, q indexer.VectorQuery) (*scan, error) {
	if q.K < 1 || q.K > maxK {
		return nil, fmt.Errorf("%w: k is %d, not from 1 to %d", errWrong, q.K, maxK)
	}
	asked, err := s.ask(q.Space, q.Vector)
	if err != nil {
		return nil, err
	}
	return &scan{
		kernels: ix.kernels, rows: &s.spaces[q.Space], entries: s.entries, query: asked, k: q.K,
		admitted: s.facets.admitted(q.Filter),
	}, nil
}

// scan looks through the rows of a space.
type scan struct {
	kernels  kernels
	rows     *rowList
	entries  entryList
	query    question
	k        int
	admitted []bool // for each set of facets; nil for all
	next     atomic.Int64
}

// admits tells whether a row may be found.
func (s *scan) admits(b *rowBlock, r int) bool {
	return !b.isDead(r) && (s.admitted == nil || s.admitted[b.sets[r]])
}

// run returns the best, in order.
func (s *scan) run(ctx context.Context) ([]scored, error) {
	if s.rows.live == 0 {
		return nil, ctx.Err()
	}
	workers := 1
	if s.rows.len() >= parallelFrom {
		workers = runtime.GOMAXPROCS(0)
	}
	if s.rows.signs.centre != nil {
		return s.bySigns(ctx, workers)
	}
	tops := make([]*top, workers)
	err := s.parallel(ctx, workers, func(w int) error {
		tops[w] = newTop(s.k, s.entries)
		return s.exact(ctx, tops[w])
	})
	return merged(tops), err
}

// parallel runs the workers and waits for them; the first's error counts.
func (s *scan) parallel(ctx context.Context, workers int, run func(w int) error) error {
	s.next.Store(0)
	if workers == 1 {
		return run(0)
	}
	errs := make([]error, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() { errs[w] = run(w) })
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// block returns the next block that no worker has had, nil behind the last.
func (s *scan) block(ctx context.Context) (*rowBlock, int, error) {
	i := int(s.next.Add(1)) - 1
	if i >= len(s.rows.blocks) {
		return nil, 0, nil
	}
	return s.rows.blocks[i], i, ctx.Err()
}

// exact scores every row of the blocks it gets.
func (s *scan) exact(ctx context.Context, best *top) error {
	dots := make([]int32, blockSize)
	for {
		b, _, err := s.block(ctx)
		if b == nil || err != nil {
			return err
		}
		s.kernels.dots(b.vectors, s.rows.stride, b.len(), s.query.q, dots)
		for r, dot := range dots[:b.len()] {
			score := s.query.score(dot, b.scales[r])
			if score >= best.floor && s.admits(b, r) {
				best.offer(scored{score, b.entries[r]})
			}
		}
	}
}

func merged(tops []*top) []scored {
	all := tops[0]
	for _, t := range tops[1:] {
		for _, s := range t.heap {
			all.offer(s)
		}
	}
	return all.sorted()
}
