package sqlite_test

import (
	"context"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"

	"precedent/corpus"
	"precedent/corpus/sqlite"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A process that is killed at any moment has lost nothing it acknowledged.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	var acked []corpus.Change
	for range 10 {
		c := startChild(t, path, 1_000_000)
		killAt := 1 + rand.IntN(120)
		more, failures := c.acks(t, func(n int) {
			if n == killAt {
				require.NoError(t, c.Process.Kill())
			}
		})
		assert.Error(t, c.Wait(), "it was killed")
		assert.Empty(t, failures)
		acked = append(acked, more...)

		s := open(t, path)
		assertKept(t, s, acked)
		require.NoError(t, s.Close())
	}
}

// Processes that write at once take turns; nobody is told of locks.
func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	const writes = 15
	// All three may be the one that makes the file.
	children := []*child{startChild(t, path, writes), startChild(t, path, writes)}
	s := open(t, path)
	defer s.Close()
	ctx := context.Background()
	require.NoError(t, s.Wait(ctx, 0), "what others write is noticed")

	var acked []corpus.Change
	for range writes {
		out, err := s.PutCases(ctx, corpus.Write{Caller: corpus.LocalCaller()}, manyCases(200))
		require.NoError(t, err)
		for _, o := range out {
			acked = append(acked, corpus.Change{Seq: o.Seq, Kind: corpus.CaseRecord, ID: o.ID})
		}
	}
	for _, c := range children {
		more, failures := c.acks(t, nil)
		require.NoError(t, c.Wait())
		assert.Empty(t, failures)
		assert.Len(t, more, 3*writes*6)
		acked = append(acked, more...)
	}
	assertKept(t, s, acked)
	last, err := s.LastSeq(ctx)
	require.NoError(t, err)
	assert.Equal(t, int64(len(acked)), last)
}

// A full disk is an error for the writer, and nothing else.
func TestDiskFull(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	defer s.Close()
	ctx := context.Background()
	w := corpus.Write{Caller: corpus.LocalCaller()}
	pages, err := sqlite.Pages(s)
	require.NoError(t, err)
	require.NoError(t, sqlite.LimitPages(s, pages+100))
	var acked []corpus.Change
	for {
		var out []corpus.Outcome
		if out, err = s.PutCases(ctx, w, manyCases(50)); err != nil {
			break
		}
		for _, o := range out {
			acked = append(acked, corpus.Change{Seq: o.Seq, Kind: corpus.CaseRecord, ID: o.ID})
		}
	}
	assert.ErrorIs(t, err, sqlite.ErrDiskFull)
	assert.NotEmpty(t, acked)
	assertKept(t, s, acked)
	last, err := s.LastSeq(ctx)
	require.NoError(t, err)
	assert.Equal(t, int64(len(acked)), last)

	require.NoError(t, sqlite.LimitPages(s, 1<<30))
	rec, err := s.CreateCase(ctx, w, manyCases(1)[0])
	require.NoError(t, err, "with room again, writing goes on")
	assert.Equal(t, last+1, rec.Seq)
}

// A sync that fails is an error for the writer; what was acknowledged before
// and after stays.
func TestSyncFails(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace, which makes a sync fail, is not installed")
	}
	for _, when := range []string{"9+5", "12", "10..40"} {
		t.Run(when, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "store.db")
			require.NoError(t, open(t, path).Close()) // made while syncs work
			c := startChild(t, path, 12, strace, "-f", "-qq", "-o", filepath.Join(dir, "strace.out"),
				"-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when="+when)
			acked, failures := c.acks(t, nil)
			require.NoError(t, c.Wait())
			assert.NotEmpty(t, failures, "no sync failed")
			assert.NotEmpty(t, acked)
			s := open(t, path)
			defer s.Close()
			assertKept(t, s, acked)
		})
	}
}
