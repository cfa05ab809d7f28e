// Package storetest holds what every corpus.Store must keep to: one suite of
// tests that each store runs from its own tests.
package storetest

import (
	"context"
	"testing"
	"time"

	"precedent/corpus"

	"github.com/stretchr/testify/require"
)

// Opener opens the store that is kept in dir, and makes it when there is none.
// The suite closes what it opens, and may open the same dir again.
type Opener func(t *testing.T, dir string) corpus.Store

// Run runs the suite.
func Run(t *testing.T, open Opener) {
	for _, part := range []struct {
		name string
		test func(t *testing.T, open Opener)
	}{
		{"cases come back as they went in", testRoundTrip},
		{"a case's former versions are kept", testVersions},
		{"a stale update is refused", testStale},
		{"retiring", testRetire},
		{"an external id is of one case", testExternalID},
		{"each caller reads what it may", testAudience},
		{"cases in the order of creation", testEachCase},
		{"what is wrong is named", testInvalid},
		{"personal data is masked before it is kept", testMasked},
		{"put creates, replaces and leaves alone", testPut},
		{"put refuses bad rows and takes the others", testPutBadRows},
		{"put keeps what a row leaves out", testPutLeftOut},
		{"put takes rows one after another", testPutInTurn},
		{"put gives back ids of another store", testPutForeignID},
		{"a key records once", testKey},
		{"a key used at once records once", testKeyAtOnce},
		{"a key of put", testKeyOfPut},
		{"complaints", testComplaints},
		{"a complaint answered by a case", testResolveByCase},
		{"a complaint answered by a new fix", testResolveByFix},
		{"a complaint answered anew", testResolveAgain},
		{"a complaint about a known case", testResolveByKnown},
		{"a fix that says nothing answers nothing", testResolveByNothing},
		{"verdicts and tallies", testVerdicts},
		{"a word is counted once", testVerdictAgain},
		{"undoing what attached a case", testUndoAttached},
		{"changes in the order of commits", testOrder},
		{"wait", testWait},
		{"a cancelled write leaves nothing", testCancelled},
		{"what a store is survives reopening", testReopen},
		{"a closed store says so", testClosed},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, open) })
	}
}

// fixture is an open store, and what the tests do with it all the time.
type fixture struct {
	*testing.T
	corpus.Store
	ctx context.Context
	w   corpus.Write // on behalf of whoever sits at the machine
}

func start(t *testing.T, open Opener) *fixture {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	f := &fixture{T: t, Store: open(t, t.TempDir()), ctx: ctx, w: corpus.Write{Caller: corpus.LocalCaller()}}
	t.Cleanup(func() {
		cancel()
		require.NoError(t, f.Close())
	})
	return f
}

// sound fails the test when the store is damaged.
func (f *fixture) sound() {
	f.Helper()
	require.NoError(f, f.Check(f.ctx))
}

func (f *fixture) create(c corpus.Case) corpus.Receipt {
	f.Helper()
	rec, err := f.CreateCase(f.ctx, f.w, c)
	require.NoError(f, err)
	return rec
}

func (f *fixture) get(id string) corpus.Case {
	f.Helper()
	c, err := f.Case(f.ctx, f.w.Caller, id)
	require.NoError(f, err)
	return c
}

func (f *fixture) put(cases ...corpus.Case) []corpus.Outcome {
	f.Helper()
	out, err := f.PutCases(f.ctx, f.w, cases)
	require.NoError(f, err)
	require.Len(f, out, len(cases))
	return out
}

func (f *fixture) complain(text string) corpus.Receipt {
	f.Helper()
	rec, err := f.CreateComplaint(f.ctx, f.w, corpus.Complaint{Text: text, Product: "Router X"})
	require.NoError(f, err)
	return rec
}

func (f *fixture) complaint(id string) corpus.Complaint {
	f.Helper()
	p, err := f.Complaint(f.ctx, f.w.Caller, id)
	require.NoError(f, err)
	return p
}

func (f *fixture) tally(caseID string) corpus.Tally {
	f.Helper()
	tallies, err := f.Tallies(f.ctx, f.w.Caller, []string{caseID})
	require.NoError(f, err)
	return tallies[caseID]
}

func (f *fixture) lastSeq() int64 {
	f.Helper()
	seq, err := f.LastSeq(f.ctx)
	require.NoError(f, err)
	return seq
}

// changesAfter returns the changes after a seq, which must follow on it.
func (f *fixture) changesAfter(after int64) []corpus.Change {
	f.Helper()
	changes, err := f.Changes(f.ctx, after, 1_000_000)
	require.NoError(f, err)
	for i, c := range changes {
		require.Equal(f, after+int64(i)+1, c.Seq, "seq has no gaps")
	}
	return changes
}

// slowWifi is a small case that is sound.
func slowWifi() corpus.Case {
	return corpus.Case{
		Title:      "Wi-Fi 很慢",
		Wordings:   []string{"晚上家里的 Wi-Fi 特别慢，刷视频一直转圈"},
		Resolution: "一、登录路由器；二、把信道改成 36 或 149；三、重启路由器。",
		Products:   []string{"Router X"},
	}
}

// invalidFields are the fields that err, an *corpus.InvalidError, names.
func invalidFields(t *testing.T, err error) []string {
	t.Helper()
	var invalid *corpus.InvalidError
	require.ErrorAs(t, err, &invalid)
	var fields []string
	for _, f := range invalid.Fields {
		fields = append(fields, f.Field)
	}
	return fields
}
