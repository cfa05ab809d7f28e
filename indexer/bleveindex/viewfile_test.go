package bleveindex

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
)

func openKeeping(t *testing.T, dir string) *Index {
	t.Helper()
	ix, err := Open(t.Context(), Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)}.KeepingSmallViews())
	require.NoError(t, err)
	return ix
}

// fillForViews applies batches of documents of all sorts.
func fillForViews(t *testing.T, ix *Index) {
	t.Helper()
	r := rand.New(rand.NewPCG(2, 2))
	for seq := range int64(4) {
		b := indexer.Batch{Seq: seq + 1}
		for i := range []int{2600, 600, 300, 50}[seq] {
			id := fmt.Sprint("row-", seq, "-", i)
			if i%3 > 0 {
				id = fmt.Sprintf("%s_%s", []string{"c", "p"}[i%2], unpackID(nil, [16]byte{byte(seq), byte(i), byte(i >> 8), 255}))
			}
			d := indexer.Document{ID: id, Facets: []string{"kind:case", fmt.Sprint("product:", i%7)}}
			for f := range d.Terms[:3] {
				for range r.IntN(30) {
					d.Terms[f] = append(d.Terms[f], fmt.Sprint("词", r.IntN(1+r.IntN(900))))
				}
			}
			// A plane, with frequencies it does not tell, and a long list.
			d.Terms[indexer.Title] = append(d.Terms[indexer.Title], slices.Repeat([]string{"每个"}, 1+i%4)...)
			if i%9 == 0 {
				d.Terms[indexer.Title] = append(d.Terms[indexer.Title], slices.Repeat([]string{"有时"}, 1+i%2)...)
			}
			if i == 17 {
				for range 70_000 {
					d.Terms[indexer.Text] = append(d.Terms[indexer.Text], "还是")
				}
			}
			b.Put = append(b.Put, d)
		}
		require.NoError(t, ix.Apply(t.Context(), b))
	}
}

// viewFiles waits until every segment has a view file, and returns them.
func viewFiles(t *testing.T, ix *Index) []string {
	t.Helper()
	g := ix.served.Load()
	var paths []string
	require.Eventually(t, func() bool {
		snap, err := g.snapshot()
		if err != nil {
			return false
		}
		defer snap.Close()
		paths = nil
		for _, s := range snap.Segments() {
			if file := segmentFile(s); file != "" {
				paths = append(paths, g.viewPath(file))
			}
		}
		names, err := g.viewNames()
		for i, name := range names {
			names[i] = filepath.Join(viewsFolder(g.dir), name)
		}
		slices.Sort(paths)
		return err == nil && len(paths) == len(snap.Segments()) && slices.Equal(names, paths)
	}, 2*time.Minute, 20*time.Millisecond)
	return paths
}

func answers(t *testing.T, ix *Index) (all []indexer.Result) {
	t.Helper()
	for word := range 40 {
		q := indexer.Query{K: 50, Filter: indexer.Filter{{"product:1", "product:2"}}}
		for f := range indexer.Field(3) {
			q.Terms = append(q.Terms, indexer.Term{Field: f, Text: fmt.Sprint("词", word), Weight: 1})
		}
		r, err := ix.Search(t.Context(), q)
		require.NoError(t, err)
		all = append(all, r)
	}
	return all
}

func TestViewFilesHoldWhatSegmentsGive(t *testing.T) {
	ix := openKeeping(t, t.TempDir())
	defer ix.Close()
	fillForViews(t, ix)
	viewFiles(t, ix)
	snap, err := ix.served.Load().snapshot()
	require.NoError(t, err)
	defer snap.Close()
	for _, s := range snap.Segments() {
		decoded, err := buildView(s.Id(), s.Segment())
		require.NoError(t, err)
		read, err := readView(ix.served.Load().viewPath(segmentFile(s)), segmentFile(s))
		require.NoError(t, err)
		requireSameView(t, decoded, read)
		assert.Equal(t, decoded.bytes(), read.bytes())
	}
}

// TestViewFilesDamaged opens an index with a view file spoiled in every way:
// it answers as before, and the file is made anew.
func TestViewFilesDamaged(t *testing.T) {
	dir := t.TempDir()
	ix := openKeeping(t, dir)
	fillForViews(t, ix)
	want := answers(t, ix)
	paths := viewFiles(t, ix)
	require.NoError(t, ix.Close())
	r := rand.New(rand.NewPCG(6, 6))
	for name, spoil := range map[string]func(b []byte) []byte{
		"removed":            func(b []byte) []byte { return nil },
		"empty":              func(b []byte) []byte { return b[:0] },
		"cut":                func(b []byte) []byte { return b[:r.IntN(len(b))] },
		"longer":             func(b []byte) []byte { return append(b, 1, 2, 3, 4) },
		"a bit of the head":  func(b []byte) []byte { b[r.IntN(40)] ^= 4; return b },
		"a bit":              func(b []byte) []byte { b[r.IntN(len(b))] ^= 1 << r.IntN(8); return b },
		"another bit":        func(b []byte) []byte { b[r.IntN(len(b))] ^= 1 << r.IntN(8); return b },
		"of another segment": func([]byte) []byte { return viewOfAnother(t, filepath.Base(segmentOfView(paths[0]))) },
	} {
		t.Run(name, func(t *testing.T) {
			whole, err := os.ReadFile(paths[0])
			require.NoError(t, err)
			require.NoError(t, os.Remove(paths[0]))
			if b := spoil(append([]byte(nil), whole...)); b != nil {
				require.NoError(t, os.WriteFile(paths[0], b, 0o600))
			}
			_, err = readView(paths[0], segmentOfView(paths[0]))
			require.Error(t, err)
			ix := openKeeping(t, dir)
			require.Empty(t, ix.Reason())
			require.Equal(t, want, answers(t, ix))
			paths = viewFiles(t, ix)
			require.NoError(t, ix.Verify(t.Context()))
			require.NoError(t, ix.Close())
		})
	}
}

// viewOfAnother is a whole view file of a segment that had the same name.
func viewOfAnother(t *testing.T, name string) []byte {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("another segment"), 0o600))
	path := filepath.Join(dir, name+viewSuffix)
	view := newSegmentView(0)
	require.NoError(t, writeView(t.Context(), path, filepath.Join(dir, name), view))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

// segmentOfView is the file of the segment that a view file belongs to.
func segmentOfView(path string) string {
	name := filepath.Base(path)
	return filepath.Join(storeFolder(filepath.Dir(filepath.Dir(path))), name[:len(name)-len(viewSuffix)])
}

// TestVerifyFindsDamagedViews spoils a view file while the index is open.
func TestVerifyFindsDamagedViews(t *testing.T) {
	ix := openKeeping(t, t.TempDir())
	defer ix.Close()
	fillForViews(t, ix)
	paths := viewFiles(t, ix)
	require.NoError(t, ix.Verify(t.Context()))
	b, err := os.ReadFile(paths[0])
	require.NoError(t, err)
	b[len(b)/2] ^= 1
	require.NoError(t, os.WriteFile(paths[0], b, 0o600))
	require.ErrorIs(t, ix.Verify(t.Context()), errViews)
	viewFiles(t, ix)
	require.NoError(t, ix.Verify(t.Context()))
}

// TestViewFilesGoWithTheirSegments leaves a file without a segment, and what a
// crash leaves.
func TestViewFilesGoWithTheirSegments(t *testing.T) {
	ix := openKeeping(t, t.TempDir())
	defer ix.Close()
	fillForViews(t, ix)
	paths := viewFiles(t, ix)
	for _, left := range []string{paths[0] + tempSuffix, filepath.Join(filepath.Dir(paths[0]), "ffff.zap"+viewSuffix)} {
		require.NoError(t, os.WriteFile(left, []byte("left"), 0o600))
	}
	assert.Equal(t, len(paths), len(viewFiles(t, ix)))
}
