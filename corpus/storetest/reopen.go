package storetest

import (
	"context"
	"testing"
	"time"

	"precedent/corpus"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func testReopen(t *testing.T, open Opener) {
	ctx := context.Background()
	dir := t.TempDir()
	w := corpus.Write{Caller: corpus.LocalCaller(), Key: "key", Fingerprint: "create"}
	s := open(t, dir)
	epoch, err := s.Epoch(ctx)
	require.NoError(t, err)
	assert.NotEmpty(t, epoch)
	secret, err := s.Secret(ctx)
	require.NoError(t, err)
	assert.Len(t, secret, 32)
	rec, err := s.CreateCase(ctx, w, fullCase())
	require.NoError(t, err)
	before, err := s.Case(ctx, w.Caller, rec.ID)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "closing twice is harmless")

	s = open(t, dir)
	again, err := s.Epoch(ctx)
	require.NoError(t, err)
	assert.Equal(t, epoch, again)
	sameSecret, err := s.Secret(ctx)
	require.NoError(t, err)
	assert.Equal(t, secret, sameSecret)
	after, err := s.Case(ctx, w.Caller, rec.ID)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	replayed, err := s.CreateCase(ctx, w, fullCase())
	require.NoError(t, err)
	assert.True(t, replayed.Replayed)
	assert.Equal(t, rec.ID, replayed.ID)
	require.NoError(t, s.Close())

	s = open(t, t.TempDir())
	other, err := s.Epoch(ctx)
	require.NoError(t, err)
	assert.NotEqual(t, epoch, other, "another store has another epoch")
	require.NoError(t, s.Close())
}

func testClosed(t *testing.T, open Opener) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	waiting := make(chan error, 1)
	go func() { waiting <- s.Wait(ctx, 0) }()
	time.Sleep(20 * time.Millisecond)
	require.NoError(t, s.Close())
	select {
	case err := <-waiting:
		assert.Error(t, err)
	case <-time.After(5 * time.Second):
		t.Fatal("Wait outlives the store")
	}
	_, err := s.CreateCase(ctx, corpus.Write{Caller: corpus.LocalCaller()}, slowWifi())
	assert.Error(t, err)
	_, err = s.LastSeq(ctx)
	assert.Error(t, err)
}
