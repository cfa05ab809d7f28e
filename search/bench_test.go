package search_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"precedent/corpus"
	"precedent/corpus/demo"
	"precedent/corpus/sqlite"
	"precedent/indexer"
	"precedent/indexer/bleveindex"
	"precedent/indexer/segment"
	"precedent/search"

	"github.com/stretchr/testify/require"
)

// shared is the one segmenter of all tests: it takes half a second to load.
var shared = sync.OnceValues(func() (*segment.Segmenter, error) { return segment.New(segment.Config{}) })

// bench is an engine over a real store and a real index in a folder of the
// test's own.
type bench struct {
	store    *sqlite.Store
	follower *indexer.Follower
	engine   *search.Engine
	log      *asked
}

// asked keeps what was recorded.
type asked struct{ queries []corpus.Query }

func (a *asked) Record(q corpus.Query) { a.queries = append(a.queries, q) }

func newBench(t *testing.T) *bench {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	quiet := slog.New(slog.DiscardHandler)
	store, err := sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(dir, "store.db"), Logger: quiet})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	segmenter, err := shared()
	require.NoError(t, err)
	stamp, err := indexer.WantedStamp(ctx, store, segmenter)
	require.NoError(t, err)
	index, err := bleveindex.Open(ctx, bleveindex.Config{Dir: filepath.Join(dir, "index"), Stamp: stamp, Logger: quiet})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, index.Close()) })
	b := &bench{store: store, log: &asked{}}
	b.follower = indexer.NewFollower(indexer.FollowerConfig{Source: store, Index: index, Segmenter: segmenter, Logger: quiet})
	b.engine, err = search.New(ctx, search.Config{
		Store: store, Index: index, Segmenter: segmenter, Level: b.follower, Log: b.log, Logger: quiet,
	})
	require.NoError(t, err)
	return b
}

func (b *bench) loadDemo(t *testing.T) {
	t.Helper()
	_, err := demo.Load(context.Background(), b.store)
	require.NoError(t, err)
	b.level(t)
}

func (b *bench) level(t *testing.T) {
	t.Helper()
	require.NoError(t, b.follower.CatchUp(context.Background(), func(_, _ int64) {}))
}

// put records a case and brings the index level.
func (b *bench) put(t *testing.T, c corpus.Case) string {
	t.Helper()
	rec, err := b.store.CreateCase(context.Background(), corpus.Write{Caller: corpus.LocalCaller()}, c)
	require.NoError(t, err)
	b.level(t)
	return rec.ID
}
