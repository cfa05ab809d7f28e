package bleveindex

import (
	"fmt"
	"math/rand/v2"
	"testing"

	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
)

// TestWrittenSegments reads back, through bleve, what the segment writer
// wrote: it must give the view that the writer made beside it.
func TestWrittenSegments(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	word := func(n int) string { return fmt.Sprint("w", r.IntN(n)) }
	for _, test := range []struct {
		name  string
		count int
		make  func(i int, d *indexer.Document)
	}{
		{"one document", 1, func(i int, d *indexer.Document) { d.Terms[indexer.Text] = []string{"a", "b", "a"} }},
		{"documents without terms or facets", 20, func(i int, d *indexer.Document) {}},
		{"all fields, many lengths and frequencies", 1500, func(i int, d *indexer.Document) {
			for f := range d.Terms {
				for range r.IntN(60) {
					w := word(3000)
					for range 1 + r.IntN(3) {
						d.Terms[f] = append(d.Terms[f], w)
					}
				}
			}
			d.Facets = []string{"kind:case", "product:" + word(30), "product:" + word(30)}
		}},
		{"frequencies and lengths out of the ordinary", 40, func(i int, d *indexer.Document) {
			for range []int{254, 255, 256, 300, 65_534, 65_535, 65_536, 70_000}[i%8] {
				d.Terms[indexer.Resolution] = append(d.Terms[indexer.Resolution], "again")
			}
		}},
		{"more than a block of documents", 70_000, func(i int, d *indexer.Document) {
			d.Terms[indexer.Wordings] = []string{"all", word(2), word(30), word(100_000)}
			d.Facets = []string{"kind:case", "product:" + word(3)}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			batch := make([]index.Document, test.count)
			made := &made{wanted: true}
			for i := range batch {
				d := &indexer.Document{ID: fmt.Sprintf("c_%07d", i*7919%test.count)}
				test.make(i, d)
				batch[i] = document{Document: d, place: i, made: made}
			}
			seg, size, err := new(plugin).New(batch)
			require.NoError(t, err)
			assert.Positive(t, size)
			decoded, err := buildView(0, seg)
			require.NoError(t, err)
			requireSameView(t, made.view, decoded)
			requireFindsIDs(t, seg, batch)
		})
	}
}

func requireSameView(t *testing.T, want, has *segmentView) {
	t.Helper()
	require.Equal(t, want.count, has.count)
	require.Equal(t, want.ids, has.ids)
	require.Equal(t, len(want.facets), len(has.facets))
	for facet, docs := range want.facets {
		require.True(t, docs.Equals(has.facets[facet]), facet)
	}
	for f := range want.fields {
		a, b := want.fields[f], has.fields[f]
		if a == nil || b == nil {
			require.True(t, a == nil && b == nil, indexer.Field(f))
			continue
		}
		require.Equal(t, a.dict, b.dict)
		require.Equal(t, a.lists, b.lists)
		require.Equal(t, a.docs, b.docs)
		require.Equal(t, a.freqs, b.freqs)
		require.Equal(t, a.planes, b.planes)
		require.Equal(t, a.big, b.big)
		require.Equal(t, a.lengths, b.lengths)
		require.Equal(t, a.long, b.long)
		require.Equal(t, []int64{int64(a.with), a.total, a.held}, []int64{int64(b.with), b.total, b.held})
	}
}

func requireFindsIDs(t *testing.T, seg segment.Segment, batch []index.Document) {
	t.Helper()
	for i := 0; i < len(batch); i += 1 + len(batch)/50 {
		docs, err := seg.DocNumbers([]string{batch[i].ID(), "c_nobody"})
		require.NoError(t, err)
		require.Equal(t, []uint32{uint32(i)}, docs.ToArray())
	}
}
