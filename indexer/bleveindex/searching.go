package bleveindex

import (
	"context"
	"fmt"

	"precedent/indexer"
)

const maxK = 1000

func (g *generation) search(ctx context.Context, q indexer.Query) (indexer.Result, error) {
	if q.K < 1 || q.K > maxK {
		return indexer.Result{}, fmt.Errorf("query: K is %d, it must be 1 to %d", q.K, maxK)
	}
	if err := checkTerms(q.Terms); err != nil {
		return indexer.Result{}, err
	}
	if err := ctx.Err(); err != nil {
		return indexer.Result{}, err
	}
	p, err := g.current(ctx)
	if err != nil {
		return indexer.Result{}, err
	}
	return p.search(ctx, &q)
}

func (g *generation) stats(ctx context.Context, terms []indexer.Term) (indexer.Stats, error) {
	for i, t := range terms {
		if t.Field >= indexer.NumFields {
			return indexer.Stats{}, fmt.Errorf("term %d: there is no field %d", i, t.Field)
		}
	}
	if err := ctx.Err(); err != nil {
		return indexer.Stats{}, err
	}
	p, err := g.current(ctx)
	if err != nil {
		return indexer.Stats{}, err
	}
	return p.stats(terms, nil), nil
}

func checkTerms(terms []indexer.Term) error {
	for i, t := range terms {
		if t.Field >= indexer.NumFields {
			return fmt.Errorf("query term %d: there is no field %d", i, t.Field)
		}
		if !(t.Weight > 0) {
			return fmt.Errorf("query term %d, %q: its weight is %v, it must be above 0", i, t.Text, t.Weight)
		}
	}
	return nil
}

func (g *generation) status(ctx context.Context) (indexer.Status, error) {
	p, err := g.current(ctx)
	if err != nil {
		return indexer.Status{}, err
	}
	disk, err := diskBytes(g.dir)
	if err != nil {
		return indexer.Status{}, err
	}
	return indexer.Status{
		Seq: p.seq, Mark: p.mark, Stamp: g.stamp,
		Documents: p.documents(), Postings: p.postings(),
		DiskBytes: disk, HeapBytes: int64(p.bytes()), Segments: len(p.segments),
	}, nil
}
