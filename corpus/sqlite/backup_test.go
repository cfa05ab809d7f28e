package sqlite_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"precedent/corpus"
	"precedent/corpus/sqlite"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBackupAndRestore(t *testing.T) {
	ctx := context.Background()
	w := corpus.Write{Caller: corpus.LocalCaller()}
	path := filled(t)
	s := open(t, path)
	backup := filepath.Join(t.TempDir(), "backup.db")

	// Others write meanwhile.
	stop := make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				_, err := s.PutCases(ctx, w, manyCases(20))
				assert.NoError(t, err)
			}
		}
	})
	before, err := s.LastSeq(ctx)
	require.NoError(t, err)
	require.NoError(t, s.Backup(ctx, backup))
	close(stop)
	writing.Wait()
	assert.ErrorIs(t, s.Backup(ctx, backup), os.ErrExist)
	info, err := os.Stat(backup)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	restored := filepath.Join(t.TempDir(), "data", "store.db")
	require.NoError(t, sqlite.Restore(ctx, backup, restored))
	assert.ErrorIs(t, sqlite.Restore(ctx, backup, restored), os.ErrExist)
	left, err := os.ReadDir(filepath.Dir(restored))
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing is left beside it")

	r := open(t, restored)
	defer r.Close()
	seq, err := r.LastSeq(ctx)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, seq, before)
	was, err := s.Changes(ctx, 0, int(seq))
	require.NoError(t, err)
	is, err := r.Changes(ctx, 0, int(seq)+1)
	require.NoError(t, err)
	assert.Equal(t, was, is, "the copy is of one moment")
	require.NoError(t, r.Check(ctx))

	oldEpoch, err := s.Epoch(ctx)
	require.NoError(t, err)
	newEpoch, err := r.Epoch(ctx)
	require.NoError(t, err)
	assert.NotEqual(t, oldEpoch, newEpoch, "an index of the former store is not of this one")
	oldSecret, err := s.Secret(ctx)
	require.NoError(t, err)
	newSecret, err := r.Secret(ctx)
	require.NoError(t, err)
	assert.Equal(t, oldSecret, newSecret)
	require.NoError(t, s.Close())
}

func TestRestoreRefuses(t *testing.T) {
	ctx := context.Background()
	damaged := filled(t)
	spoil(t, damaged, "UPDATE case_versions SET body = '{' WHERE seq = 5")
	text := filepath.Join(t.TempDir(), "text.db")
	require.NoError(t, os.WriteFile(text, []byte("no database"), 0o600))
	for _, backup := range []string{damaged, text, filepath.Join(t.TempDir(), "missing.db")} {
		to := filepath.Join(t.TempDir(), "store.db")
		require.Error(t, sqlite.Restore(ctx, backup, to))
		left, err := os.ReadDir(filepath.Dir(to))
		require.NoError(t, err)
		assert.Empty(t, left)
	}
}

func TestBackupCancelled(t *testing.T) {
	s := open(t, filled(t))
	defer s.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	assert.ErrorIs(t, s.Backup(ctx, filepath.Join(dir, "backup.db")), context.Canceled)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}
