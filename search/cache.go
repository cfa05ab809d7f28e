package search

import (
	"context"
	"sync/atomic"

	lru "github.com/hashicorp/golang-lru/v2"

	"precedent/corpus"
	"precedent/indexer"
)

// Sizes of the caches: vectors of texts, 2 KB each, and answers.
const (
	cachedVectors = 4096
	cachedAnswers = 512
	// An answer of more matches than this, or to a longer text, is not kept: who
	// asks for it does not ask again.
	cachedLimit = 20
	cachedText  = 2000 // bytes
)

// vectorCache keeps the vectors of texts asked before: a text's vector never
// changes.
type vectorCache struct {
	embedder QueryEmbedder
	kept     *lru.Cache[vectorKey, []float32]
}

type vectorKey struct {
	space indexer.Space
	text  string
}

func newVectorCache(embedder QueryEmbedder) *vectorCache {
	kept, err := lru.New[vectorKey, []float32](cachedVectors)
	if err != nil {
		panic(err) // the size is a constant above 0
	}
	return &vectorCache{embedder: embedder, kept: kept}
}

func (c *vectorCache) embed(ctx context.Context, s indexer.Space, text string) ([]float32, error) {
	key := vectorKey{s, text}
	if v, ok := c.kept.Get(key); ok {
		return v, nil
	}
	v, err := c.embedder.EmbedQuery(ctx, s, text)
	if err == nil && len(text) <= cachedText {
		c.kept.Add(key, v)
	}
	return v, err
}

// answerCache keeps answers for as long as they would be the same: until the
// store, or either index, has taken in a change.
type answerCache struct {
	kept         *lru.Cache[answerKey, answer]
	hits, misses atomic.Int64
}

// answerKey is all that an answer depends on but the data.
type answerKey struct {
	id       string
	staff    bool
	audience string
	request  Request
}

// state is what the data was: as far as the store and the indexes were.
type state struct{ store, words, vectors int64 }

type answer struct {
	state    state
	response Response
}

func newAnswerCache() *answerCache {
	kept, err := lru.New[answerKey, answer](cachedAnswers)
	if err != nil {
		panic(err) // the size is a constant above 0
	}
	return &answerCache{kept: kept}
}

func (c *answerCache) get(k answerKey, now state) (Response, bool) {
	a, ok := c.kept.Get(k)
	if !ok || a.state != now {
		c.misses.Add(1)
		return Response{}, false
	}
	c.hits.Add(1)
	return a.response, true
}

// add keeps an answer that was made from data at least as new as the state.
func (c *answerCache) add(k answerKey, s state, r Response) {
	if k.request.Limit <= cachedLimit && len(k.request.Text) <= cachedText {
		c.kept.Add(k, answer{state: s, response: r})
	}
}

// Cached counts the answers that came from the cache, and those that did not.
func (e *Engine) Cached() (hits, misses int64) {
	return e.answers.hits.Load(), e.answers.misses.Load()
}

// state reads how far the store and the indexes are.
func (e *Engine) state(ctx context.Context) (state, error) {
	var s state
	var err error
	if s.store, err = e.Store.LastSeq(ctx); err != nil {
		return s, err
	}
	stats, err := e.Index.Stats(ctx, nil)
	s.words = stats.Seq
	if e.Meaning != nil {
		s.vectors = e.Meaning.Index.State().Seq
	}
	return s, err
}

func keyOf(who corpus.Caller, r Request) answerKey {
	r.MinSeq = 0
	k := answerKey{id: who.ID, staff: who.Staff, request: r}
	for _, a := range who.Audiences {
		k.audience += string(a) + ","
	}
	return k
}
