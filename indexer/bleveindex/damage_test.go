package bleveindex_test

import (
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
	"precedent/indexer/bleveindex"
)

// history is a batch for each seq, the same every time.
func history(seq int64) indexer.Batch {
	r := rand.New(rand.NewPCG(uint64(seq), 3))
	b := indexer.Batch{Seq: seq}
	for i := range 1 + r.IntN(30) {
		d := indexer.Document{ID: fmt.Sprintf("c_%03d_%02d", r.IntN(40), i), Kind: indexer.CaseKind, Facets: []string{"kind:case"}}
		d.Terms[indexer.Wordings] = []string{"每个", fmt.Sprint("词", r.IntN(50)), fmt.Sprint("seq", seq)}
		b.Put = append(b.Put, d)
	}
	if r.IntN(3) == 0 {
		b.Delete = []string{fmt.Sprintf("c_%03d_00", r.IntN(40))}
		b.Put = b.Put[1:]
	}
	return b
}

// heldAfter is how many documents there are after the changes up to seq.
func heldAfter(seq int64) int {
	held := map[string]bool{}
	for s := int64(1); s <= seq; s++ {
		b := history(s)
		for _, id := range b.Delete {
			delete(held, id)
		}
		for _, d := range b.Put {
			held[d.ID] = true
		}
	}
	return len(held)
}

func applyHistory(t *testing.T, ix indexer.Index, from, to int64) {
	t.Helper()
	for seq := from; seq <= to; seq++ {
		require.NoError(t, ix.Apply(t.Context(), history(seq)))
	}
}

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && e.Name() != "LOCK" {
			names = append(names, path)
		}
		return err
	}))
	return names
}

// spoil flips a bit of a file, or cuts its end off, and says what it did.
func spoil(t *testing.T, r *rand.Rand, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	at := r.IntN(len(b))
	if r.IntN(4) == 0 {
		require.NoError(t, os.Truncate(path, int64(at)))
		return fmt.Sprintf("%s cut to %d of %d bytes", path, at, len(b))
	}
	bit := byte(1) << r.IntN(8)
	b[at] ^= bit
	require.NoError(t, os.WriteFile(path, b, 0o600))
	return fmt.Sprintf("%s with byte %d xor %#x", path, at, bit)
}

// TestDamage spoils every file of a closed index again and again: opening
// finds it each time, serves none of it, and the index can be filled anew.
func TestDamage(t *testing.T) {
	whole := t.TempDir()
	ix := open(t, whole)
	applyHistory(t, ix, 1, 30)
	require.NoError(t, ix.Close())
	names := files(t, whole)
	require.Greater(t, len(names), 4)
	var trials sync.WaitGroup
	room := make(chan struct{}, 16)
	for trial := range 12 * len(names) {
		room <- struct{}{}
		trials.Go(func() {
			defer func() { <-room }()
			r := rand.New(rand.NewPCG(uint64(trial), 1))
			dir := t.TempDir()
			if !assert.NoError(t, os.CopyFS(dir, os.DirFS(whole))) {
				return
			}
			rel, err := filepath.Rel(whole, names[trial%len(names)])
			assert.NoError(t, err)
			did := spoil(t, r, filepath.Join(dir, rel))
			ix, err := bleveindex.Open(t.Context(), bleveindex.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
			if !assert.NoError(t, err, did) {
				return
			}
			defer ix.Close()
			assert.NotEmpty(t, ix.Reason(), did)
			result, err := ix.Search(t.Context(), everything)
			assert.NoError(t, err, did)
			assert.Empty(t, result.Hits, did)
			assert.Zero(t, result.Seq, did)
			if trial < len(names) {
				applyHistory(t, ix, 1, 3)
				assert.Equal(t, heldAfter(3), held(t, ix))
			}
		})
	}
	trials.Wait()
}

var everything = indexer.Query{Terms: []indexer.Term{{Field: indexer.Wordings, Text: "每个", Weight: 1}}, K: 1000}

func held(t *testing.T, ix indexer.Index) int {
	t.Helper()
	r, err := ix.Search(t.Context(), everything)
	require.NoError(t, err)
	return len(r.Hits)
}

// TestVerifyFindsDamageWhileServing spoils files of an open index. bolt's file
// is not among them: bleve writes the newest state into it from memory, also
// when Verify asks for it.
func TestVerifyFindsDamageWhileServing(t *testing.T) {
	for _, which := range []string{".zap", "STAMP", "CURRENT"} {
		t.Run(which, func(t *testing.T) {
			dir := t.TempDir()
			ix := open(t, dir)
			defer ix.Close()
			applyHistory(t, ix, 1, 5)
			require.NoError(t, ix.Verify(t.Context()))
			for _, name := range files(t, dir) {
				if strings.HasSuffix(name, which) {
					flipInPlace(t, name)
				}
			}
			assert.Error(t, ix.Verify(t.Context()))
			assert.Equal(t, heldAfter(5), held(t, ix), "what is served comes from memory")
		})
	}
}

// flipInPlace flips a bit in the middle of a file that is open and mapped.
func flipInPlace(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer f.Close()
	_, err = f.WriteAt([]byte{b[len(b)/2] ^ 4}, int64(len(b)/2))
	require.NoError(t, err)
}

// TestLost opens what is missing in part.
func TestLost(t *testing.T) {
	for _, test := range []struct{ name, remove string }{
		{"all of it", "*"},
		{"the name of the current generation", "CURRENT"},
		{"the generation", "generation-*"},
		{"the stamp", "generation-*/STAMP"},
		{"a segment", "generation-*/store/*.zap"},
		{"bolt's file", "generation-*/store/root.bolt"},
		{"bleve's folder", "generation-*/store"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			ix := open(t, dir)
			applyHistory(t, ix, 1, 3)
			require.NoError(t, ix.Close())
			names, err := filepath.Glob(filepath.Join(dir, test.remove))
			require.NoError(t, err)
			require.NotEmpty(t, names)
			for _, name := range names {
				require.NoError(t, os.RemoveAll(name))
			}
			ix = open(t, dir)
			defer ix.Close()
			assert.NotEmpty(t, ix.Reason())
			assert.Zero(t, held(t, ix))
		})
	}
}

// TestUnsealed spoils the segment of an index whose process was killed.
func TestUnsealed(t *testing.T) {
	for trial := range 8 {
		dir := t.TempDir()
		ix := open(t, dir)
		applyHistory(t, ix, 4, 4)
		full := held(t, ix)
		require.NoError(t, ix.Close())
		seals, err := filepath.Glob(filepath.Join(dir, "generation-*", "SUMS"))
		require.NoError(t, err)
		require.Len(t, seals, 1)
		require.NoError(t, os.Remove(seals[0]))

		ix = open(t, dir)
		require.Empty(t, ix.Reason(), "a killed index is as good as a closed one")
		require.Equal(t, full, held(t, ix))
		require.NoError(t, ix.Close())

		require.NoError(t, os.Remove(seals[0]))
		segments, err := filepath.Glob(filepath.Join(dir, "generation-*", "store", "*.zap"))
		require.NoError(t, err)
		require.Len(t, segments, 1)
		did := spoil(t, rand.New(rand.NewPCG(uint64(trial), 9)), segments[0])
		ix = open(t, dir)
		assert.NotEmpty(t, ix.Reason(), did)
		assert.Zero(t, held(t, ix), did)
		require.NoError(t, ix.Close())
	}
}

func TestStampChanges(t *testing.T) {
	dir := t.TempDir()
	for i, stamp := range []indexer.Stamp{{Epoch: "a"}, {Epoch: "b"}, {Epoch: "b", Segment: "2"}, {Epoch: "b", Segment: "2", Mask: "3"}, {Epoch: "b", Segment: "2", Mask: "3", Shape: "4"}} {
		ix, err := bleveindex.Open(t.Context(), bleveindex.Config{Dir: dir, Stamp: stamp, Logger: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		assert.NotEmpty(t, ix.Reason(), "stamp %d", i)
		assert.Zero(t, held(t, ix))
		status, err := ix.Status(t.Context())
		require.NoError(t, err)
		assert.Equal(t, stamp, status.Stamp)
		applyHistory(t, ix, 1, 2)
		require.NoError(t, ix.Close())
		left, err := filepath.Glob(filepath.Join(dir, "generation-*"))
		require.NoError(t, err)
		assert.Len(t, left, 1, "the former generation is left behind")
	}
}

// TestLeftovers opens an index beside what an interrupted rebuild left.
func TestLeftovers(t *testing.T) {
	dir := t.TempDir()
	ix := open(t, dir)
	applyHistory(t, ix, 1, 2)
	require.NoError(t, ix.Close())
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "generation-000009", "store"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "generation-000009", "store", "000.zap"), []byte("half"), 0o600))
	ix = open(t, dir)
	defer ix.Close()
	assert.Empty(t, ix.Reason())
	assert.Equal(t, heldAfter(2), held(t, ix))
	assert.NoDirExists(t, filepath.Join(dir, "generation-000009"))
}
