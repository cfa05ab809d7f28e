package vectorindex_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
)

const (
	timeout = 120 * time.Second
	tick    = 50 * time.Millisecond
)

// TestAtOnce searches while batches are applied and the log is compacted. A
// batch gives all its documents one vector, so that a search that saw part of
// one would find two different scores.
func TestAtOnce(t *testing.T) {
	ix := opened(t)
	const docs, batches = 300, 200
	ids := make([]string, docs)
	for i := range ids {
		ids[i] = string(rune('一' + i))
	}
	batch := func(seq int64) {
		put := make([]indexer.Document, docs)
		for i := range put {
			put[i] = doc(ids[i], uint64(seq), float32(seq), 1, 0, "kind:case")
		}
		apply(t, ix, seq, put...)
	}
	batch(1)
	var done atomic.Bool
	var searches sync.WaitGroup
	for w := range 3 {
		searches.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 1))
			for !done.Load() {
				q := alongX
				q.K = docs
				if r.IntN(2) == 0 {
					q.Filter = indexer.Filter{{"kind:case"}}
				}
				found, err := ix.Nearest(context.Background(), q)
				if !assert.NoError(t, err) || !assert.Len(t, found.Hits, docs) {
					return
				}
				for _, h := range found.Hits {
					if !assert.Equal(t, found.Hits[0].Score, h.Score) || !assert.InDelta(t, found.Seq, h.Score, .01) {
						return
					}
				}
				_, err = ix.Scores(context.Background(), indexer.Chinese, q.Vector, ids[:10])
				assert.NoError(t, err)
				ix.Knows(ids[0], 3)
				ix.Has(indexer.Chinese, ids[:3])
				_, err = ix.Status(context.Background())
				assert.NoError(t, err)
			}
		})
	}
	searches.Go(func() {
		for !done.Load() {
			assert.NoError(t, ix.Compact(context.Background()))
			assert.NoError(t, ix.Verify(context.Background()))
		}
	})
	for seq := int64(2); seq <= batches; seq++ {
		batch(seq)
		require.Equal(t, seq, ix.State().Seq)
	}
	done.Store(true)
	searches.Wait()
	require.NoError(t, ix.Verify(t.Context()))
}
