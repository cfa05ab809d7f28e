package storetest

import (
	"sync"
	"testing"

	"precedent/corpus"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func testKey(t *testing.T, open Opener) {
	f := start(t, open)
	f.w.Key, f.w.Fingerprint = "key", "create"
	first := f.create(slowWifi())
	again := f.create(slowWifi())
	assert.True(t, again.Replayed)
	again.Replayed = false
	assert.Equal(t, first, again)

	other := f.w
	other.Fingerprint = "something else"
	_, err := f.CreateCase(f.ctx, other, slowWifi())
	assert.ErrorIs(t, err, corpus.ErrKeyReused)
	other.Caller.ID = "another caller"
	rec, err := f.CreateCase(f.ctx, other, slowWifi())
	require.NoError(t, err, "each caller has keys of its own")
	assert.NotEqual(t, first.ID, rec.ID)

	// What was refused is not remembered: the mended request goes through.
	f.w.Key = "mend"
	_, err = f.CreateCase(f.ctx, f.w, corpus.Case{})
	require.Error(t, err)
	assert.False(t, f.create(slowWifi()).Replayed)

	// Every write that records has it.
	writes := map[string]func(w corpus.Write) (corpus.Receipt, error){
		"update": func(w corpus.Write) (corpus.Receipt, error) {
			return f.UpdateCase(f.ctx, w, f.get(first.ID), 1)
		},
		"complain": func(w corpus.Write) (corpus.Receipt, error) {
			return f.CreateComplaint(f.ctx, w, corpus.Complaint{Text: "slow"})
		},
		"judge": func(w corpus.Write) (corpus.Receipt, error) {
			return f.CreateVerdict(f.ctx, w, corpus.Verdict{QueryID: queryID, CaseID: first.ID, Verdict: corpus.Helped})
		},
		"retire": func(w corpus.Write) (corpus.Receipt, error) { return f.RetireCase(f.ctx, w, rec.ID, 0) },
	}
	for name, write := range writes {
		w := f.w
		w.Key, w.Fingerprint = name, name
		first, err := write(w)
		require.NoError(t, err, name)
		seq := f.lastSeq()
		again, err := write(w)
		require.NoError(t, err, name)
		assert.True(t, again.Replayed, name)
		assert.Equal(t, first.Seq, again.Seq, name)
		assert.Equal(t, seq, f.lastSeq(), name)
	}
	f.sound()
}

func testKeyAtOnce(t *testing.T, open Opener) {
	f := start(t, open)
	f.w.Key, f.w.Fingerprint = "key", "create"
	const n = 16
	receipts := make([]corpus.Receipt, n)
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { receipts[i], errs[i] = f.CreateCase(f.ctx, f.w, slowWifi()) })
	}
	wg.Wait()
	recorded := 0
	for i, rec := range receipts {
		require.NoError(t, errs[i])
		assert.Equal(t, receipts[0].ID, rec.ID)
		if !rec.Replayed {
			recorded++
		}
	}
	assert.Equal(t, 1, recorded)
	assert.Equal(t, int64(1), f.lastSeq())
}

func testKeyOfPut(t *testing.T, open Opener) {
	f := start(t, open)
	f.w.Key, f.w.Fingerprint = "key", "put"
	bad := slowWifi()
	bad.State = "odd"
	first := f.put(slowWifi(), bad)
	again := f.put(slowWifi(), bad)
	assert.Equal(t, first, again)
	assert.Equal(t, int64(1), f.lastSeq())
}
