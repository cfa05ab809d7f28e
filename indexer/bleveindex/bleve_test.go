package bleveindex

import (
	"log/slog"
	"testing"

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
	g := emptyGeneration(t)
	put(t, g, 1, "c_1", "c_2")
	before := segmentsOf(t, g)
	require.Len(t, before, 1)

	t.Run("lengths and frequencies come back exactly", func(t *testing.T) {
		requireExact(t, before[0].Segment())
	})

	t.Run("persisting keeps a segment's id", func(t *testing.T) {
		require.NoError(t, g.flush(t.Context()))
		after := segmentsOf(t, g)
		require.Len(t, after, 1)
		require.Implements(t, (*segment.PersistedSegment)(nil), after[0].Segment())
		assert.Equal(t, before[0].Id(), after[0].Id())
		requireExact(t, after[0].Segment())
	})

	t.Run("deleting changes what is deleted, no more", func(t *testing.T) {
		write(t, g, indexer.Batch{Seq: 2, Delete: []string{"c_1"}})
		after := segmentsOf(t, g)
		require.Len(t, after, 1)
		assert.Equal(t, before[0].Id(), after[0].Id())
		assert.Equal(t, uint64(1), after[0].Deleted().GetCardinality())
	})

	t.Run("merging makes a new id", func(t *testing.T) {
		put(t, g, 3, "c_3")
		require.NoError(t, g.flush(t.Context()))
		for range 5 {
			require.NoError(t, g.bleve.ForceMerge(t.Context(), &mergeplan.SingleSegmentMergePlanOptions))
			if len(segmentsOf(t, g)) == 1 {
				break
			}
		}
		merged := segmentsOf(t, g)
		require.Len(t, merged, 1)
		assert.NotEqual(t, before[0].Id(), merged[0].Id())
		assert.Greater(t, merged[0].Id(), before[0].Id()+1, "the segment of the second batch, or of the first")
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

// lengths of the documents that put makes, by id.
var lengths = map[string]int{"c_1": 2, "c_2": 70_000, "c_3": 5}

func emptyGeneration(t *testing.T) *generation {
	t.Helper()
	g, err := openGeneration(t.TempDir(), indexer.Stamp{}, viewPolicy{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	g.lazy.Store(true)
	require.NoError(t, g.start())
	t.Cleanup(func() { g.close() })
	return g
}

func put(t *testing.T, g *generation, seq int64, ids ...string) {
	t.Helper()
	b := indexer.Batch{Seq: seq}
	for _, id := range ids {
		d := indexer.Document{ID: id, Kind: indexer.CaseKind, Facets: []string{"kind:case"}}
		for i := range lengths[id] {
			d.Terms[indexer.Wordings] = append(d.Terms[indexer.Wordings], []string{id, "same", "often", "often", "often"}[i%5])
		}
		b.Put = append(b.Put, d)
	}
	write(t, g, b)
}

func write(t *testing.T, g *generation, b indexer.Batch) {
	t.Helper()
	_, err := g.write(b, false)
	require.NoError(t, err)
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
			ref := field.dict.find(term, termKey(term))
			if want == 0 {
				continue
			}
			require.False(t, ref.none(), term)
			assert.Equal(t, want, freqIn(field, ref, doc), "%s in %s", term, id)
		}
	}
}

// freqIn is how often a document holds a term.
func freqIn(v *fieldView, ref termRef, doc uint32) int {
	if ref.long() {
		return v.freq(int(ref.at), doc)
	}
	for l := v.short(ref); l.next(); {
		if l.doc == doc {
			return int(l.freq)
		}
	}
	return 0
}
