package sqlite_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"precedent/corpus"
	"precedent/corpus/sqlite"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func openLog(t *testing.T, cfg sqlite.Config) *sqlite.QueryLog {
	t.Helper()
	l, err := sqlite.OpenQueryLog(context.Background(), cfg)
	require.NoError(t, err)
	return l
}

func TestQueryLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queries.db")
	who := corpus.LocalCaller()
	l := openLog(t, sqlite.Config{Path: path})
	want := corpus.Query{
		ID: "q_1", Text: "我的号码 13812345678 没有信号", Product: "Mate 60 Pro", Language: "zh", By: "agent",
		At: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC), Took: 1234 * time.Microsecond, IndexSeq: 7, Offered: []string{"c_1", "c_2"},
	}
	now := time.Now()
	want.At = now.UTC().Truncate(time.Microsecond)
	l.Record(want)
	for i := range 1000 {
		l.Record(corpus.Query{ID: fmt.Sprintf("q_more_%d", i), At: now})
	}
	require.NoError(t, l.Close(), "what is waiting is written first")
	require.NoError(t, l.Close())
	l.Record(corpus.Query{ID: "q_late"}) // neither blocks nor panics
	assert.Equal(t, int64(1), l.Lost())

	l = openLog(t, sqlite.Config{Path: path})
	defer l.Close()
	got, err := l.Query(context.Background(), who, "q_1")
	require.NoError(t, err)
	assert.Equal(t, "我的号码 ⟦phone⟧ 没有信号", got.Text)
	want.Text = got.Text
	assert.Equal(t, want, got)
	_, err = l.Query(context.Background(), who, "q_more_999")
	require.NoError(t, err)
	_, err = l.Query(context.Background(), who, "q_late")
	assert.ErrorIs(t, err, corpus.ErrNotFound)
	_, err = l.Query(context.Background(), corpus.PublicCaller(), "q_1")
	assert.ErrorIs(t, err, corpus.ErrNotFound)
}

func TestQueryLogPrunes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queries.db")
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	l := openLog(t, sqlite.Config{Path: path, Now: func() time.Time { return now }})
	l.Record(corpus.Query{ID: "q_old", At: now.Add(-sqlite.KeepQueries - time.Hour)})
	l.Record(corpus.Query{ID: "q_kept", At: now.Add(-sqlite.KeepQueries + time.Hour)})
	require.NoError(t, l.Close())

	l = openLog(t, sqlite.Config{Path: path, Now: func() time.Time { return now }})
	require.NoError(t, l.Close())
	var ids string
	require.NoError(t, raw(t, path).QueryRow("SELECT group_concat(id) FROM queries").Scan(&ids))
	assert.Equal(t, "q_kept", ids)
}

// While the file cannot be written, Record does not wait: what does not fit
// is dropped, counted and told.
func TestQueryLogNeverBlocks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queries.db")
	var told bytes.Buffer
	l := openLog(t, sqlite.Config{Path: path, Logger: slog.New(slog.NewTextHandler(&told, nil))})
	db := raw(t, path)
	_, err := db.Exec("BEGIN EXCLUSIVE")
	require.NoError(t, err)
	const n = 10_000
	began := time.Now()
	for i := range n {
		l.Record(corpus.Query{ID: fmt.Sprint("q_", i), At: began})
	}
	assert.Less(t, time.Since(began), 2*time.Second)
	lost := l.Lost()
	assert.Positive(t, lost)
	_, err = db.Exec("ROLLBACK")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	assert.Contains(t, told.String(), fmt.Sprintf("lost=%d", lost))
	var written int64
	require.NoError(t, db.QueryRow("SELECT count(*) FROM queries").Scan(&written))
	assert.Equal(t, n-lost, written)
}
