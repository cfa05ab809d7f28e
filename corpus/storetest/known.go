package storetest

import (
	"testing"

	"precedent/corpus"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func testResolveByKnown(t *testing.T, open Opener) {
	f := start(t, open)
	known := f.create(corpus.Case{Title: "5G drops in the lift", Known: &corpus.KnownCase{TellCustomer: "we are on it"}})
	p := f.complain("no signal in the lift")
	rec, err := f.ResolveComplaint(f.ctx, f.w, p.ID, known.ID, nil)
	require.NoError(t, err)
	assert.Equal(t, corpus.Receipt{ID: p.ID, CaseID: known.ID, Version: 1, Seq: f.lastSeq()}, rec)
	linked := f.complaint(p.ID)
	assert.Equal(t, known.ID, linked.CaseID)
	assert.Equal(t, corpus.Open, linked.Status, "the customer has no answer yet")
	assert.Equal(t, corpus.Tally{Attached: 1}, f.tally(known.ID))

	same, err := f.ResolveComplaint(f.ctx, f.w, p.ID, known.ID, nil)
	require.NoError(t, err)
	assert.Equal(t, f.lastSeq(), rec.Seq, "nothing changed")
	assert.Equal(t, known.ID, same.CaseID)

	// Once the case has a fix, it answers.
	c := f.get(known.ID)
	c.State, c.Known, c.Resolution = corpus.Published, nil, "Update the base station."
	_, err = f.UpdateCase(f.ctx, f.w, c, 1)
	require.NoError(t, err)
	assert.Equal(t, corpus.Open, f.complaint(p.ID).Status, "nobody has told the customer")
	rec, err = f.ResolveComplaint(f.ctx, f.w, p.ID, known.ID, nil)
	require.NoError(t, err)
	assert.Equal(t, corpus.Receipt{ID: p.ID, CaseID: known.ID, Version: 2, Seq: f.lastSeq()}, rec)
	assert.Equal(t, corpus.Answered, f.complaint(p.ID).Status)
	assert.Equal(t, corpus.Tally{Attached: 1}, f.tally(known.ID), "it was attached already")

	// What is known only once more takes the answer of another case away.
	other := f.create(corpus.Case{Title: "another"})
	_, err = f.ResolveComplaint(f.ctx, f.w, p.ID, other.ID, nil)
	require.NoError(t, err)
	moved := f.complaint(p.ID)
	assert.Equal(t, []any{other.ID, corpus.Open}, []any{moved.CaseID, moved.Status})
	assert.Equal(t, corpus.Tally{}, f.tally(known.ID))
	f.sound()
}

func testResolveByNothing(t *testing.T, open Opener) {
	f := start(t, open)
	p := f.complain("slow")
	seq := f.lastSeq()
	for _, fix := range []corpus.Case{{}, {Title: "slow", Resolution: " \x00"}, {State: corpus.Known, Title: "slow"}} {
		_, err := f.ResolveComplaint(f.ctx, f.w, p.ID, "", &fix)
		var invalid *corpus.InvalidError
		require.ErrorAs(t, err, &invalid)
		require.Len(t, invalid.Fields, 1)
		assert.Equal(t, []string{"resolution", "required"}, []string{invalid.Fields[0].Field, invalid.Fields[0].Code})
	}
	assert.Equal(t, seq, f.lastSeq())
	assert.Equal(t, corpus.Open, f.complaint(p.ID).Status)
	fix := corpus.Case{State: corpus.Known, Resolution: "Move it."}
	_, err := f.ResolveComplaint(f.ctx, f.w, p.ID, "", &fix)
	require.NoError(t, err)
	assert.Equal(t, corpus.Answered, f.complaint(p.ID).Status, "a new fix always answers")
}

func testVerdictAgain(t *testing.T, open Opener) {
	f := start(t, open)
	c, other, p := f.create(slowWifi()), f.create(slowWifi()), f.complain("slow")
	say := func(v corpus.Verdict) corpus.Receipt {
		t.Helper()
		rec, err := f.CreateVerdict(f.ctx, f.w, v)
		require.NoError(t, err)
		assert.Equal(t, f.lastSeq(), rec.Seq)
		return rec
	}
	for _, about := range []corpus.Verdict{{QueryID: queryID, CaseID: c.ID}, {ComplaintID: p.ID, CaseID: c.ID}} {
		word := func(kind corpus.VerdictKind) corpus.Receipt { about.Verdict = kind; return say(about) }
		first := word(corpus.Helped)
		second := word(corpus.Helped)
		assert.NotEqual(t, first.ID, second.ID)
		assert.Equal(t, corpus.Tally{Helped: 1}, f.tally(c.ID), "a double click")
		word(corpus.NotHelped)
		assert.Equal(t, corpus.Tally{NotHelped: 1}, f.tally(c.ID), "a change of mind")
		last := word(corpus.Dismissed)
		assert.Equal(t, corpus.Tally{Dismissed: 1}, f.tally(c.ID))
		former, err := f.Verdict(f.ctx, f.w.Caller, second.ID)
		require.NoError(t, err)
		assert.NotNil(t, former.UndoneAt)
		_, err = f.UndoVerdict(f.ctx, f.w, second.ID)
		assert.ErrorIs(t, err, corpus.ErrConflict)
		_, err = f.UndoVerdict(f.ctx, f.w, last.ID)
		require.NoError(t, err)
		assert.Equal(t, corpus.Tally{}, f.tally(c.ID), "what was replaced does not come back")
	}

	// Others, other cases, other matches and attached stand beside a word.
	say(corpus.Verdict{QueryID: queryID, CaseID: c.ID, Verdict: corpus.Helped})
	say(corpus.Verdict{QueryID: queryID, CaseID: c.ID, Verdict: corpus.Helped, By: "someone else"})
	say(corpus.Verdict{QueryID: queryID[:len(queryID)-1] + "2", CaseID: c.ID, Verdict: corpus.Helped})
	say(corpus.Verdict{ComplaintID: p.ID, CaseID: c.ID, Verdict: corpus.Helped})
	say(corpus.Verdict{QueryID: queryID, CaseID: other.ID, Verdict: corpus.NotHelped})
	_, err := f.ResolveComplaint(f.ctx, f.w, p.ID, c.ID, nil)
	require.NoError(t, err)
	assert.Equal(t, corpus.Tally{Helped: 4, Attached: 1}, f.tally(c.ID))
	assert.Equal(t, corpus.Tally{NotHelped: 1}, f.tally(other.ID))
	say(corpus.Verdict{ComplaintID: p.ID, CaseID: c.ID, Verdict: corpus.NotHelped})
	assert.Equal(t, corpus.Tally{Helped: 3, NotHelped: 1, Attached: 1}, f.tally(c.ID))
	assert.Equal(t, corpus.Answered, f.complaint(p.ID).Status)
	f.sound()
}
