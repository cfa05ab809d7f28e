package bleveindex

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"precedent/indexer"
)

// maxCompleted bounds how many terms of a segment are looked at: about a
// millisecond. A prefix that more terms have, one letter mostly, is completed
// from the first of these.
const maxCompleted = 50_000

var errNoPrefix = errors.New("a prefix to complete must not be empty")

func (g *generation) complete(ctx context.Context, field indexer.Field, prefix string, limit int) ([]indexer.Completion, error) {
	switch {
	case field >= indexer.NumFields:
		return nil, fmt.Errorf("there is no field %d", field)
	case prefix == "":
		return nil, errNoPrefix
	case limit < 1:
		return nil, fmt.Errorf("the limit is %d, it must be at least 1", limit)
	}
	p, err := g.current(ctx)
	if err != nil {
		return nil, err
	}
	df := map[string]int{}
	for i := range p.segments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if view := p.segments[i].view.fields[field]; view != nil {
			view.countPrefix(prefix, df)
		}
	}
	return p.mostFrequent(field, df, limit), nil
}

// countPrefix adds to df the documents, deleted ones included, that hold each
// term that begins with the prefix.
func (v *fieldView) countPrefix(prefix string, df map[string]int) {
	seen := 0
	v.dict.from(prefix, func(term []byte, ref termRef) bool {
		seen++
		if !bytes.HasPrefix(term, []byte(prefix)) || seen > maxCompleted {
			return false
		}
		df[string(term)] += v.df(ref)
		return true
	})
}

// mostFrequent returns the terms that the most live documents hold. df are
// bounds, so that most terms are never counted.
func (p *publication) mostFrequent(field indexer.Field, df map[string]int, limit int) []indexer.Completion {
	bounds := make([]indexer.Completion, 0, len(df))
	for term, n := range df {
		bounds = append(bounds, indexer.Completion{Term: term, DF: n})
	}
	order := func(a, b indexer.Completion) int {
		return cmp.Or(cmp.Compare(b.DF, a.DF), cmp.Compare(a.Term, b.Term))
	}
	slices.SortFunc(bounds, order)
	var best []indexer.Completion
	for _, c := range bounds {
		if len(best) == limit && best[limit-1].DF > c.DF {
			break // nor can any after it
		}
		if c.DF = p.stats([]indexer.Term{{Field: field, Text: c.Term}}, nil).DF[0]; c.DF == 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, c, order)
		best = slices.Insert(best, at, c)
		best = best[:min(len(best), limit)]
	}
	return best
}
