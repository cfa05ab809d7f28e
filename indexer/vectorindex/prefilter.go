package vectorindex

import (
	"context"
	"math"
)

// candidates is how many rows, those of the best estimates, are scored to find
// the best k among n. Of some 45,000 real vectors of bge-small-zh and of USE,
// for eight sets of queries in both languages and across them, 1,000 held at
// least .985 of the best 200 and 2,000 at least .998.
func candidates(k, n int) int { return 1000 + 10*k + n/400 }

// selection keeps the rows of the best estimates, in the order offered.
type selection struct {
	want      int
	limit     float32 // at least as many as wanted have this estimate or a better one
	rows      []uint32
	estimates []float32 // of the rows
	scratch   []float32
}

func newSelection(want int) *selection {
	return &selection{
		want: want, limit: float32(math.Inf(-1)),
		rows: make([]uint32, 0, 3*want), estimates: make([]float32, 0, 3*want),
	}
}

func (s *selection) offer(row uint32, estimate float32) {
	if estimate < s.limit {
		return
	}
	if len(s.rows) == cap(s.rows) {
		s.prune()
	}
	s.rows = append(s.rows, row)
	s.estimates = append(s.estimates, estimate)
}

// prune keeps only as many as wanted, and those that equal the last of them.
func (s *selection) prune() {
	if len(s.rows) <= s.want {
		return
	}
	s.scratch = append(s.scratch[:0], s.estimates...)
	s.limit = nth(s.scratch, s.want-1)
	n := 0
	for i, e := range s.estimates {
		s.estimates[n], s.rows[n] = e, s.rows[i]
		if e >= s.limit {
			n++
		}
	}
	s.rows, s.estimates = s.rows[:n], s.estimates[:n]
}

// nth returns the value that would stand at n were the values in descending
// order, and leaves them in some other: Hoare's selection, with the middle one
// of three for a pivot.
func nth(v []float32, n int) float32 {
	for lo, hi := 0, len(v)-1; lo < hi; {
		a, b, m := v[lo], v[hi], v[(lo+hi)/2]
		pivot := max(min(a, b), min(max(a, b), m))
		i, j := lo, hi
		for i <= j {
			for v[i] > pivot {
				i++
			}
			for v[j] < pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		switch {
		case n <= j:
			hi = j
		case n >= i:
			lo = i
		default:
			return v[n]
		}
	}
	return v[n]
}

// bySigns scores only the rows that are best by the estimates of their signs.
func (s *scan) bySigns(ctx context.Context, workers int) ([]scored, error) {
	t := newTable(s.query)
	want := candidates(s.k, s.rows.live)
	selections := make([]*selection, workers)
	err := s.parallel(ctx, workers, func(w int) error {
		selections[w] = newSelection(want)
		return s.estimate(ctx, t, selections[w])
	})
	if err != nil {
		return nil, err
	}
	all := selections[0]
	for _, other := range selections[1:] {
		for i, row := range other.rows {
			all.offer(row, other.estimates[i])
		}
	}
	all.prune()
	tops := make([]*top, workers)
	err = s.parallel(ctx, workers, func(w int) error {
		tops[w] = newTop(s.k, s.entries)
		n := len(all.rows)
		return s.scoreSelected(ctx, all.rows[n*w/workers:n*(w+1)/workers], tops[w])
	})
	if err != nil {
		return nil, err
	}
	return merged(tops), nil
}

// estimate offers the rows of the blocks it gets.
func (s *scan) estimate(ctx context.Context, t *table, into *selection) error {
	rows := make([]uint32, blockSize+1)
	estimates := make([]float32, blockSize+1)
	for {
		b, i, err := s.block(ctx)
		if b == nil || err != nil {
			return err
		}
		n := s.kernels.estimate(b.signs, s.rows.stride, b.len(), b.factors, t, into.limit, rows, estimates)
		for at, r := range rows[:n] {
			if s.admits(b, int(r)) {
				into.offer(uint32(i*blockSize)+r, estimates[at])
			}
		}
	}
}

// scoreSelected scores rows, those of a block one after another.
func (s *scan) scoreSelected(ctx context.Context, rows []uint32, best *top) error {
	at := make([]uint32, 0, blockSize)
	dots := make([]int32, blockSize)
	for len(rows) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		block := rows[0] / blockSize
		at = at[:0]
		for len(rows) > 0 && rows[0]/blockSize == block {
			at = append(at, rows[0]%blockSize)
			rows = rows[1:]
		}
		b := s.rows.blocks[block]
		s.kernels.dotsAt(b.vectors, s.rows.stride, at, s.query.q, dots)
		for i, r := range at {
			if score := s.query.score(dots[i], b.scales[r]); score >= best.floor {
				best.offer(scored{score, b.entries[r]})
			}
		}
	}
	return nil
}
