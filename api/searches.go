package api

import (
	"context"
	"time"

	"precedent/api/cause"
	"precedent/corpus"
	"precedent/search"
)

// searches is the engine as the API and the pages use it: each search is
// measured, and so is each that ended because nobody waited for it any more.
type searches struct {
	engine   *search.Engine
	measures *measures
}

// Search is the engine's. The context is the request's, or made from it.
func (s searches) Search(ctx context.Context, who corpus.Caller, r search.Request) (search.Response, error) {
	began := time.Now()
	found, err := s.engine.Search(ctx, who, r)
	s.measure(ctx, found, err, time.Since(began))
	return found, err
}

// measure notes a search that was made, or that failed.
func (s searches) measure(ctx context.Context, found search.Response, err error, took time.Duration) {
	switch {
	case err == nil:
		s.measures.search(found, took)
	case cause.Of(ctx, err) == cause.ClientGone:
		s.measures.cancelled.Inc()
	}
}
