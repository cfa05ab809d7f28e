package vectorindex

import (
	"context"

	"precedent/indexer"
)

// SignsFrom is above how many rows a space is searched by signs first.
const SignsFrom = signsFrom

// OpenPortable opens an index that uses the kernels in Go.
func OpenPortable(ctx context.Context, cfg Config) (*Index, error) {
	return openWith(ctx, cfg, portable{})
}

// Compact compacts the index now.
func (ix *Index) Compact(ctx context.Context) error { return ix.compact(ctx) }

// Sync puts on disk what was applied, now.
func (ix *Index) Sync() { ix.sync() }

// BreakSync lets the log fail as if the disk had lost what was written to it.
func (ix *Index) BreakSync(err error) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.failed = err
}

// Exact answers a query by scoring every row.
func (ix *Index) Exact(ctx context.Context, q indexer.VectorQuery) (hits []indexer.Hit, err error) {
	s := ix.served.Load()
	scan, err := ix.scan(s, q)
	if err != nil {
		return nil, err
	}
	rows := *scan.rows
	rows.signs.centre = nil
	scan.rows = &rows
	best, err := scan.run(ctx)
	for _, b := range best {
		hits = append(hits, indexer.Hit{ID: string(s.entries.id(b.entry)), Score: b.score})
	}
	return hits, err
}
