package search_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"precedent/corpus"
	"precedent/corpus/demo"
	"precedent/corpus/sqlite"
	"precedent/indexer"
	"precedent/indexer/bleveindex"
	"precedent/indexer/embed"
	"precedent/indexer/segment"
	"precedent/indexer/vectorindex"
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
	reader   *indexer.Follower // of the vectors; nil without models
}

// asked keeps what was recorded.
type asked struct{ queries []corpus.Query }

func (a *asked) Record(q corpus.Query) { a.queries = append(a.queries, q) }

func newBench(t testing.TB) *bench { return newBenchWith(t, nil) }

var openModels = sync.OnceValues(func() (*remembering, error) {
	models, err := embed.Open(filepath.Join("..", "models"))
	return &remembering{Models: models, known: map[string][]float32{}}, err
})

// remembering embeds each text of the demo cases once for all tests.
type remembering struct {
	*embed.Models
	mu    sync.Mutex
	known map[string][]float32
}

func (r *remembering) Embed(ctx context.Context, s indexer.Space, text string) ([]float32, error) {
	key := s.String() + text
	r.mu.Lock()
	v, ok := r.known[key]
	r.mu.Unlock()
	if ok {
		return v, ctx.Err()
	}
	v, err := r.Models.Embed(ctx, s, text)
	if err == nil {
		r.mu.Lock()
		r.known[key] = v
		r.mu.Unlock()
	}
	return v, err
}

// newMeaningBench has both legs.
func newMeaningBench(t testing.TB) *bench {
	t.Helper()
	models, err := openModels()
	if errors.Is(err, embed.ErrNoModels) {
		t.Skip("the models are missing: run `make models` first")
	}
	require.NoError(t, err)
	return newBenchWith(t, models)
}

func newBenchWith(t testing.TB, models *remembering) *bench {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	quiet := slog.New(slog.DiscardHandler)
	store, err := sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(dir, "store.db"), Logger: quiet})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	segmenter, err := shared()
	require.NoError(t, err)
	stamp, err := indexer.WantedStamp(ctx, store, indexer.TermMaker{Segmenter: segmenter})
	require.NoError(t, err)
	index, err := bleveindex.Open(ctx, bleveindex.Config{Dir: filepath.Join(dir, "index"), Stamp: stamp, Logger: quiet})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, index.Close()) })
	b := &bench{store: store, log: &asked{}}
	b.follower = indexer.NewFollower(indexer.FollowerConfig{Source: store, Index: index, Maker: indexer.TermMaker{Segmenter: segmenter}, Logger: quiet})
	config := search.Config{Store: store, Index: index, Segmenter: segmenter, Level: b.follower, Log: b.log, Logger: quiet}
	if models != nil {
		maker := indexer.VectorMaker{Embedder: models, Threads: 2}
		stamp, err := indexer.WantedStamp(ctx, store, maker)
		require.NoError(t, err)
		vectors, err := vectorindex.Open(ctx, vectorindex.Config{Dir: filepath.Join(dir, "vectors"), Stamp: stamp, Logger: quiet})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, vectors.Close()) })
		maker.Index = vectors
		b.reader = indexer.NewFollower(indexer.FollowerConfig{Source: store, Index: vectors, Maker: maker, Logger: quiet})
		config.Meaning = &search.Meaning{Index: vectors, Embedder: models}
	}
	b.engine, err = search.New(ctx, config)
	require.NoError(t, err)
	return b
}

func (b *bench) loadDemo(t testing.TB) {
	t.Helper()
	_, err := demo.Load(context.Background(), b.store)
	require.NoError(t, err)
	b.level(t)
}

func (b *bench) level(t testing.TB) {
	t.Helper()
	require.NoError(t, b.follower.CatchUp(context.Background(), nil))
	b.read(t)
}

// read makes the vectors that are missing.
func (b *bench) read(t testing.TB) {
	t.Helper()
	if b.reader != nil {
		require.NoError(t, b.reader.CatchUp(context.Background(), nil))
	}
}

// put records a case and brings the index level.
func (b *bench) put(t testing.TB, c corpus.Case) string {
	t.Helper()
	rec, err := b.store.CreateCase(context.Background(), corpus.Write{Caller: corpus.LocalCaller()}, c)
	require.NoError(t, err)
	b.level(t)
	return rec.ID
}
