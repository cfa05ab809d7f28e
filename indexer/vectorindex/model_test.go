package vectorindex_test

import (
	"cmp"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
	"precedent/indexer/vectorindex"
)

// stamp is the stamp of the tests' indexes.
var stamp = indexer.Stamp{Epoch: "e1", Models: "m1", Mask: "1", Shape: "1"}

// dims are the dimensions of the spaces: odd ones, and one of a model.
var dims = [indexer.NumSpaces]int{64, 70, 384}

func open(t testing.TB, dir string) *vectorindex.Index {
	t.Helper()
	ix, err := vectorindex.Open(t.Context(), vectorindex.Config{Dir: dir, Stamp: stamp, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return ix
}

// opened is an empty index that is closed when the test ends.
func opened(t testing.TB) *vectorindex.Index {
	ix := open(t, t.TempDir())
	t.Cleanup(func() { ix.Close() })
	return ix
}

func random(r *rand.Rand, dim int) []float32 {
	v := make([]float32, dim)
	for i := range v {
		v[i] = float32(r.NormFloat64() / math.Sqrt(float64(dim)))
	}
	return v
}

// made returns the vectors that a maker makes of the texts that a sum stands
// for, the same every time: in one native space or none, mostly in the third;
// not all of one length.
func made(id string, sum uint64) (v [indexer.NumSpaces][]float32) {
	seed := uint64(17)
	for _, b := range []byte(id) {
		seed = seed*31 + uint64(b)
	}
	r := rand.New(rand.NewPCG(seed, sum))
	if native := r.IntN(3); native < 2 {
		v[native] = random(r, dims[native])
	}
	if r.IntN(8) > 0 {
		v[2] = random(r, dims[2])
	}
	return v
}

// model is what an index should hold: the reference that searches everything.
type model struct {
	seq  int64
	docs map[string]modelDoc
}

type modelDoc struct {
	facets  []string
	sum     uint64
	vectors [indexer.NumSpaces][]float64 // as kept in 8 bits
}

func newModel() *model { return &model{docs: map[string]modelDoc{}} }

func rounded(v []float32) []float64 {
	var most float64
	for _, x := range v {
		most = max(most, math.Abs(float64(x)))
	}
	scale := float64(float32(most) / 127)
	kept := make([]float64, len(v))
	for i, x := range v {
		kept[i] = math.Round(float64(x)/scale) * scale
	}
	return kept
}

// apply takes in a batch, as made by a maker who asked the index what it knows.
func (m *model) apply(b indexer.Batch) {
	for _, id := range b.Delete {
		delete(m.docs, id)
	}
	for _, d := range b.Put {
		is := modelDoc{facets: d.Facets, sum: d.Sum}
		for s, v := range made(d.ID, d.Sum) {
			if v != nil {
				is.vectors[s] = rounded(v)
			}
		}
		m.docs[d.ID] = is
	}
	m.seq = b.Seq
}

// scores returns the documents that a query may find, best first.
func (m *model) scores(q indexer.VectorQuery) (hits []indexer.Hit) {
	for id, d := range m.docs {
		if v := d.vectors[q.Space]; v != nil && q.Filter.Admits(d.facets) {
			hits = append(hits, indexer.Hit{ID: id, Score: product(q.Vector, v)})
		}
	}
	slices.SortFunc(hits, func(a, b indexer.Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return hits
}

func product(q []float32, v []float64) (sum float64) {
	for i, x := range q {
		sum += float64(x) * v[i]
	}
	return sum
}

// tolerance is what rounding the query to 16 bits can make of a score here.
const tolerance = 5e-5

// holds compares an index with the model: status, what is known, and queries
// of every space.
func (m *model) holds(t *testing.T, ix *vectorindex.Index, r *rand.Rand) {
	t.Helper()
	ctx := t.Context()
	status, err := ix.Status(ctx)
	require.NoError(t, err)
	require.Equal(t, m.seq, status.Seq)
	require.Equal(t, len(m.docs), status.Documents)
	require.Equal(t, fmt.Sprint("r", m.seq), cmp.Or(status.Mark, "r0"))
	var count [indexer.NumSpaces]int
	for id, d := range m.docs {
		require.True(t, ix.Knows(id, d.sum), id)
		for s, v := range d.vectors {
			if v != nil {
				count[s]++
			}
		}
	}
	require.Equal(t, indexer.VectorState{Seq: m.seq, Count: count}, ix.State())
	for s := range indexer.NumSpaces {
		for range 2 {
			m.answers(t, ix, indexer.VectorQuery{Space: s, Vector: random(r, dims[s]), Filter: anyFilter(r), K: 1 + r.IntN(30)})
		}
	}
}

// answers compares the answers to a query.
func (m *model) answers(t *testing.T, ix *vectorindex.Index, q indexer.VectorQuery) {
	t.Helper()
	found, err := ix.Nearest(t.Context(), q)
	require.NoError(t, err)
	want := m.scores(q)
	require.Len(t, found.Hits, min(q.K, len(want)), "%v", q.Filter)
	require.Equal(t, m.seq, found.Seq)
	ids := []string{"c_unknown"}
	for i, h := range found.Hits {
		require.InDelta(t, want[i].Score, h.Score, tolerance, "hit %d", i)
		d, ok := m.docs[h.ID]
		require.True(t, ok && q.Filter.Admits(d.facets), "%s is not to be found", h.ID)
		require.InDelta(t, product(q.Vector, d.vectors[q.Space]), h.Score, tolerance)
		if i > 0 {
			before := found.Hits[i-1]
			require.True(t, before.Score > h.Score || before.Score == h.Score && before.ID < h.ID, "the order of hits %d and %d", i-1, i)
		}
		ids = append(ids, h.ID)
	}
	scores, err := ix.Scores(t.Context(), q.Space, q.Vector, ids)
	require.NoError(t, err)
	assert.True(t, math.IsNaN(scores[0]))
	for i, h := range found.Hits {
		require.Equal(t, h.Score, scores[i+1], "Scores and Nearest differ about %s", h.ID)
	}
}

var someFacets = []string{"kind:case", "kind:complaint", "product:router", "product:phone", "product:", "language:zh", "language:en"}

func anyFacets(r *rand.Rand) (facets []string) {
	for _, f := range someFacets {
		if r.IntN(2) == 0 {
			facets = append(facets, f)
		}
	}
	return facets
}

func anyFilter(r *rand.Rand) (f indexer.Filter) {
	for range r.IntN(4) {
		f = append(f, append(anyFacets(r), "product:none"))
	}
	return f
}

// history is the batch of a seq, the same every time; its documents lack
// vectors, which complete adds.
func history(seq int64) indexer.Batch {
	r := rand.New(rand.NewPCG(uint64(seq), 3))
	b := indexer.Batch{Seq: seq, Mark: fmt.Sprint("r", seq)}
	for i := range r.IntN(30) {
		id := fmt.Sprintf("c_%03d_%02d", r.IntN(20), i)
		if r.IntN(5) == 0 {
			b.Delete = append(b.Delete, id)
		} else {
			b.Put = append(b.Put, indexer.Document{ID: id, Sum: r.Uint64N(3), Facets: anyFacets(r)})
		}
	}
	return b
}

// complete adds the vectors that the index does not know, as a maker does.
func complete(ix indexer.VectorIndex, b indexer.Batch) indexer.Batch {
	b.Put = slices.Clone(b.Put)
	for i := range b.Put {
		if d := &b.Put[i]; !ix.Knows(d.ID, d.Sum) {
			d.Vectors = made(d.ID, d.Sum)
		}
	}
	return b
}

// follow applies the batches after the index's seq up to another, to the index
// and, unless it is nil, to the model.
func follow(t *testing.T, ix *vectorindex.Index, m *model, to int64) {
	t.Helper()
	status, err := ix.Status(t.Context())
	require.NoError(t, err)
	for seq := status.Seq + 1; seq <= to; seq++ {
		require.NoError(t, ix.Apply(t.Context(), complete(ix, history(seq))))
		if m != nil {
			m.apply(history(seq))
		}
	}
}

// modelAt is the model after the batches up to a seq.
func modelAt(seq int64) *model {
	m := newModel()
	for s := int64(1); s <= seq; s++ {
		m.apply(history(s))
	}
	return m
}
