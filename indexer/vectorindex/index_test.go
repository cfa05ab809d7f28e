package vectorindex_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
)

// doc is a document with one vector, of three components, in the Chinese space.
func doc(id string, sum uint64, x, y, z float32, facets ...string) indexer.Document {
	d := indexer.Document{ID: id, Sum: sum, Facets: facets}
	d.Vectors[indexer.Chinese] = []float32{x, y, z}
	return d
}

// bare is a document that brings no vectors.
func bare(id string, sum uint64, facets ...string) indexer.Document {
	return indexer.Document{ID: id, Sum: sum, Facets: facets}
}

func apply(t testing.TB, ix indexer.Applier, seq int64, put ...indexer.Document) {
	t.Helper()
	require.NoError(t, ix.Apply(t.Context(), indexer.Batch{Seq: seq, Mark: fmt.Sprint("r", seq), Put: put}))
}

var alongX = indexer.VectorQuery{Space: indexer.Chinese, Vector: []float32{1, 0, 0}, K: 10}

func found(t testing.TB, ix indexer.VectorIndex, q indexer.VectorQuery) []string {
	t.Helper()
	r, err := ix.Nearest(t.Context(), q)
	require.NoError(t, err)
	ids := []string{}
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}

func TestEmpty(t *testing.T) {
	ix := opened(t)
	assert.Empty(t, found(t, ix, alongX))
	assert.Equal(t, "there was no index", ix.Reason())
	assert.Equal(t, []bool{false}, ix.Has(indexer.English, []string{"c_1"}))
	assert.False(t, ix.Knows("c_1", 0))
	scores, err := ix.Scores(t.Context(), indexer.Chinese, []float32{1}, []string{"c_1"})
	require.NoError(t, err)
	assert.True(t, math.IsNaN(scores[0]))
	assert.NoError(t, ix.Verify(t.Context()))
}

func TestApply(t *testing.T) {
	ix := opened(t)
	apply(t, ix, 3, doc("c_1", 1, 1, 0, 0), doc("c_2", 1, 0, 1, 0))
	assert.Equal(t, []string{"c_1", "c_2"}, found(t, ix, alongX))

	apply(t, ix, 4, doc("c_1", 2, -1, 0, 0))
	assert.Equal(t, []string{"c_2", "c_1"}, found(t, ix, alongX), "the former vector is still found")

	require.NoError(t, ix.Apply(t.Context(), indexer.Batch{Seq: 5, Delete: []string{"c_2", "c_unknown"}}))
	assert.Equal(t, []string{"c_1"}, found(t, ix, alongX))

	require.NoError(t, ix.Apply(t.Context(), indexer.Batch{Seq: 9}))
	assert.Equal(t, int64(9), ix.State().Seq, "a batch without documents has a seq too")

	require.NoError(t, ix.Apply(t.Context(), indexer.Batch{Seq: 10, Delete: []string{"c_2"}, Put: []indexer.Document{doc("c_2", 1, 0, 0, 1), doc("c_2", 1, 1, 0, 0)}}))
	assert.Equal(t, []string{"c_2", "c_1"}, found(t, ix, alongX), "what is deleted and put is put, the last time it is put")
	assert.Equal(t, []bool{true, false}, ix.Has(indexer.Chinese, []string{"c_2", "c_3"}))
	assert.Equal(t, []bool{false}, ix.Has(indexer.English, []string{"c_2"}))
	assert.Equal(t, [indexer.NumSpaces]int{indexer.Chinese: 2}, ix.State().Count)
}

// TestKeep puts documents without vectors.
func TestKeep(t *testing.T) {
	ix := opened(t)
	apply(t, ix, 1, doc("c_1", 7, 1, 0, 0, "kind:case", "product:phone"), bare("c_2", 8, "kind:case"))
	phones := alongX
	phones.Filter = indexer.Filter{{"product:phone"}}
	require.Equal(t, []string{"c_1"}, found(t, ix, phones))
	assert.True(t, ix.Knows("c_1", 7))
	assert.False(t, ix.Knows("c_1", 6))
	assert.False(t, ix.Knows("c_3", 7))
	assert.True(t, ix.Knows("c_2", 8), "a document whose texts say nothing is known")
	assert.Equal(t, []string{"c_1"}, found(t, ix, alongX))

	apply(t, ix, 2, bare("c_1", 7, "kind:case", "product:router"))
	assert.Empty(t, found(t, ix, phones), "the former facets are still there")
	assert.Equal(t, []string{"c_1"}, found(t, ix, alongX), "the vector is not kept")

	none := bare("c_1", 7)
	none.Vectors[indexer.English] = []float32{}
	apply(t, ix, 3, none)
	assert.Empty(t, found(t, ix, alongX), "an empty vector says that there is none")
	assert.True(t, ix.Knows("c_1", 7))
}

// TestKnowsIsKept replaces and deletes documents after Knows promised their
// vectors to a batch that comes in later.
func TestKnowsIsKept(t *testing.T) {
	ix := opened(t)
	apply(t, ix, 1, doc("c_1", 7, 1, 0, 0), doc("c_2", 7, .5, 0, 0))
	require.True(t, ix.Knows("c_1", 7) && ix.Knows("c_2", 7))
	apply(t, ix, 2, doc("c_1", 8, 0, 1, 0))
	require.NoError(t, ix.Apply(t.Context(), indexer.Batch{Seq: 3, Delete: []string{"c_2"}}))
	apply(t, ix, 4, bare("c_1", 7), bare("c_2", 7))
	assert.Equal(t, []string{"c_1", "c_2"}, found(t, ix, alongX))
	r, err := ix.Nearest(t.Context(), alongX)
	require.NoError(t, err)
	assert.InDelta(t, 1, r.Hits[0].Score, tolerance)
	assert.InDelta(t, .5, r.Hits[1].Score, tolerance)
	assert.NoError(t, ix.Verify(t.Context()))
}

func TestTies(t *testing.T) {
	ix := opened(t)
	for seq, id := range []string{"c_e", "c_b", "c_d", "c_a", "c_c"} {
		apply(t, ix, int64(seq+1), doc(id, 1, .5, 0, 0))
	}
	q := alongX
	q.K = 3
	assert.Equal(t, []string{"c_a", "c_b", "c_c"}, found(t, ix, q))
}

func TestFilters(t *testing.T) {
	ix := opened(t)
	apply(t, ix, 1,
		doc("c_1", 1, .9, 0, 0, "product:router", "language:zh"),
		doc("c_2", 1, .8, 0, 0, "product:phone", "language:zh", "language:zh"),
		doc("c_3", 1, .7, 0, 0, "product:", "language:en"),
		doc("c_4", 1, .6, 0, 0),
	)
	many := indexer.Filter{}
	for range 130 { // more clauses than a word has bits
		many = append(many, []string{"language:zh"})
	}
	for _, test := range []struct {
		name   string
		filter indexer.Filter
		want   []string
	}{
		{"none", nil, []string{"c_1", "c_2", "c_3", "c_4"}},
		{"one clause", indexer.Filter{{"language:zh"}}, []string{"c_1", "c_2"}},
		{"either", indexer.Filter{{"product:router", "product:"}}, []string{"c_1", "c_3"}},
		{"both", indexer.Filter{{"product:router", "product:"}, {"language:en"}}, []string{"c_3"}},
		{"a facet nobody has", indexer.Filter{{"product:toaster"}}, []string{}},
		{"a clause that nothing can meet", indexer.Filter{{}}, []string{}},
		{"many clauses", many, []string{"c_1", "c_2"}},
		{"the last of many fails", append(many[:128:128], []string{"product:phone"}), []string{"c_2"}},
	} {
		q := alongX
		q.Filter = test.filter
		assert.Equal(t, test.want, found(t, ix, q), test.name)
	}
}

func TestWrong(t *testing.T) {
	ix := opened(t)
	apply(t, ix, 1, doc("c_1", 1, 1, 0, 0))
	inf := float32(math.Inf(1))
	for name, q := range map[string]indexer.VectorQuery{
		"k is 0":             {Vector: []float32{1, 0, 0}},
		"k is large":         {Vector: []float32{1, 0, 0}, K: 1001},
		"no vector":          {K: 1},
		"another dimension":  {Vector: []float32{1, 0}, K: 1},
		"not a number":       {Vector: []float32{1, 0, float32(math.NaN())}, K: 1},
		"infinite":           {Vector: []float32{1, 0, -inf}, K: 1},
		"a space of no kind": {Space: indexer.NumSpaces, Vector: []float32{1, 0, 0}, K: 1},
	} {
		_, err := ix.Nearest(t.Context(), q)
		assert.Error(t, err, name)
		if q.K == 1 {
			_, err = ix.Scores(t.Context(), q.Space, q.Vector, []string{"c_1"})
			assert.Error(t, err, name)
		}
	}
	two := doc("c_2", 1, 1, 0, 0)
	two.Vectors[indexer.Chinese] = []float32{1, 0}
	mixed := doc("c_2", 1, 1, 0, 0)
	mixed.Vectors[indexer.English] = []float32{1}
	other := doc("c_3", 1, 1, 0, 0)
	other.Vectors[indexer.English] = []float32{1, 2}
	for name, put := range map[string][]indexer.Document{
		"no id":                       {doc("", 1, 1, 0, 0)},
		"another dimension":           {doc("c_3", 1, 1, 0, 0), two},
		"two dimensions in one batch": {mixed, other},
		"too many dimensions":         {{ID: "c_2", Vectors: [indexer.NumSpaces][]float32{indexer.English: make([]float32, 4097)}}},
		"not a number":                {doc("c_2", 1, 1, 0, float32(math.NaN()))},
	} {
		assert.Error(t, ix.Apply(t.Context(), indexer.Batch{Seq: 2, Put: put}), name)
	}
	assert.Equal(t, []string{"c_1"}, found(t, ix, alongX), "a part of a refused batch is in")
	assert.Equal(t, int64(1), ix.State().Seq)
	assert.NoError(t, ix.Verify(t.Context()))
}

// TestNothing keeps and asks for vectors of zeros.
func TestNothing(t *testing.T) {
	ix := opened(t)
	apply(t, ix, 1, doc("c_1", 1, 0, 0, 0), doc("c_2", 1, -1, 0, 0))
	assert.Equal(t, []string{"c_1", "c_2"}, found(t, ix, alongX))
	zero := alongX
	zero.Vector = make([]float32, 3)
	assert.Equal(t, []string{"c_1", "c_2"}, found(t, ix, zero))
}

func TestContext(t *testing.T) {
	ix := opened(t)
	apply(t, ix, 1, doc("c_1", 1, 1, 0, 0))
	ended, stop := context.WithCancel(t.Context())
	stop()
	_, err := ix.Nearest(ended, alongX)
	assert.ErrorIs(t, err, context.Canceled)
	_, err = ix.Scores(ended, indexer.Chinese, alongX.Vector, []string{"c_1"})
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, ix.Apply(ended, indexer.Batch{Seq: 2, Put: []indexer.Document{doc("c_2", 1, 1, 0, 0)}}), context.Canceled)
	assert.ErrorIs(t, ix.Verify(ended), context.Canceled)
	assert.Equal(t, []string{"c_1"}, found(t, ix, alongX))
}

func TestStatus(t *testing.T) {
	ix := opened(t)
	empty, err := ix.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, stamp, empty.Stamp)
	assert.Zero(t, empty.Seq)
	r := rand.New(rand.NewPCG(1, 1))
	var put []indexer.Document
	const n = 1000
	for i := range n {
		d := bare(fmt.Sprintf("c_%06d", i), 1, "kind:case")
		d.Vectors[indexer.Multilingual] = random(r, 512)
		put = append(put, d)
	}
	apply(t, ix, 1, put...)
	full, err := ix.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, n, full.Documents)
	assert.Equal(t, "r1", full.Mark)
	assert.Positive(t, full.Segments)
	for what, size := range map[string]int64{"disk": full.DiskBytes - empty.DiskBytes, "memory": full.HeapBytes - empty.HeapBytes} {
		assert.Greater(t, size, int64(n*512), what)
		assert.Less(t, size, int64(n*1024), what)
	}
}

func TestClosed(t *testing.T) {
	ix := open(t, t.TempDir())
	require.NoError(t, ix.Close())
	_, err := ix.Nearest(t.Context(), alongX)
	assert.Error(t, err)
	_, err = ix.Scores(t.Context(), indexer.Chinese, alongX.Vector, nil)
	assert.Error(t, err)
	_, err = ix.Status(t.Context())
	assert.Error(t, err)
	assert.Error(t, ix.Apply(t.Context(), indexer.Batch{Seq: 1}))
	assert.Error(t, ix.Verify(t.Context()))
	assert.Error(t, ix.Settled(t.Context()))
	assert.Error(t, ix.Rebuild(t.Context(), stamp, func(context.Context, indexer.Applier) error { return nil }))
	assert.Error(t, ix.Close())
}

// TestReopen closes and opens again.
func TestReopen(t *testing.T) {
	dir := t.TempDir()
	ix := open(t, dir)
	long := strings.Repeat("长", 200)
	apply(t, ix, 1, doc("c_1", 1, 1, 0, 0, "product:"+long), doc(long, 2, 0, 1, 0))
	before, err := ix.Nearest(t.Context(), alongX)
	require.NoError(t, err)
	require.NoError(t, ix.Close())
	ix = open(t, dir)
	defer ix.Close()
	assert.Empty(t, ix.Reason())
	after, err := ix.Nearest(t.Context(), alongX)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	q := alongX
	q.Filter = indexer.Filter{{"product:" + long}}
	assert.Equal(t, []string{"c_1"}, found(t, ix, q))
}
