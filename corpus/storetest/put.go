package storetest

import (
	"testing"

	"precedent/corpus"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func testPut(t *testing.T, open Opener) {
	f := start(t, open)
	a, b := slowWifi(), fullCase()
	a.ExternalID = "a"
	out := f.put(a, b, slowWifi())
	for i, o := range out {
		require.NoError(t, o.Err)
		assert.True(t, o.Created && o.Changed)
		assert.Equal(t, int64(i+1), o.Seq)
		assert.Equal(t, 1, o.Version)
	}
	assert.Len(t, f.changesAfter(0), 3)

	again := f.put(a, b)
	for i, o := range again {
		assert.Equal(t, corpus.Outcome{ID: out[i].ID, Version: 1}, o, "an equal case is left alone")
	}
	assert.Equal(t, int64(3), f.lastSeq())

	a.Resolution = "Buy a faster line."
	byID := f.get(out[1].ID)
	byID.Tags = []string{"other"}
	exported := f.get(out[2].ID)
	changed := f.put(a, byID, exported)
	assert.Equal(t, corpus.Outcome{ID: out[0].ID, Version: 2, Seq: 4, Changed: true}, changed[0])
	assert.Equal(t, corpus.Outcome{ID: out[1].ID, Version: 2, Seq: 5, Changed: true}, changed[1])
	assert.Equal(t, corpus.Outcome{ID: out[2].ID, Version: 1}, changed[2], "what was exported is equal")
	assert.Equal(t, "Buy a faster line.", f.get(out[0].ID).Resolution)

	history, err := f.CaseHistory(f.ctx, f.w.Caller, out[0].ID)
	require.NoError(t, err)
	require.Len(t, history, 2)
	assert.Equal(t, "import", history[0].Action)
	none, err := f.PutCases(f.ctx, f.w, nil)
	require.NoError(t, err)
	assert.Empty(t, none)
	f.sound()
}

func testPutBadRows(t *testing.T, open Opener) {
	f := start(t, open)
	good, bad, badID, hidden := slowWifi(), slowWifi(), slowWifi(), fullCase()
	bad.State = "odd"
	badID.ID = "42"
	f.create(hidden) // for engineers
	f.w.Caller.Audiences = []corpus.Audience{corpus.Public, corpus.Agent}
	out := f.put(bad, good, badID, hidden, corpus.Case{})
	assert.Equal(t, []string{"state"}, invalidFields(t, out[0].Err))
	assert.NoError(t, out[1].Err)
	assert.Equal(t, int64(2), out[1].Seq)
	assert.Equal(t, []string{"id"}, invalidFields(t, out[2].Err))
	assert.Equal(t, []string{"external_id"}, invalidFields(t, out[3].Err), "of a case this caller may not read")
	assert.Error(t, out[4].Err)
	assert.Equal(t, int64(2), f.lastSeq())
	f.sound()
}

func testPutLeftOut(t *testing.T, open Opener) {
	f := start(t, open)
	c := slowWifi()
	c.ExternalID = "a"
	id := f.put(c)[0].ID
	kept := f.get(id)
	kept.Audience = corpus.Engineer
	_, err := f.UpdateCase(f.ctx, f.w, kept, 1)
	require.NoError(t, err)
	_, err = f.RetireCase(f.ctx, f.w, id, 2)
	require.NoError(t, err)
	assert.False(t, f.put(c)[0].Changed, "an import does not undo what people decided")

	c.ID, c.ExternalID, c.Title = id, "", "another title"
	assert.True(t, f.put(c)[0].Changed)
	got := f.get(id)
	assert.Equal(t, corpus.Retired, got.State)
	assert.Equal(t, corpus.Engineer, got.Audience)
	assert.Equal(t, "a", got.ExternalID)

	c.State, c.Audience = corpus.Published, corpus.Public
	assert.True(t, f.put(c)[0].Changed)
	got = f.get(id)
	assert.Equal(t, corpus.Published, got.State, "given outright, it counts")
	assert.Equal(t, corpus.Public, got.Audience)

	known := corpus.Case{ExternalID: "k", Title: "no fix yet"}
	id = f.put(known)[0].ID
	require.Equal(t, corpus.Known, f.get(id).State)
	known.Resolution = "Now there is one."
	f.put(known)
	assert.Equal(t, corpus.Published, f.get(id).State)
	f.sound()
}

func testPutInTurn(t *testing.T, open Opener) {
	f := start(t, open)
	first, second := slowWifi(), slowWifi()
	first.ExternalID, second.ExternalID = "a", "a"
	second.Title = "later"
	out := f.put(first, second, second)
	assert.True(t, out[0].Created)
	assert.Equal(t, corpus.Outcome{ID: out[0].ID, Version: 2, Seq: 2, Changed: true}, out[1])
	assert.Equal(t, corpus.Outcome{ID: out[0].ID, Version: 2}, out[2])
	assert.Equal(t, "later", f.get(out[0].ID).Title)
	history, err := f.CaseHistory(f.ctx, f.w.Caller, out[0].ID)
	require.NoError(t, err)
	assert.Len(t, history, 2)

	// An external id that one row gives up is free for the next.
	x := f.get(out[0].ID)
	x.ExternalID = "b"
	out = f.put(x, first)
	assert.Equal(t, x.ID, out[0].ID)
	assert.True(t, out[1].Created)
	taken := f.get(out[1].ID)
	taken.ExternalID = "b"
	assert.Equal(t, []string{"external_id"}, invalidFields(t, f.put(taken)[0].Err))
	f.sound()
}

func testPutForeignID(t *testing.T, open Opener) {
	f := start(t, open)
	c := slowWifi()
	c.ID = corpus.NewID(corpus.CasePrefix)
	for _, created := range []bool{true, false} {
		o := f.put(c)[0]
		assert.Equal(t, c.ID, o.ID)
		assert.Equal(t, created, o.Created)
		assert.Equal(t, 1, o.Version)
	}
	rec := f.create(c)
	assert.NotEqual(t, c.ID, rec.ID, "an id outside an import is the store's to give")
}
