package vectorindex_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
	"precedent/indexer/vectorindex"
)

func openAs(t *testing.T, dir string, stamp indexer.Stamp) *vectorindex.Index {
	t.Helper()
	ix, err := vectorindex.Open(t.Context(), vectorindex.Config{Dir: dir, Stamp: stamp, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return ix
}

func logsIn(t *testing.T, dir string) int {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "log-*"))
	require.NoError(t, err)
	return len(names)
}

var (
	restored = indexer.Stamp{Epoch: "e2", Models: "m1", Mask: "1", Shape: "1"}
	changed  = indexer.Stamp{Epoch: "e1", Models: "m2", Mask: "1", Shape: "1"}
)

// TestRebuild makes an index anew of a store that was restored: what it knew it
// knows, and it answers from what is in.
func TestRebuild(t *testing.T) {
	dir := t.TempDir()
	ix := open(t, dir)
	defer ix.Close()
	apply(t, ix, 5, doc("c_1", 7, 1, 0, 0), doc("c_2", 7, .9, 0, 0), bare("c_3", 7))
	require.NoError(t, ix.Rebuild(t.Context(), restored, func(ctx context.Context, into indexer.Applier) error {
		assert.Empty(t, found(t, ix, alongX))
		assert.True(t, ix.Knows("c_1", 7) && ix.Knows("c_2", 7) && ix.Knows("c_3", 7))
		assert.False(t, ix.Knows("c_1", 8))
		assert.ErrorContains(t, into.Rebuild(ctx, restored, nil), "being filled")
		apply(t, into, 1, bare("c_1", 7, "kind:case"))
		assert.Equal(t, []string{"c_1"}, found(t, ix, alongX))
		apply(t, ix, 6, doc("c_4", 1, .5, 0, 0)) // someone who follows the store meanwhile
		status, err := into.Status(ctx)
		require.NoError(t, err)
		assert.Equal(t, int64(1), status.Seq, "the refill has not come to 6")
		assert.Equal(t, []string{"c_1", "c_4"}, found(t, ix, alongX))
		apply(t, into, 2, bare("c_3", 7))
		return nil
	}))
	status, err := ix.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, restored, status.Stamp)
	assert.Equal(t, int64(2), status.Seq)
	assert.Equal(t, 3, status.Documents)
	assert.False(t, ix.Knows("c_2", 7), "what was not filled in again is gone")
	assert.Equal(t, 1, logsIn(t, dir))
	assert.NoError(t, ix.Verify(t.Context()))
}

// TestRebuildForOtherModels drops all vectors at once.
func TestRebuildForOtherModels(t *testing.T) {
	dir := t.TempDir()
	ix := open(t, dir)
	defer ix.Close()
	apply(t, ix, 5, doc("c_1", 7, 1, 0, 0))
	require.NoError(t, ix.Rebuild(t.Context(), changed, func(ctx context.Context, into indexer.Applier) error {
		assert.False(t, ix.Knows("c_1", 7))
		assert.Equal(t, 1, logsIn(t, dir))
		d := bare("c_1", 7)
		d.Vectors[indexer.Chinese] = []float32{1, 2} // of another dimension
		apply(t, into, 1, d)
		return nil
	}))
	assert.Equal(t, 1, ix.State().Count[indexer.Chinese])
}

// TestRebuildInterrupted goes on with a refill after it failed and the index
// was closed, twice.
func TestRebuildInterrupted(t *testing.T) {
	dir := t.TempDir()
	ix := open(t, dir)
	follow(t, ix, nil, 40)
	m := modelAt(40)
	for _, stop := range []int64{10, 5} {
		err := ix.Rebuild(t.Context(), restored, func(ctx context.Context, into indexer.Applier) error {
			follow(t, ix, nil, 0)
			for seq := int64(1); seq <= stop; seq++ {
				require.NoError(t, into.Apply(ctx, complete(ix, history(seq))))
			}
			return errStop
		})
		require.ErrorIs(t, err, errStop)
		require.NoError(t, ix.Close())
		ix = openAs(t, dir, restored)
		require.Empty(t, ix.Reason())
		require.Equal(t, stop, ix.State().Seq)
	}
	defer func() { ix.Close() }()
	for id, d := range m.docs {
		require.True(t, ix.Knows(id, d.sum), id)
	}
	follow(t, ix, nil, 40)
	assert.Equal(t, 3, logsIn(t, dir))
	require.NoError(t, ix.Settled(t.Context()))
	assert.Equal(t, 1, logsIn(t, dir))
	m.holds(t, ix, rand.New(rand.NewPCG(3, 3)))
	assert.NoError(t, ix.Verify(t.Context()))
}

// TestOpenAsAnother opens an index under other stamps.
func TestOpenAsAnother(t *testing.T) {
	for _, test := range []struct {
		name  string
		stamp indexer.Stamp
		knows bool
	}{
		{"a restored store", restored, true},
		{"other models", changed, false},
		{"other documents", indexer.Stamp{Epoch: "e1", Models: "m1", Mask: "1", Shape: "2"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			ix := open(t, dir)
			apply(t, ix, 5, doc("c_1", 7, 1, 0, 0))
			require.NoError(t, ix.Close())
			ix = openAs(t, dir, test.stamp)
			defer ix.Close()
			assert.Contains(t, ix.Reason(), "made from something else")
			assert.Empty(t, found(t, ix, alongX))
			assert.Zero(t, ix.State().Seq)
			assert.Equal(t, test.knows, ix.Knows("c_1", 7))
			if test.knows {
				apply(t, ix, 1, bare("c_1", 7))
				assert.Equal(t, []string{"c_1"}, found(t, ix, alongX))
			}
			require.NoError(t, ix.Settled(t.Context()))
			assert.Equal(t, 1, logsIn(t, dir))
		})
	}
}

// TestCompact replaces documents again and again until the log is compacted by
// itself, with less on disk and in memory than ever was written.
func TestCompact(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the background")
	}
	dir := t.TempDir()
	ix := open(t, dir)
	defer func() { ix.Close() }()
	r := rand.New(rand.NewPCG(2, 2))
	var put []indexer.Document
	for i := range uint64(1000) {
		d := bare(string(rune('一'+i)), i, "kind:case")
		d.Vectors[indexer.Multilingual] = random(r, 512)
		put = append(put, d)
	}
	const rounds = 40 // 21 MB in all, half of one live
	for seq := range int64(rounds) {
		apply(t, ix, seq+1, put...)
	}
	q := indexer.VectorQuery{Space: indexer.Multilingual, Vector: random(r, 512), K: 100}
	before := found(t, ix, q)
	assert.Eventually(t, func() bool {
		status, err := ix.Status(t.Context())
		return err == nil && status.DiskBytes < 6_000_000 && status.HeapBytes < 8_000_000
	}, timeout, tick)
	assert.Equal(t, before, found(t, ix, q))
	assert.Equal(t, int64(rounds), ix.State().Seq)
	require.NoError(t, ix.Verify(t.Context()))
	require.NoError(t, ix.Close())
	ix = open(t, dir)
	assert.Empty(t, ix.Reason())
	assert.Equal(t, before, found(t, ix, q))
}
