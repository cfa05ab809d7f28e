package vectorindex_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
)

// spoil flips a bit of a file, or cuts its end off, and says what it did.
func spoil(t *testing.T, r *rand.Rand, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	at := r.IntN(len(b))
	if r.IntN(4) == 0 {
		require.NoError(t, os.Truncate(path, int64(at)))
		return fmt.Sprintf("cut to %d of %d bytes", at, len(b))
	}
	bit := byte(1) << r.IntN(8)
	b[at] ^= bit
	require.NoError(t, os.WriteFile(path, b, 0o600))
	return fmt.Sprintf("byte %d xor %#x", at, bit)
}

func theLog(t *testing.T, dir string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "log-*"))
	require.NoError(t, err)
	require.Len(t, names, 1)
	return names[0]
}

// TestDamage spoils the log of a closed index again and again. It opens with
// a prefix of the batches or, if what is damaged is not the end, with none and
// the reason; what is whole stays known; and filled on, it is as before.
func TestDamage(t *testing.T) {
	const last = 30
	whole := t.TempDir()
	ix := open(t, whole)
	follow(t, ix, nil, last)
	require.NoError(t, ix.Close())
	m := modelAt(last)
	anew, prefix, known := 0, 0, 0
	for trial := range uint64(60) {
		r := rand.New(rand.NewPCG(trial, 1))
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir, os.DirFS(whole)))
		did := spoil(t, r, theLog(t, dir))
		ix := open(t, dir)
		seq := ix.State().Seq
		if ix.Reason() == "" {
			require.Less(t, seq, int64(last), did)
			prefix++
		} else {
			require.Zero(t, seq, did)
			anew++
		}
		modelAt(seq).holds(t, ix, r)
		for id, d := range m.docs {
			if ix.Knows(id, d.sum) {
				known++
			}
		}
		follow(t, ix, nil, last)
		require.NoError(t, ix.Settled(t.Context()))
		m.holds(t, ix, r)
		require.NoError(t, ix.Verify(t.Context()), did)
		require.NoError(t, ix.Close())
	}
	assert.Positive(t, prefix)
	assert.Positive(t, anew)
	assert.Greater(t, known, 60*len(m.docs)/2, "what was whole is not known")
}

// TestDamagedSnapshot cuts a compacted log, which has no seq before its end.
func TestDamagedSnapshot(t *testing.T) {
	dir := t.TempDir()
	ix := open(t, dir)
	follow(t, ix, nil, 30)
	require.NoError(t, ix.Compact(t.Context()))
	require.NoError(t, ix.Close())
	log := theLog(t, dir)
	info, err := os.Stat(log)
	require.NoError(t, err)
	require.NoError(t, os.Truncate(log, info.Size()-100)) // into what stands before the closing record
	ix = open(t, dir)
	defer ix.Close()
	assert.Zero(t, ix.State().Seq, "documents without the seq that they are of")
	follow(t, ix, nil, 30)
	modelAt(30).holds(t, ix, rand.New(rand.NewPCG(1, 1)))
}

// TestVerifyFindsDamageWhileServing spoils the log of an open index.
func TestVerifyFindsDamageWhileServing(t *testing.T) {
	dir := t.TempDir()
	ix := open(t, dir)
	defer ix.Close()
	follow(t, ix, nil, 10)
	require.NoError(t, ix.Verify(t.Context()))
	flip := func(at int64) {
		f, err := os.OpenFile(theLog(t, dir), os.O_RDWR, 0)
		require.NoError(t, err)
		defer f.Close()
		var b [1]byte
		_, err = f.ReadAt(b[:], at)
		require.NoError(t, err)
		_, err = f.WriteAt([]byte{b[0] ^ 4}, at)
		require.NoError(t, err)
	}
	info, err := os.Stat(theLog(t, dir))
	require.NoError(t, err)
	for range 50 {
		at := rand.Int64N(info.Size())
		flip(at)
		require.Error(t, ix.Verify(t.Context()), "byte %d", at)
		flip(at)
	}
	require.NoError(t, ix.Verify(t.Context()))
	modelAt(10).holds(t, ix, rand.New(rand.NewPCG(1, 1)))
	require.NoError(t, os.Truncate(theLog(t, dir), info.Size()/2))
	assert.Error(t, ix.Verify(t.Context()))
}

// TestForeign opens folders that hold something else.
func TestForeign(t *testing.T) {
	for name, write := range map[string]func(dir string) error{
		"an empty log": func(dir string) error { return os.WriteFile(filepath.Join(dir, "log-000004"), nil, 0o600) },
		"a log of words": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "log-000004"), []byte("hello\n"), 0o600)
		},
		"an unfinished log":  func(dir string) error { return os.WriteFile(filepath.Join(dir, "log-000009.tmp"), []byte("x"), 0o600) },
		"a folder for a log": func(dir string) error { return os.Mkdir(filepath.Join(dir, "log-000004"), 0o700) },
		"a file of someone":  func(dir string) error { return os.WriteFile(filepath.Join(dir, "notes"), []byte("x"), 0o600) },
		"a number out of range": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "log-00000000000000000000001"), nil, 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, write(dir))
			ix := open(t, dir)
			defer ix.Close()
			assert.NotEmpty(t, ix.Reason())
			apply(t, ix, 1, doc("c_1", 1, 1, 0, 0))
			assert.Equal(t, []string{"c_1"}, found(t, ix, alongX))
			assert.NoFileExists(t, filepath.Join(dir, "log-000009.tmp"))
		})
	}
}

// TestUnsynced loses confidence in the log: the next batch writes it anew.
func TestUnsynced(t *testing.T) {
	dir := t.TempDir()
	ix := open(t, dir)
	follow(t, ix, nil, 10)
	before := theLog(t, dir)
	ix.BreakSync(os.ErrInvalid)
	follow(t, ix, nil, 11)
	assert.NotEqual(t, before, theLog(t, dir))
	follow(t, ix, nil, 12)
	ix.Sync()
	require.NoError(t, ix.Verify(t.Context()))
	require.NoError(t, ix.Close())
	ix = open(t, dir)
	defer ix.Close()
	modelAt(12).holds(t, ix, rand.New(rand.NewPCG(1, 1)))
}

// TestRebuildKeepsDamaged rebuilds over a log that was damaged while it was
// served: what is whole of it is used again.
func TestRebuildKeepsDamaged(t *testing.T) {
	dir := t.TempDir()
	ix := open(t, dir)
	defer ix.Close()
	for i := range int64(20) {
		apply(t, ix, i+1, doc(fmt.Sprint("c_", i), 1, float32(i), 1, 0))
	}
	b, err := os.ReadFile(theLog(t, dir))
	require.NoError(t, err)
	b[len(b)/2] ^= 1
	require.NoError(t, os.WriteFile(theLog(t, dir), b, 0o600))
	require.NoError(t, ix.Rebuild(t.Context(), stamp, func(ctx context.Context, into indexer.Applier) error {
		known := 0
		for i := range 20 {
			if ix.Knows(fmt.Sprint("c_", i), 1) {
				known++
			}
		}
		assert.Equal(t, 19, known)
		return nil
	}))
}
