package bleveindex

import (
	"log/slog"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
)

// TestWhatWeRelyOnInBleve fails when an upgrade of bleve changes what is not
// promised anywhere, and what every file of this package takes for granted.
func TestWhatWeRelyOnInBleve(t *testing.T) {
	g := filledGeneration(t)

	t.Run("lengths and frequencies come back exactly", func(t *testing.T) {
		for _, s := range segmentsOf(t, g) {
			requireExact(t, s.Segment())
		}
	})
	before := segmentsOf(t, g)
	require.Len(t, before, 2)

	t.Run("persisting keeps a segment's id", func(t *testing.T) {
		require.NoError(t, g.flush(t.Context()))
		require.Eventually(t, func() bool {
			for _, s := range segmentsOf(t, g) {
				if _, ok := s.Segment().(segment.PersistedSegment); !ok {
					return false
				}
			}
			return true
		}, 5*time.Second, 10*time.Millisecond)
		for i, s := range segmentsOf(t, g) {
			assert.Equal(t, before[i].Id(), s.Id())
			requireExact(t, s.Segment())
		}
	})

	t.Run("deleting changes what is deleted, no more", func(t *testing.T) {
		require.NoError(t, g.write(indexer.Batch{Seq: 3, Delete: []string{"c_1"}}))
		after := segmentsOf(t, g)
		require.Len(t, after, 2)
		assert.Equal(t, before[0].Id(), after[0].Id())
		assert.Equal(t, uint64(1), after[0].Deleted().GetCardinality())
	})

	t.Run("merging makes a new id", func(t *testing.T) {
		for range 5 {
			require.NoError(t, g.bleve.ForceMerge(t.Context(), &mergeplan.SingleSegmentMergePlanOptions))
			if len(segmentsOf(t, g)) == 1 {
				break
			}
		}
		merged := segmentsOf(t, g)
		require.Len(t, merged, 1)
		assert.NotEqual(t, before[0].Id(), merged[0].Id())
		assert.NotEqual(t, before[1].Id(), merged[0].Id())
		assert.Equal(t, uint64(2), merged[0].Count(), "what was deleted stays so")
		requireExact(t, merged[0].Segment())
		require.NoError(t, checkSegmentFile(merged[0].Segment().(segment.PersistedSegment).Path()))
	})

	t.Run("postings without frequencies give a bitmap", func(t *testing.T) {
		s := segmentsOf(t, g)[0]
		view, err := buildView(1, s.Segment())
		require.NoError(t, err)
		assert.Equal(t, s.Segment().Count(), view.facets["kind:case"].GetCardinality())
	})
}

// lengths of the documents of filledGeneration, by id.
var lengths = map[string]int{"c_1": 2, "c_2": 70_000, "c_3": 5}

func filledGeneration(t *testing.T) *generation {
	t.Helper()
	g, err := openGeneration(t.TempDir(), indexer.Stamp{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	g.lazy.Store(true)
	require.NoError(t, g.start())
	t.Cleanup(func() { g.close() })
	put := func(seq int64, ids ...string) {
		b := indexer.Batch{Seq: seq}
		for _, id := range ids {
			d := indexer.Document{ID: id, Kind: indexer.CaseKind, Facets: []string{"kind:case"}}
			for i := range lengths[id] {
				d.Terms[indexer.Wordings] = append(d.Terms[indexer.Wordings], []string{id, "same", "often", "often", "often"}[i%5])
			}
			b.Put = append(b.Put, d)
		}
		require.NoError(t, g.write(b))
	}
	put(1, "c_1", "c_2")
	require.NoError(t, g.flush(t.Context())) // else the persister merges the two in memory
	put(2, "c_3")
	return g
}

func segmentsOf(t *testing.T, g *generation) []*scorch.SegmentSnapshot {
	t.Helper()
	snap, err := g.snapshot()
	require.NoError(t, err)
	t.Cleanup(func() { snap.Close() })
	return snap.Segments()
}

// requireExact decodes a segment, and compares it with what was put in.
func requireExact(t *testing.T, seg segment.Segment) {
	t.Helper()
	view, err := buildView(1, seg)
	require.NoError(t, err)
	field := view.fields[indexer.Wordings]
	for doc := range uint32(view.count) {
		id := string(view.ids.at(doc))
		assert.Equal(t, lengths[id], field.length(doc), id)
		for term, want := range map[string]int{id: (lengths[id] + 4) / 5, "often": lengths[id] / 5 * 3} {
			ord := field.dict.find(term, hashTerm(term))
			if want == 0 {
				continue
			}
			require.GreaterOrEqual(t, ord, 0, term)
			assert.Equal(t, want, field.freq(ord, doc), "%s in %s", term, id)
		}
	}
}
