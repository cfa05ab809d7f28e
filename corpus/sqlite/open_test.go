package sqlite_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"precedent/corpus"
	"precedent/corpus/sqlite"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// raw opens the file as anybody could, to see or to spoil what is in it.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

func spoil(t *testing.T, path string, statements ...string) {
	t.Helper()
	db := raw(t, path)
	for _, s := range statements {
		_, err := db.Exec(s)
		require.NoError(t, err, s)
	}
	require.NoError(t, db.Close())
}

func TestOpenNew(t *testing.T) {
	// Characters that mean something in the address of a database.
	path := filepath.Join(t.TempDir(), "new folder", "100%?#数据.db")
	s := open(t, path)
	defer s.Close()
	for _, p := range []string{path, path + "-wal"} {
		info, err := os.Stat(p)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "only its owner may read %s", p)
	}
}

func TestOpenAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	var all sync.WaitGroup
	epochs := make([]string, 8)
	for i := range epochs {
		all.Go(func() {
			s, err := sqlite.Open(context.Background(), sqlite.Config{Path: path})
			if assert.NoError(t, err) {
				epochs[i], err = s.Epoch(context.Background())
				assert.NoError(t, err)
				assert.NoError(t, s.Close())
			}
		})
	}
	all.Wait()
	for _, e := range epochs {
		assert.Equal(t, epochs[0], e)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	fresh := func(name string) string {
		require.NoError(t, open(t, path(name)).Close())
		return path(name)
	}
	newer := fresh("newer.db")
	spoil(t, newer, "INSERT INTO store_version (version_id, is_applied) VALUES (99999, 1)")
	spoil(t, path("other.db"), "CREATE TABLE birds (name TEXT)")
	require.NoError(t, os.WriteFile(path("text.db"), []byte("this is no database, whatever its name says. "), 0o600))
	torn := fresh("torn.db")
	require.NoError(t, os.Truncate(torn, 9000))
	log, err := sqlite.OpenQueryLog(context.Background(), sqlite.Config{Path: path("queries.db")})
	require.NoError(t, err)
	require.NoError(t, log.Close())
	require.NoError(t, os.Mkdir(path("folder.db"), 0o700))

	for _, c := range []struct {
		name, path string
		is         error
		says       string
	}{
		{"written by a newer release", newer, sqlite.ErrNewer, "99999"},
		{"another program's database", path("other.db"), nil, "not a store but another database"},
		{"the log of queries", path("queries.db"), nil, "not a store but another database"},
		{"no database", path("text.db"), sqlite.ErrDamaged, "restore it from a backup"},
		{"cut short", torn, sqlite.ErrDamaged, "restore it from a backup"},
		{"a folder", path("folder.db"), nil, "folder.db"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := sqlite.Open(context.Background(), sqlite.Config{Path: c.path})
			require.Error(t, err)
			if c.is != nil {
				assert.ErrorIs(t, err, c.is)
			}
			assert.ErrorContains(t, err, c.says)
			assert.ErrorContains(t, err, c.path)
		})
	}
}

// A receipt is kept for a day at least, and not for ever.
func TestReceiptsAreDropped(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	s, err := sqlite.Open(context.Background(), sqlite.Config{
		Path: filepath.Join(t.TempDir(), "store.db"), Now: func() time.Time { return now },
	})
	require.NoError(t, err)
	defer s.Close()
	ctx := context.Background()
	w := corpus.Write{Caller: corpus.LocalCaller(), Key: "key", Fingerprint: "f"}
	write := func() corpus.Receipt {
		rec, err := s.CreateComplaint(ctx, w, corpus.Complaint{Text: "slow"})
		require.NoError(t, err)
		return rec
	}
	first := write()
	p, err := s.Complaint(ctx, w.Caller, first.ID)
	require.NoError(t, err)
	assert.Equal(t, now, p.CreatedAt, "time is the injected clock's")
	now = now.Add(25 * time.Hour)
	assert.True(t, write().Replayed)
	now = now.Add(sqlite.KeepReceipts)
	assert.False(t, write().Replayed)
}

// A write of the same process ends Wait at once, not at the next look for what
// other processes wrote.
func TestWaitEndsAtOnce(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	defer s.Close()
	ctx := context.Background()
	fastest := time.Hour
	for range 5 {
		seq, err := s.LastSeq(ctx)
		require.NoError(t, err)
		began := time.Now()
		waited := make(chan time.Duration)
		go func() {
			assert.NoError(t, s.Wait(ctx, seq))
			waited <- time.Since(began)
		}()
		time.Sleep(10 * time.Millisecond)
		_, err = s.CreateComplaint(ctx, corpus.Write{Caller: corpus.LocalCaller()}, corpus.Complaint{Text: "slow"})
		require.NoError(t, err)
		fastest = min(fastest, <-waited)
	}
	assert.Less(t, fastest, sqlite.Glance*3/4)
}
