package bleveindex

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// shareFrom is how many documents a publication has at least for its segments
// to be searched on several processors: below, a search takes no longer than
// to wake one.
const shareFrom = 50_000

// shared is what the workers of one search have in common.
type shared struct {
	next      atomic.Int32  // the next segment to search
	threshold atomic.Uint32 // the highest of the workers' thresholds, as bits
}

// level returns the highest threshold of all workers, this one's included.
func (sh *shared) level(threshold float32) float32 {
	bits := math.Float32bits(threshold) // which are in the order of the numbers, none below 0
	for {
		has := sh.threshold.Load()
		if has >= bits {
			return math.Float32frombits(has)
		}
		if sh.threshold.CompareAndSwap(has, bits) {
			return threshold
		}
	}
}

// searchSegments searches all segments, on as many processors as there are
// where that pays.
func (s *search) searchSegments(ctx context.Context) error {
	workers := 1
	if s.p.documents() >= shareFrom {
		workers = min(runtime.GOMAXPROCS(0), len(s.p.segments))
	}
	s.shared = new(shared)
	others := make([]*search, max(workers-1, 0))
	errs := make([]error, len(others))
	var running sync.WaitGroup
	for i := range others {
		scr := scratches.Get().(*scratch)
		defer scratches.Put(scr)
		other := *s
		other.scratch, other.best, other.pool = scr, scr.best[:0], scr.pool[:0]
		others[i] = &other
		running.Go(func() { errs[i] = other.work(ctx) })
	}
	err := s.work(ctx)
	running.Wait()
	for _, other := range others {
		s.threshold = max(s.threshold, other.threshold)
		s.pool = append(s.pool, other.pool...)
		other.scratch.best, other.scratch.pool = other.best, other.pool
	}
	s.raiseToKth()
	return errors.Join(append(errs, err)...)
}

// work searches segments until there are none left.
func (s *search) work(ctx context.Context) error {
	for {
		n := int(s.shared.next.Add(1)) - 1
		if n >= len(s.p.segments) {
			return nil
		}
		if err := s.segment(ctx, n); err != nil {
			return err
		}
	}
}

// raiseToKth raises the threshold to the k-th best of what all workers found.
func (s *search) raiseToKth() {
	if len(s.pool) < s.q.K {
		return
	}
	sums := make([]float32, len(s.pool))
	for i, c := range s.pool {
		sums[i] = c.sum
	}
	slices.Sort(sums)
	s.threshold = max(s.threshold, sums[len(sums)-s.q.K])
}
