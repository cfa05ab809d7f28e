package storetest

import (
	"testing"
	"time"

	"precedent/corpus"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// queryID has the form of an id of a search.
const queryID = "q_00000000000000000000000000000000"

func testComplaints(t *testing.T, open Opener) {
	f := start(t, open)
	want := corpus.Complaint{
		Text: "网速太慢 <5M & 经常断", Channel: "phone", Product: "Router X", Customer: "C-77", Language: "zh", Owner: "first line",
	}
	before := time.Now()
	rec, err := f.CreateComplaint(f.ctx, f.w, want)
	require.NoError(t, err)
	assert.True(t, corpus.ValidID(corpus.ComplaintPrefix, rec.ID))
	assert.Equal(t, []corpus.Change{{Seq: rec.Seq, Kind: corpus.ComplaintRecord, ID: rec.ID}}, f.changesAfter(rec.Seq-1))
	got := f.complaint(rec.ID)
	assert.WithinRange(t, got.CreatedAt, before.Add(-time.Second), time.Now().Add(time.Second))
	want.ID, want.Status, want.CreatedAt, want.UpdatedAt = rec.ID, corpus.Open, got.CreatedAt, got.CreatedAt
	assert.Equal(t, want, got)

	answered := want
	answered.Status, answered.CaseID = corpus.Answered, corpus.NewID(corpus.CasePrefix)
	other, err := f.CreateComplaint(f.ctx, f.w, answered)
	require.NoError(t, err)
	assert.Equal(t, corpus.Open, f.complaint(other.ID).Status, "a new complaint is open, whatever it says")

	found, err := f.Complaints(f.ctx, f.w.Caller, []string{other.ID, "p_unknown", rec.ID})
	require.NoError(t, err)
	require.Len(t, found, 2)
	assert.Equal(t, other.ID, found[0].ID)
	assert.Equal(t, got, found[1])

	_, err = f.Complaint(f.ctx, f.w.Caller, "p_unknown")
	assert.ErrorIs(t, err, corpus.ErrNotFound)
	_, err = f.Complaint(f.ctx, corpus.PublicCaller(), rec.ID)
	assert.ErrorIs(t, err, corpus.ErrNotFound, "customers read no complaints")
	found, err = f.Complaints(f.ctx, corpus.PublicCaller(), []string{rec.ID})
	require.NoError(t, err)
	assert.Empty(t, found)
	f.sound()
}

func testResolveByCase(t *testing.T, open Opener) {
	f := start(t, open)
	c, p := f.create(slowWifi()), f.complain("视频转圈")
	rec, err := f.ResolveComplaint(f.ctx, f.w, p.ID, c.ID, nil)
	require.NoError(t, err)
	assert.Equal(t, corpus.Receipt{ID: p.ID, CaseID: c.ID, Version: 1, Seq: f.lastSeq()}, rec)
	got := f.complaint(p.ID)
	assert.Equal(t, corpus.Answered, got.Status)
	assert.Equal(t, c.ID, got.CaseID)
	assert.Equal(t, corpus.Tally{Attached: 1}, f.tally(c.ID))
	kinds := map[corpus.RecordKind]int{}
	for _, change := range f.changesAfter(p.Seq) {
		kinds[change.Kind]++
	}
	assert.Equal(t, map[corpus.RecordKind]int{corpus.ComplaintRecord: 1, corpus.VerdictRecord: 1}, kinds)
	f.sound()
}

func testResolveByFix(t *testing.T, open Opener) {
	f := start(t, open)
	p, err := f.CreateComplaint(f.ctx, f.w, corpus.Complaint{Text: "视频转圈", Product: "Router Y", Language: "zh"})
	require.NoError(t, err)
	fix := slowWifi()
	fix.Products = nil
	rec, err := f.ResolveComplaint(f.ctx, f.w, p.ID, "", &fix)
	require.NoError(t, err)
	assert.Equal(t, 1, rec.Version)
	assert.Equal(t, f.lastSeq(), rec.Seq, "who waits for it sees all of it")
	c := f.get(rec.CaseID)
	assert.Equal(t, []string{"视频转圈", fix.Wordings[0]}, c.Wordings)
	assert.Equal(t, []string{"Router Y"}, c.Products)
	assert.Equal(t, "zh", c.Language)
	assert.Equal(t, corpus.Published, c.State)
	assert.Equal(t, rec.CaseID, f.complaint(p.ID).CaseID)
	history, err := f.CaseHistory(f.ctx, f.w.Caller, c.ID)
	require.NoError(t, err)
	assert.Equal(t, "resolve", history[0].Action)

	// A text the fix has already is not added again, nor is its product replaced.
	p = f.complain("already there")
	fix = corpus.Case{Wordings: []string{"first", "already there"}, Resolution: "Do it.", Products: []string{"Z"}}
	rec, err = f.ResolveComplaint(f.ctx, f.w, p.ID, "", &fix)
	require.NoError(t, err)
	assert.Equal(t, []string{"first", "already there"}, f.get(rec.CaseID).Wordings)
	assert.Equal(t, []string{"Z"}, f.get(rec.CaseID).Products)

	// A fix that is refused leaves the complaint open.
	p = f.complain("open")
	seq := f.lastSeq()
	_, err = f.ResolveComplaint(f.ctx, f.w, p.ID, "", &corpus.Case{State: corpus.Published})
	assert.Equal(t, []string{"resolution"}, invalidFields(t, err))
	assert.Equal(t, corpus.Open, f.complaint(p.ID).Status)
	assert.Equal(t, seq, f.lastSeq())
	f.sound()
}

func testResolveAgain(t *testing.T, open Opener) {
	f := start(t, open)
	a, b, p := f.create(slowWifi()), f.create(slowWifi()), f.complain("slow")
	resolve := func(caseID string, fix *corpus.Case) (corpus.Receipt, error) {
		return f.ResolveComplaint(f.ctx, f.w, p.ID, caseID, fix)
	}
	first, err := resolve(a.ID, nil)
	require.NoError(t, err)
	same, err := resolve(a.ID, nil)
	require.NoError(t, err)
	assert.Equal(t, a.ID, same.CaseID)
	assert.LessOrEqual(t, same.Seq, first.Seq, "nothing changed")
	assert.Equal(t, corpus.Tally{Attached: 1}, f.tally(a.ID))

	_, err = resolve(b.ID, nil)
	require.NoError(t, err)
	assert.Equal(t, b.ID, f.complaint(p.ID).CaseID)
	assert.Equal(t, corpus.Tally{}, f.tally(a.ID), "the former answer is taken back")
	assert.Equal(t, corpus.Tally{Attached: 1}, f.tally(b.ID))

	fix := slowWifi()
	rec, err := resolve("", &fix)
	require.NoError(t, err)
	assert.Equal(t, rec.CaseID, f.complaint(p.ID).CaseID)
	assert.Equal(t, corpus.Tally{}, f.tally(b.ID))

	seq := f.lastSeq()
	_, err = resolve("", nil)
	assert.Equal(t, []string{"case_id"}, invalidFields(t, err))
	_, err = resolve(a.ID, &fix)
	assert.Equal(t, []string{"case_id"}, invalidFields(t, err))
	_, err = resolve(corpus.NewID(corpus.CasePrefix), nil)
	assert.ErrorIs(t, err, corpus.ErrNotFound)
	_, err = f.ResolveComplaint(f.ctx, f.w, "p_unknown", a.ID, nil)
	assert.ErrorIs(t, err, corpus.ErrNotFound)
	_, err = f.ResolveComplaint(f.ctx, corpus.Write{Caller: corpus.PublicCaller()}, p.ID, a.ID, nil)
	assert.ErrorIs(t, err, corpus.ErrNotFound)
	assert.Equal(t, seq, f.lastSeq())
	_, err = f.RetireCase(f.ctx, f.w, a.ID, 0)
	require.NoError(t, err)
	_, err = resolve(a.ID, nil)
	assert.ErrorIs(t, err, corpus.ErrConflict, "a retired case answers nothing")
	f.sound()
}

func testVerdicts(t *testing.T, open Opener) {
	f := start(t, open)
	c, silent, p := f.create(slowWifi()), f.create(slowWifi()), f.complain("slow")
	var last corpus.Receipt
	for _, v := range []corpus.Verdict{
		{QueryID: queryID, CaseID: c.ID, Verdict: corpus.Helped, By: "agent"},
		{ComplaintID: p.ID, CaseID: c.ID, Verdict: corpus.Helped},
		{ComplaintID: p.ID, CaseID: c.ID, Verdict: corpus.Dismissed, By: "second agent"},
		{ComplaintID: p.ID, CaseID: c.ID, Verdict: corpus.Attached},
		{ComplaintID: p.ID, CaseID: c.ID, Verdict: corpus.NotHelped, By: "engineer"},
	} {
		rec, err := f.CreateVerdict(f.ctx, f.w, v)
		require.NoError(t, err)
		assert.True(t, corpus.ValidID(corpus.VerdictPrefix, rec.ID))
		assert.Equal(t, []corpus.Change{{Seq: rec.Seq, Kind: corpus.VerdictRecord, ID: rec.ID}}, f.changesAfter(rec.Seq-1))
		got, err := f.Verdict(f.ctx, f.w.Caller, rec.ID)
		require.NoError(t, err)
		if v.By == "" {
			v.By = "local"
		}
		v.ID, v.At = rec.ID, got.At
		assert.Equal(t, v, got)
		last = rec
	}
	tallies, err := f.Tallies(f.ctx, f.w.Caller, []string{c.ID, silent.ID, "c_unknown"})
	require.NoError(t, err)
	assert.Equal(t, map[string]corpus.Tally{c.ID: {Helped: 2, NotHelped: 1, Dismissed: 1, Attached: 1}, silent.ID: {}}, tallies)

	_, err = f.UndoVerdict(f.ctx, f.w, last.ID)
	require.NoError(t, err)
	assert.Equal(t, corpus.Tally{Helped: 2, Dismissed: 1, Attached: 1}, f.tally(c.ID))
	got, err := f.Verdict(f.ctx, f.w.Caller, last.ID)
	require.NoError(t, err)
	require.NotNil(t, got.UndoneAt)
	_, err = f.UndoVerdict(f.ctx, f.w, last.ID)
	assert.ErrorIs(t, err, corpus.ErrConflict)
	_, err = f.UndoVerdict(f.ctx, f.w, "v_unknown")
	assert.ErrorIs(t, err, corpus.ErrNotFound)
	_, err = f.Verdict(f.ctx, corpus.PublicCaller(), last.ID)
	assert.ErrorIs(t, err, corpus.ErrNotFound)

	_, err = f.CreateVerdict(f.ctx, f.w, corpus.Verdict{QueryID: queryID, CaseID: corpus.NewID(corpus.CasePrefix), Verdict: corpus.Helped})
	assert.ErrorIs(t, err, corpus.ErrNotFound)
	assert.Equal(t, []string{"case_id"}, invalidFields(t, err))
	_, err = f.CreateVerdict(f.ctx, f.w, corpus.Verdict{ComplaintID: corpus.NewID(corpus.ComplaintPrefix), CaseID: c.ID, Verdict: corpus.Helped})
	assert.ErrorIs(t, err, corpus.ErrNotFound)
	assert.Equal(t, []string{"complaint_id"}, invalidFields(t, err))
	f.sound()
}

func testUndoAttached(t *testing.T, open Opener) {
	f := start(t, open)
	c, p := f.create(slowWifi()), f.complain("slow")
	_, err := f.ResolveComplaint(f.ctx, f.w, p.ID, c.ID, nil)
	require.NoError(t, err)
	var attached string
	for _, change := range f.changesAfter(p.Seq) {
		if change.Kind == corpus.VerdictRecord {
			attached = change.ID
		}
	}
	rec, err := f.UndoVerdict(f.ctx, f.w, attached)
	require.NoError(t, err)
	assert.Equal(t, f.lastSeq(), rec.Seq)
	assert.Equal(t, corpus.Open, f.complaint(p.ID).Status, "the complaint is open again")
	assert.Empty(t, f.complaint(p.ID).CaseID)
	assert.Equal(t, corpus.Tally{}, f.tally(c.ID))

	_, err = f.ResolveComplaint(f.ctx, f.w, p.ID, c.ID, nil)
	require.NoError(t, err)
	assert.Equal(t, corpus.Tally{Attached: 1}, f.tally(c.ID))
	f.sound()
}
