package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"precedent/corpus"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// testOrder has 16 writers at work while a reader follows: what the reader has
// seen must never get a predecessor later.
func testOrder(t *testing.T, open Opener) {
	f := start(t, open)
	const writers, each = 16, 20
	ctx, stop := context.WithCancel(f.ctx)
	var following, writing sync.WaitGroup
	followed := 0
	var followErr error
	following.Go(func() {
		for followed < writers*each*2 {
			if followErr = f.Wait(ctx, int64(followed)); followErr != nil {
				return
			}
			changes, err := f.Changes(ctx, int64(followed), 50)
			if err != nil {
				followErr = err
				return
			}
			for _, c := range changes {
				if c.Seq != int64(followed)+1 {
					followErr = fmt.Errorf("change %d came after %d", c.Seq, followed)
					return
				}
				followed++
			}
		}
	})
	seqs := make([][]int64, writers)
	errs := make([]error, writers)
	for i := range writers {
		writing.Go(func() {
			for range each {
				var rec corpus.Receipt
				var out []corpus.Outcome
				if rec, errs[i] = f.CreateComplaint(f.ctx, f.w, corpus.Complaint{Text: "slow"}); errs[i] != nil {
					return
				}
				if out, errs[i] = f.PutCases(f.ctx, f.w, []corpus.Case{slowWifi()}); errs[i] != nil {
					return
				}
				seqs[i] = append(seqs[i], rec.Seq, out[0].Seq)
			}
		})
	}
	writing.Wait()
	time.AfterFunc(10*time.Second, stop)
	following.Wait()
	stop()
	require.NoError(t, followErr)
	assert.Equal(t, writers*each*2, followed)

	seen := map[int64]bool{}
	for i := range seqs {
		require.NoError(t, errs[i])
		last := int64(0)
		for _, seq := range seqs[i] {
			assert.Greater(t, seq, last, "a writer's own changes are in its order")
			assert.False(t, seen[seq], "seq %d was given twice", seq)
			seen[seq], last = true, seq
		}
	}
	assert.Len(t, f.changesAfter(0), writers*each*2)
	f.sound()
}

func testWait(t *testing.T, open Opener) {
	f := start(t, open)
	rec := f.create(slowWifi())
	require.NoError(t, f.Wait(f.ctx, rec.Seq-1), "there already")

	ctx, cancel := context.WithTimeout(f.ctx, 20*time.Millisecond)
	defer cancel()
	assert.ErrorIs(t, f.Wait(ctx, rec.Seq), context.DeadlineExceeded)

	woken := make(chan error, 1)
	go func() { woken <- f.Wait(f.ctx, rec.Seq) }()
	select {
	case err := <-woken:
		t.Fatalf("woken before a change: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	f.complain("slow")
	select {
	case err := <-woken:
		require.NoError(t, err)
	case <-time.After(5 * time.Second):
		t.Fatal("not woken by a change")
	}
}

func testCancelled(t *testing.T, open Opener) {
	f := start(t, open)
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	_, err := f.CreateCase(ctx, f.w, slowWifi())
	assert.ErrorIs(t, err, context.Canceled)
	_, err = f.PutCases(ctx, f.w, []corpus.Case{slowWifi()})
	assert.ErrorIs(t, err, context.Canceled)
	_, err = f.Case(ctx, f.w.Caller, "c_unknown")
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, int64(0), f.lastSeq())

	// Cancelled at any moment, a write was either refused or is there.
	written := 0
	for i := range 60 {
		ctx, cancel := context.WithTimeout(f.ctx, time.Duration(i*25)*time.Microsecond)
		if _, err := f.CreateCase(ctx, f.w, slowWifi()); err == nil {
			written++
		} else {
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		}
		cancel()
	}
	assert.Equal(t, int64(written), f.lastSeq())
	assert.Equal(t, int64(written+1), f.create(slowWifi()).Seq)
	f.sound()
}
