package web

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"precedent/corpus"
)

// Bounds of the product suggestions: how many cases are read for them, and
// how long they are kept.
const (
	productSample = 5_000
	productsKept  = time.Minute
)

// products suggests the names of products to filter by, from the cases
// recorded. They are suggestions only: any name may be typed.
type products struct {
	mu    sync.Mutex
	names []string
	seq   int64
	read  time.Time
}

var errEnough = errors.New("enough cases read")

func (p *products) list(ctx context.Context, store corpus.Store, who corpus.Caller, now time.Time) ([]string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.read.IsZero() && now.Sub(p.read) < productsKept {
		return p.names, nil
	}
	seq, err := store.LastSeq(ctx)
	if err != nil {
		return nil, err
	}
	if seq != p.seq || p.read.IsZero() {
		if p.names, err = readProducts(ctx, store, who); err != nil {
			return nil, err
		}
	}
	p.seq, p.read = seq, now
	return p.names, nil
}

func readProducts(ctx context.Context, store corpus.Store, who corpus.Caller) ([]string, error) {
	seen := make(map[string]bool)
	left := productSample
	err := store.EachCase(ctx, who, func(c corpus.Case) error {
		for _, name := range c.Products {
			seen[name] = true
		}
		if left--; left == 0 {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return slices.Sorted(maps.Keys(seen)), nil
}
