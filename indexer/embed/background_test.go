//go:build linux

package embed

import (
	"context"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"precedent/indexer"
)

// nice reads this thread's nice value; the kernel counts it from 20 down.
func nice(t *testing.T) int {
	t.Helper()
	priority, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	require.NoError(t, err)
	return 20 - priority
}

func TestBackgroundLeavesTheProcessorToOthers(t *testing.T) {
	usual := nice(t)
	ran := false
	Background(func() {
		ran = true
		require.Equal(t, backgroundNice, nice(t))
	})
	require.True(t, ran, "Background waits for the work")
	// No thread of the pool keeps the low priority.
	for range 100 {
		found := make(chan int)
		go func() { found <- nice(t) }()
		require.Equal(t, usual, <-found)
	}
}

func TestBacklogEmbedsLikeTheModels(t *testing.T) {
	m := sharedModels(t)
	b := NewBacklog(m, 2)
	for _, space := range []indexer.Space{indexer.Chinese, indexer.English, indexer.Multilingual} {
		want, err := m.Embed(t.Context(), space, "router 路由器")
		require.NoError(t, err)
		got, err := b.Embed(t.Context(), space, "router 路由器")
		require.NoError(t, err)
		require.Greater(t, cosine(want, got), .99999)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.Embed(ended, indexer.Chinese, "路由器")
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, m.Version(), b.Version())
	require.NoError(t, b.Close())
	require.NoError(t, b.Close())
	_, err = b.Embed(t.Context(), indexer.Chinese, "路由器")
	require.ErrorIs(t, err, ErrClosed)
}
