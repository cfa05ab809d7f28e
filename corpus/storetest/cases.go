package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"precedent/corpus"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fullCase has something in every field.
func fullCase() corpus.Case {
	resolved := time.Date(2024, 2, 29, 18, 30, 0, 123_456_000, time.FixedZone("", 8*3600))
	return corpus.Case{
		ExternalID:     "KB-1024",
		State:          corpus.Draft,
		Title:          "光猫 LOS 灯闪红 & <提示 E691>",
		Wordings:       []string{"光猫红灯一直闪", "宽带断了，los 灯是红的 😀", "光貓紅燈"},
		Resolution:     "1. Unplug the fibre.\n2. Clean the connector.\n3. Plug it in until it clicks.",
		ResolutionKind: corpus.Workaround,
		Cause:          "dirty connector",
		Products:       []string{"HG8245H5"},
		Models:         []string{"HG8245H5-A", "HG8245H5-B"},
		Versions:       []string{"V2.0.1"},
		VerifiedOn:     []string{"lab"},
		Language:       "zh",
		Tags:           []string{"fibre", "broadband"},
		Audience:       corpus.Engineer,
		Author:         "engineer",
		Reviewer:       "second line",
		ResolvedAt:     &resolved,
	}
}

func testRoundTrip(t *testing.T, open Opener) {
	f := start(t, open)
	due := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	known := corpus.Case{
		State: corpus.Known, Title: "5G drops in the lift", Wordings: []string{"no signal in the lift"},
		Known: &corpus.KnownCase{Handler: "radio team", DueAt: &due, TellCustomer: "we are on it"},
	}
	for _, want := range []corpus.Case{fullCase(), known, {Title: "only a title"}, slowWifi()} {
		before := time.Now()
		rec := f.create(want)
		assert.True(t, corpus.ValidID(corpus.CasePrefix, rec.ID), rec.ID)
		assert.Equal(t, 1, rec.Version)
		assert.False(t, rec.Replayed)

		require.NoError(t, want.Prepare())
		got := f.get(rec.ID)
		assert.WithinRange(t, got.CreatedAt, before.Add(-time.Second), time.Now().Add(time.Second))
		assert.Equal(t, got.CreatedAt, got.UpdatedAt)
		assert.Equal(t, time.UTC, got.CreatedAt.Location())
		want.ID, want.Version, want.CreatedAt, want.UpdatedAt = rec.ID, 1, got.CreatedAt, got.UpdatedAt
		assert.Equal(t, want, got)
		assert.Equal(t, []corpus.Change{{Seq: rec.Seq, Kind: corpus.CaseRecord, ID: rec.ID}}, f.changesAfter(rec.Seq-1))
	}
	counts, err := f.CountCases(f.ctx)
	require.NoError(t, err)
	assert.Equal(t, map[corpus.State]int{corpus.Known: 2, corpus.Draft: 1, corpus.Published: 1, corpus.Retired: 0}, counts)

	_, err = f.Case(f.ctx, f.w.Caller, corpus.NewID(corpus.CasePrefix))
	assert.ErrorIs(t, err, corpus.ErrNotFound)
	_, err = f.CaseHistory(f.ctx, f.w.Caller, "nothing")
	assert.ErrorIs(t, err, corpus.ErrNotFound)
	f.sound()
}

func testVersions(t *testing.T, open Opener) {
	f := start(t, open)
	rec := f.create(fullCase())
	first := f.get(rec.ID)

	c := first
	c.Resolution, c.ExternalID = "Send a technician.", ""
	f.w.Caller.ID, f.w.Action = "second", "mend"
	rec, err := f.UpdateCase(f.ctx, f.w, c, 1)
	require.NoError(t, err)
	assert.Equal(t, 2, rec.Version)
	second := f.get(rec.ID)
	assert.Equal(t, "Send a technician.", second.Resolution)
	assert.Equal(t, first.ExternalID, second.ExternalID, "an external id that is left out stays")
	assert.Equal(t, first.CreatedAt, second.CreatedAt)
	assert.False(t, second.UpdatedAt.Before(first.UpdatedAt))

	history, err := f.CaseHistory(f.ctx, f.w.Caller, rec.ID)
	require.NoError(t, err)
	require.Len(t, history, 2)
	assert.Equal(t, corpus.CaseVersion{Case: second, By: "second", At: second.UpdatedAt, Action: "mend"}, history[0])
	assert.Equal(t, corpus.CaseVersion{Case: first, By: "local", At: first.UpdatedAt, Action: "create"}, history[1])
	assert.Equal(t, []corpus.Change{{Seq: rec.Seq, Kind: corpus.CaseRecord, ID: rec.ID}}, f.changesAfter(rec.Seq-1))
	f.sound()
}

func testStale(t *testing.T, open Opener) {
	f := start(t, open)
	rec := f.create(slowWifi())
	c := f.get(rec.ID)
	_, err := f.UpdateCase(f.ctx, f.w, c, 1)
	require.NoError(t, err)
	seq := f.lastSeq()

	for _, version := range []int{1, 0, 3} {
		_, err = f.UpdateCase(f.ctx, f.w, c, version)
		assert.ErrorIs(t, err, corpus.ErrStale, "version %d", version)
	}
	_, err = f.RetireCase(f.ctx, f.w, rec.ID, 1)
	assert.ErrorIs(t, err, corpus.ErrStale)
	c.ID = corpus.NewID(corpus.CasePrefix)
	_, err = f.UpdateCase(f.ctx, f.w, c, 1)
	assert.ErrorIs(t, err, corpus.ErrNotFound)
	assert.Equal(t, seq, f.lastSeq(), "what was refused is no change")
	assert.Equal(t, 2, f.get(rec.ID).Version)
}

func testRetire(t *testing.T, open Opener) {
	f := start(t, open)
	id := f.create(corpus.Case{Title: "flickers", Known: &corpus.KnownCase{Handler: "display team"}}).ID
	rec, err := f.RetireCase(f.ctx, f.w, id, 0)
	require.NoError(t, err)
	assert.Equal(t, 2, rec.Version)
	assert.Equal(t, corpus.Retired, f.get(id).State, "staff may still open it")
	assert.Nil(t, f.get(id).Known)
	_, err = f.Case(f.ctx, corpus.PublicCaller(), id)
	assert.ErrorIs(t, err, corpus.ErrNotFound)

	again, err := f.RetireCase(f.ctx, f.w, id, 0)
	require.NoError(t, err)
	assert.Equal(t, rec, again, "retired already: left as it is")
	_, err = f.RetireCase(f.ctx, f.w, corpus.NewID(corpus.CasePrefix), 0)
	assert.ErrorIs(t, err, corpus.ErrNotFound)

	c := f.get(id)
	c.State, c.Resolution = corpus.Published, "Replace the cable."
	_, err = f.UpdateCase(f.ctx, f.w, c, 2)
	require.NoError(t, err, "an edit brings it back")
	f.sound()
}

func testExternalID(t *testing.T, open Opener) {
	f := start(t, open)
	a := f.create(fullCase())
	other := slowWifi()
	b := f.create(other)
	_, err := f.CreateCase(f.ctx, f.w, fullCase())
	assert.ErrorIs(t, err, corpus.ErrConflict)
	assert.Equal(t, []string{"external_id"}, invalidFields(t, err))
	other.ID, other.ExternalID = b.ID, "KB-1024"
	_, err = f.UpdateCase(f.ctx, f.w, other, 1)
	assert.ErrorIs(t, err, corpus.ErrConflict)

	moved := f.get(a.ID)
	moved.ExternalID = "KB-2048"
	_, err = f.UpdateCase(f.ctx, f.w, moved, 1)
	require.NoError(t, err)
	_, err = f.UpdateCase(f.ctx, f.w, other, 1)
	require.NoError(t, err, "the id was given up")
	f.sound()
}

func testAudience(t *testing.T, open Opener) {
	f := start(t, open)
	readers := map[string]corpus.Caller{
		"customer": corpus.PublicCaller(),
		"agent":    {ID: "agent", Audiences: []corpus.Audience{corpus.Public, corpus.Agent}, Staff: true},
		"engineer": corpus.LocalCaller(),
		"nobody":   {},
	}
	var ids []string
	for _, state := range corpus.States {
		for _, audience := range corpus.Audiences {
			c := slowWifi()
			c.State, c.Audience = state, audience
			c.Title = fmt.Sprintf("%s for %s", state, audience)
			ids = append(ids, f.create(c).ID)
		}
	}
	for name, who := range readers {
		may := map[string]bool{}
		for _, id := range ids {
			c := f.get(id)
			may[id] = who.MayRead(c)
			_, caseErr := f.Case(f.ctx, who, id)
			history, historyErr := f.CaseHistory(f.ctx, who, id)
			if may[id] {
				require.NoError(t, errors.Join(caseErr, historyErr), "%s: %s", name, c.Title)
				assert.Len(t, history, 1)
				continue
			}
			assert.ErrorIs(t, caseErr, corpus.ErrNotFound, "%s: %s", name, c.Title)
			assert.ErrorIs(t, historyErr, corpus.ErrNotFound, "%s: %s", name, c.Title)
			_, err := f.UpdateCase(f.ctx, corpus.Write{Caller: who}, c, 1)
			assert.ErrorIs(t, err, corpus.ErrNotFound)
		}
		found, err := f.Cases(f.ctx, who, ids)
		require.NoError(t, err)
		tallies, err := f.Tallies(f.ctx, who, ids)
		require.NoError(t, err)
		seen := map[string]bool{}
		require.NoError(t, f.EachCase(f.ctx, who, func(c corpus.Case) error { seen[c.ID] = true; return nil }))
		for _, id := range ids {
			assert.Equal(t, may[id], seen[id])
			_, told := tallies[id]
			assert.Equal(t, may[id], told)
		}
		assert.Len(t, found, len(seen))
	}

	// A former version is for those it was meant for then.
	c := f.get(ids[len(ids)-4]) // published, for engineers
	require.Equal(t, corpus.Engineer, c.Audience)
	c.Audience = corpus.Public
	_, err := f.UpdateCase(f.ctx, f.w, c, 1)
	require.NoError(t, err)
	history, err := f.CaseHistory(f.ctx, corpus.PublicCaller(), c.ID)
	require.NoError(t, err)
	assert.Len(t, history, 1)
}

func testEachCase(t *testing.T, open Opener) {
	f := start(t, open)
	const n = 1203 // several pages, the last one short
	var cases []corpus.Case
	for i := range n {
		c := slowWifi()
		c.ExternalID = fmt.Sprint("x", i)
		cases = append(cases, c)
	}
	out := f.put(cases...)
	i := 0
	require.NoError(t, f.EachCase(f.ctx, f.w.Caller, func(c corpus.Case) error {
		require.Equal(t, out[i].ID, c.ID)
		i++
		return nil
	}))
	assert.Equal(t, n, i)

	stop := errors.New("enough")
	i = 0
	assert.ErrorIs(t, f.EachCase(f.ctx, f.w.Caller, func(corpus.Case) error { i++; return stop }), stop)
	assert.Equal(t, 1, i)

	ids := []string{out[700].ID, "c_unknown", out[3].ID, out[1100].ID}
	found, err := f.Cases(f.ctx, f.w.Caller, ids)
	require.NoError(t, err)
	require.Len(t, found, 3)
	assert.Equal(t, []string{out[700].ID, out[3].ID, out[1100].ID}, []string{found[0].ID, found[1].ID, found[2].ID})
	found, err = f.Cases(f.ctx, f.w.Caller, nil)
	require.NoError(t, err)
	assert.Empty(t, found)
}

func testInvalid(t *testing.T, open Opener) {
	f := start(t, open)
	_, err := f.CreateCase(f.ctx, f.w, corpus.Case{State: "odd", Language: "no such language"})
	assert.Contains(t, invalidFields(t, err), "state")
	assert.Contains(t, invalidFields(t, err), "language")
	id := f.create(slowWifi()).ID
	_, err = f.UpdateCase(f.ctx, f.w, corpus.Case{ID: id, State: corpus.Published}, 1)
	assert.Equal(t, []string{"resolution"}, invalidFields(t, err))
	_, err = f.CreateComplaint(f.ctx, f.w, corpus.Complaint{})
	assert.Equal(t, []string{"text"}, invalidFields(t, err))
	_, err = f.CreateVerdict(f.ctx, f.w, corpus.Verdict{CaseID: id, Verdict: "maybe"})
	assert.ElementsMatch(t, []string{"query_id", "verdict"}, invalidFields(t, err))
	assert.Equal(t, int64(1), f.lastSeq(), "what was refused is no change")
}

func testMasked(t *testing.T, open Opener) {
	f := start(t, open)
	const phone = "13812345678"
	c := slowWifi()
	c.Wordings = []string{"我的号码 " + phone + " 上不了网"}
	id := f.create(c).ID
	c.ID = id
	_, err := f.UpdateCase(f.ctx, f.w, c, 1)
	require.NoError(t, err)
	c.ID, c.ExternalID = "", "masked"
	put := f.put(c)[0].ID
	complaint := f.complain("打 " + phone + " 没有人接")
	fix := slowWifi()
	fix.Cause = "caller " + phone
	resolved, err := f.ResolveComplaint(f.ctx, f.w, complaint.ID, "", &fix)
	require.NoError(t, err)

	for _, id := range []string{id, put, resolved.CaseID} {
		history, err := f.CaseHistory(f.ctx, f.w.Caller, id)
		require.NoError(t, err)
		for _, v := range history {
			assert.NotContains(t, fmt.Sprint(v.Case), phone)
		}
	}
	p := f.complaint(complaint.ID)
	assert.NotContains(t, p.Text, phone)
	assert.Contains(t, p.Text, "没有人接")
	assert.Equal(t, "caller "+phone, fix.Cause, "the caller's own copy is not touched")
}
