package vectorindex

import (
	"context"
	"errors"
	"fmt"
	"math"

	"precedent/indexer"
)

// errWrong is met at a question that can't be answered.
var errWrong = errors.New("the query by meaning is wrong")

// Has implements indexer.VectorIndex.
func (ix *Index) Has(space indexer.Space, ids []string) []bool {
	s := ix.served.Load()
	has := make([]bool, len(ids))
	for i, id := range ids {
		e, ok := s.find(id)
		has[i] = ok && space < indexer.NumSpaces && s.entries.at(e).rows[space] != noRow
	}
	return has
}

// State implements indexer.VectorIndex.
func (ix *Index) State() indexer.VectorState {
	s := ix.served.Load()
	is := indexer.VectorState{Seq: s.seq}
	for i := range s.spaces {
		is.Count[i] = s.spaces[i].live
	}
	return is
}

// Scores implements indexer.VectorIndex. A score is to the bit what Nearest
// gives.
func (ix *Index) Scores(ctx context.Context, space indexer.Space, vector []float32, ids []string) ([]float64, error) {
	if ix.closed.Load() {
		return nil, errClosed
	}
	s := ix.served.Load()
	asked, err := s.ask(space, vector)
	if err != nil {
		return nil, err
	}
	l := &s.spaces[space]
	scores := make([]float64, len(ids))
	var out [1]int32
	for i, id := range ids {
		if i%blockSize == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		scores[i] = math.NaN()
		e, ok := s.find(id)
		if !ok || s.entries.at(e).rows[space] == noRow {
			continue
		}
		b, r := l.row(s.entries.at(e).rows[space])
		ix.kernels.dots(b.vectors[r*l.stride:], l.stride, 1, asked.q, out[:])
		scores[i] = asked.score(out[0], b.scales[r])
	}
	return scores, nil
}

// ask prepares a query's vector for a space.
func (s *state) ask(space indexer.Space, v []float32) (question, error) {
	if space >= indexer.NumSpaces {
		return question{}, fmt.Errorf("%w: there is no space %d", errWrong, uint8(space))
	}
	if len(v) == 0 {
		return question{}, fmt.Errorf("%w: it has no vector", errWrong)
	}
	if err := s.spaces[space].fits(len(v)); err != nil {
		return question{}, fmt.Errorf("%w: %w", errWrong, err)
	}
	asked, err := ask(v)
	if err != nil {
		return question{}, fmt.Errorf("%w: %w", errWrong, err)
	}
	return asked, nil
}
