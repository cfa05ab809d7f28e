package sqlite_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"precedent/corpus"
	"precedent/corpus/sqlite"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// filled makes a store with something in each table, and closes it.
func filled(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "store.db")
	s := open(t, path)
	ctx := context.Background()
	w := corpus.Write{Caller: corpus.LocalCaller()}
	cases, err := s.PutCases(ctx, w, manyCases(300))
	require.NoError(t, err)
	c, err := s.Case(ctx, w.Caller, cases[0].ID)
	require.NoError(t, err)
	c.Title = "second version"
	_, err = s.UpdateCase(ctx, w, c, 1)
	require.NoError(t, err)
	p, err := s.CreateComplaint(ctx, w, corpus.Complaint{Text: "slow"})
	require.NoError(t, err)
	_, err = s.ResolveComplaint(ctx, w, p.ID, c.ID, nil)
	require.NoError(t, err)
	require.NoError(t, s.Check(ctx))
	require.NoError(t, s.Close())
	return path
}

func TestCheckFinds(t *testing.T) {
	for _, c := range []struct{ name, spoil, says string }{
		{"a gap in the changes", "DELETE FROM changes WHERE seq = 7", "change 8 is missing or the one before it"},
		{"a reference to nothing", "DELETE FROM changes WHERE seq = 7", "case_versions names a missing row of changes"},
		{"a present version that is not the newest", "UPDATE cases SET seq = 1, version = 1 WHERE no = 1", "does not point to its newest version"},
		{"a wrong version number", "UPDATE cases SET version = 9 WHERE no = 1", "does not point to its newest version"},
		{"a lost version", "DELETE FROM case_versions WHERE seq = 1", "lacks former versions"},
		{"a version of another case", "UPDATE changes SET id = 'c_x' WHERE seq = 9", "has the change of another record"},
		{"a change of nothing", "UPDATE changes SET kind = 'verdict' WHERE seq = 9", "which is missing"},
		{"a broken record", "UPDATE case_versions SET body = '{' WHERE seq = 5", "is not what was written"},
		{"a case filed wrongly", "UPDATE cases SET audience = 'public' WHERE no = 5", "is not what it is filed under"},
		{"a complaint filed wrongly", "UPDATE complaints SET case_no = 2", "is not what it is filed under"},
		{"a verdict filed wrongly", "UPDATE verdicts SET verdict = 'helped'", "is not what it is filed under"},
		{"a verdict on another query", "UPDATE verdicts SET query_id = 'q_x'", "is not what it is filed under"},
		{"a lost epoch", "DELETE FROM meta WHERE key = 'secret'", "has no secret"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filled(t)
			s := open(t, path)
			defer s.Close()
			spoil(t, path, c.spoil)
			err := s.Check(context.Background())
			assert.ErrorIs(t, err, sqlite.ErrDamaged)
			assert.ErrorContains(t, err, c.says)
		})
	}
}

// A single bit that the disk has changed inside a text is found, and the text
// is not served.
func TestCheckFindsFlippedBit(t *testing.T) {
	path := filled(t)
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	text := []byte("第 7 位客户")
	flipped := bytes.Clone(text)
	flipped[len("第 ")] ^= 1                      // 7 becomes 6
	file = bytes.ReplaceAll(file, text, flipped) // also where a page was split and the former half left behind
	require.NoError(t, os.WriteFile(path, file, 0o600))

	s := open(t, path)
	defer s.Close()
	ctx := context.Background()
	assert.ErrorIs(t, s.Check(ctx), sqlite.ErrDamaged)
	assert.ErrorIs(t, s.EachCase(ctx, corpus.LocalCaller(), func(corpus.Case) error { return nil }), sqlite.ErrDamaged)

	changes, err := s.Changes(ctx, 0, 1000)
	require.NoError(t, err)
	var ids []string
	for _, c := range changes {
		if c.Kind == corpus.CaseRecord {
			ids = append(ids, c.ID)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	sound, err := s.Cases(ctx, corpus.LocalCaller(), ids)
	require.NoError(t, err, "one damaged record does not keep the others")
	assert.Len(t, sound, len(ids)-1)
}
