// Package indextest is the suite that every indexer.Index passes.
package indextest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
)

// Run holds an Index to its contract. open opens the index kept in dir, which
// the suite closes and opens again; it must not empty it.
func Run(t *testing.T, open func(t *testing.T, dir string) indexer.Index) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, func(*testing.T, string) indexer.Index)
	}{
		{"an empty index answers", testEmpty},
		{"what is applied is found, replaced and deleted", testApply},
		{"equal scores are in the order of ids", testTies},
		{"filters", testFilters},
		{"statistics are of live documents", testStats},
		{"wrong queries are refused", testWrong},
		{"prefixes are completed", testComplete},
		{"seq and documents survive closing", testReopen},
		{"search is exact through any history", testExact},
		{"rebuild swaps without a pause", testRebuild},
		{"a rebuild that fails leaves all as it was", testRebuildFails},
		{"searches and writes at once", testConcurrent},
		{"a context that ended", testContext},
		{"status", testStatus},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open) })
	}
}

type opener = func(*testing.T, string) indexer.Index

func opened(t *testing.T, open opener) indexer.Index {
	ix := open(t, t.TempDir())
	t.Cleanup(func() { ix.Close() })
	return ix
}

// doc is a case whose wordings are the terms.
func doc(id string, terms ...string) indexer.Document {
	d := indexer.Document{ID: id, Kind: indexer.CaseKind, Facets: []string{indexer.Facet(indexer.FacetKind, "case")}}
	d.Terms[indexer.Wordings] = terms
	return d
}

func query(terms ...string) indexer.Query {
	q := indexer.Query{K: 10}
	for _, t := range terms {
		q.Terms = append(q.Terms, indexer.Term{Field: indexer.Wordings, Text: t, Weight: 1})
	}
	return q
}

func found(t *testing.T, ix indexer.Index, q indexer.Query) []string {
	t.Helper()
	r, err := ix.Search(t.Context(), q)
	require.NoError(t, err)
	ids := []string{}
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}

func testEmpty(t *testing.T, open opener) {
	ix := opened(t, open)
	r, err := ix.Search(t.Context(), query("路由器"))
	require.NoError(t, err)
	assert.Empty(t, r.Hits)
	assert.Equal(t, []int{0}, r.Stats.DF)
	assert.Zero(t, r.Seq)
	assert.NoError(t, ix.Verify(t.Context()))
}

func testApply(t *testing.T, open opener) {
	ix, ctx := opened(t, open), t.Context()
	require.NoError(t, ix.Apply(ctx, indexer.Batch{Seq: 3, Put: []indexer.Document{doc("c_1", "断", "网"), doc("c_2", "蓝", "屏")}}))
	assert.Equal(t, []string{"c_1"}, found(t, ix, query("断")))

	require.NoError(t, ix.Apply(ctx, indexer.Batch{Seq: 4, Put: []indexer.Document{doc("c_1", "蓝", "牙")}}))
	assert.Empty(t, found(t, ix, query("断")), "the former text is still found")
	assert.ElementsMatch(t, []string{"c_1", "c_2"}, found(t, ix, query("蓝")))

	require.NoError(t, ix.Apply(ctx, indexer.Batch{Seq: 5, Delete: []string{"c_2", "c_unknown"}}))
	assert.Equal(t, []string{"c_1"}, found(t, ix, query("蓝")))

	require.NoError(t, ix.Apply(ctx, indexer.Batch{Seq: 9}))
	r, err := ix.Search(ctx, query("牙"))
	require.NoError(t, err)
	assert.Equal(t, int64(9), r.Seq, "a batch without documents has a seq too")

	require.NoError(t, ix.Apply(ctx, indexer.Batch{Seq: 10, Put: []indexer.Document{doc("c_2", "蓝")}}))
	assert.Equal(t, []string{"c_2", "c_1"}, found(t, ix, query("蓝")), "what was deleted can come back")
}

func testTies(t *testing.T, open opener) {
	ix := opened(t, open)
	for seq, id := range []string{"c_e", "c_b", "c_d", "c_a", "c_c"} {
		require.NoError(t, ix.Apply(t.Context(), indexer.Batch{Seq: int64(seq + 1), Put: []indexer.Document{doc(id, "无", "信号")}}))
	}
	q := query("信号")
	q.K = 3
	assert.Equal(t, []string{"c_a", "c_b", "c_c"}, found(t, ix, q))
}

func testFilters(t *testing.T, open opener) {
	ix := opened(t, open)
	with := func(id string, facets ...string) indexer.Document {
		d := doc(id, "死机")
		d.Facets = facets
		return d
	}
	require.NoError(t, ix.Apply(t.Context(), indexer.Batch{Seq: 1, Put: []indexer.Document{
		with("c_1", "product:router", "language:zh"),
		with("c_2", "product:phone", "language:zh"),
		with("c_3", "product:", "language:en"),
		with("c_4"),
	}}))
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
	} {
		q := query("死机")
		q.Filter = test.filter
		assert.Equal(t, test.want, found(t, ix, q), test.name)
	}
}

func testStats(t *testing.T, open opener) {
	ix, ctx := opened(t, open), t.Context()
	require.NoError(t, ix.Apply(ctx, indexer.Batch{Seq: 1, Put: []indexer.Document{
		doc("c_1", "a", "a", "b"), doc("c_2", "a"), doc("c_3"),
	}}))
	terms := query("a", "b", "nowhere").Terms
	st, err := ix.Stats(ctx, terms)
	require.NoError(t, err)
	assert.Equal(t, []int{2, 1, 0}, st.DF)
	assert.Equal(t, 2, st.Docs[indexer.Wordings], "a document without the field counts")
	assert.Equal(t, 2.0, st.Length[indexer.Wordings])

	require.NoError(t, ix.Apply(ctx, indexer.Batch{Seq: 2, Delete: []string{"c_1"}, Put: []indexer.Document{doc("c_4", "b", "b", "b")}}))
	st, err = ix.Stats(ctx, terms)
	require.NoError(t, err)
	assert.Equal(t, []int{1, 1, 0}, st.DF)
	assert.Equal(t, 2.0, st.Length[indexer.Wordings])
}

func testWrong(t *testing.T, open opener) {
	ix := opened(t, open)
	for name, q := range map[string]indexer.Query{
		"K of 0":        {Terms: query("a").Terms},
		"K too great":   {Terms: query("a").Terms, K: 1001},
		"no such field": {Terms: []indexer.Term{{Field: indexer.NumFields, Text: "a", Weight: 1}}, K: 1},
		"no weight":     {Terms: []indexer.Term{{Text: "a"}}, K: 1},
	} {
		_, err := ix.Search(t.Context(), q)
		assert.Error(t, err, name)
	}
}

func testComplete(t *testing.T, open opener) {
	ix, ctx := opened(t, open), t.Context()
	require.NoError(t, ix.Apply(ctx, indexer.Batch{Seq: 1, Put: []indexer.Document{
		doc("c_1", "光猫", "光", "光纤", "路由器"), doc("c_2", "光猫", "光猫", "光衰"), doc("c_3", "光纤", "光猫红灯"),
	}}))
	require.NoError(t, ix.Apply(ctx, indexer.Batch{Seq: 2, Put: []indexer.Document{doc("c_4", "光纤", "光电缆", "router", "route"), doc("c_3", "光纤")}}))
	for _, test := range []struct {
		prefix string
		limit  int
		want   []indexer.Completion
	}{
		{"光", 3, []indexer.Completion{{Term: "光纤", DF: 3}, {Term: "光猫", DF: 2}, {Term: "光", DF: 1}}},
		{"光猫", 9, []indexer.Completion{{Term: "光猫", DF: 2}}}, // 光猫红灯 was deleted
		{"rou", 9, []indexer.Completion{{Term: "route", DF: 1}, {Term: "router", DF: 1}}},
		{"router", 9, []indexer.Completion{{Term: "router", DF: 1}}},
		{"routers", 9, nil},
		{"猫", 9, nil},
	} {
		has, err := ix.Complete(ctx, indexer.Wordings, test.prefix, test.limit)
		require.NoError(t, err, test.prefix)
		assert.Equal(t, test.want, has, test.prefix)
	}
	has, err := ix.Complete(ctx, indexer.Resolution, "光", 9)
	require.NoError(t, err)
	assert.Empty(t, has, "another field")
	for _, wrong := range []func() ([]indexer.Completion, error){
		func() ([]indexer.Completion, error) { return ix.Complete(ctx, indexer.NumFields, "光", 9) },
		func() ([]indexer.Completion, error) { return ix.Complete(ctx, indexer.Wordings, "", 9) },
		func() ([]indexer.Completion, error) { return ix.Complete(ctx, indexer.Wordings, "光", 0) },
	} {
		_, err := wrong()
		assert.Error(t, err)
	}
}

func testReopen(t *testing.T, open opener) {
	dir, ctx, m, want := t.TempDir(), t.Context(), newMaker(11), reference{}
	for round := range 4 {
		ix := open(t, dir)
		status, err := ix.Status(ctx)
		require.NoError(t, err)
		require.Equal(t, int64(round*10), status.Seq)
		require.Equal(t, len(want), status.Documents)
		for i := range 10 {
			b := m.batch(int64(round*10+i+1), 20, 4, 150)
			require.NoError(t, ix.Apply(ctx, b))
			want.apply(b)
		}
		requireSame(t, ix, want, m, 20)
		require.NoError(t, ix.Verify(ctx))
		require.NoError(t, ix.Close())
	}
}

// requireSame compares an index with the reference on random queries.
func requireSame(t *testing.T, ix indexer.Index, want reference, m *maker, queries int) {
	t.Helper()
	for range queries {
		q := m.query()
		r, err := ix.Search(t.Context(), q)
		require.NoError(t, err)
		hits, st := want.search(q)
		require.Equal(t, st.DF, r.Stats.DF)
		require.Equal(t, st.Docs, r.Stats.Docs)
		for f := range st.Length {
			require.InDelta(t, st.Length[f], r.Stats.Length[f], 1e-9)
		}
		require.Len(t, r.Hits, len(hits), "query %+v", q)
		for i := range hits {
			require.True(t, near(hits[i].Score, r.Hits[i].Score), "hit %d of %+v: %+v instead of %+v", i, q, r.Hits[i], hits[i])
			require.Equal(t, hits[i].ID, r.Hits[i].ID, "hit %d of %+v", i, q)
		}
	}
}

func testExact(t *testing.T, open opener) {
	for seed := range uint64(2) {
		ix, ctx, m, want := opened(t, open), t.Context(), newMaker(seed), reference{}
		for seq := range int64(40) {
			b := m.batch(seq+1, []int{1, 5, 120}[m.IntN(3)], m.IntN(12), 900)
			require.NoError(t, ix.Apply(ctx, b))
			want.apply(b)
			requireSame(t, ix, want, m, 3)
		}
		time.Sleep(300 * time.Millisecond) // the engine merges
		requireSame(t, ix, want, m, 60)
	}
}

func testRebuild(t *testing.T, open opener) {
	ix, ctx, m := opened(t, open), t.Context(), newMaker(5)
	full := m.batch(7, 400, 0, 2000)
	for i := range full.Put {
		full.Put[i].Terms[indexer.Wordings] = append(full.Put[i].Terms[indexer.Wordings], "总在")
	}
	require.NoError(t, ix.Apply(ctx, full))
	searching, stop := context.WithCancel(ctx)
	var searches, empty, failed atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for searching.Err() == nil {
				r, err := ix.Search(ctx, query("总在"))
				searches.Add(1)
				if err != nil {
					failed.Add(1)
				} else if len(r.Hits) != 10 {
					empty.Add(1)
				}
			}
		})
	}
	for round := range 3 {
		stamp := indexer.Stamp{Epoch: fmt.Sprint("epoch ", round)}
		require.NoError(t, ix.Rebuild(ctx, stamp, func(ctx context.Context, into indexer.Applier) error {
			filled := into.(indexer.Index)
			r, err := filled.Search(ctx, query("总在"))
			if err != nil || len(r.Hits) != 0 || r.Seq != 0 {
				return fmt.Errorf("what is to be filled is not empty: %+v, %v", r, err)
			}
			if err := into.Apply(ctx, indexer.Batch{Seq: int64(100 + round), Put: full.Put}); err != nil {
				return err
			}
			r, err = filled.Search(ctx, query("总在"))
			if err != nil || len(r.Hits) != 10 {
				return fmt.Errorf("what was filled in is not found: %+v, %v", r, err)
			}
			return nil
		}))
		status, err := ix.Status(ctx)
		require.NoError(t, err)
		assert.Equal(t, stamp, status.Stamp)
		assert.Equal(t, int64(100+round), status.Seq)
		assert.Equal(t, len(full.Put), status.Documents)
	}
	stop()
	wg.Wait()
	assert.Zero(t, failed.Load(), "searches that failed")
	assert.Zero(t, empty.Load(), "searches that found less than there always was")
	assert.Positive(t, searches.Load())
	require.NoError(t, ix.Apply(ctx, indexer.Batch{Seq: 200, Put: []indexer.Document{doc("c_new", "重建之后")}}))
	assert.Equal(t, []string{"c_new"}, found(t, ix, query("重建之后")))
}

func testRebuildFails(t *testing.T, open opener) {
	dir := t.TempDir()
	ix, ctx := open(t, dir), t.Context()
	require.NoError(t, ix.Apply(ctx, indexer.Batch{Seq: 2, Put: []indexer.Document{doc("c_1", "重启")}}))
	wrong := errors.New("the store went away")
	err := ix.Rebuild(ctx, indexer.Stamp{Epoch: "other"}, func(ctx context.Context, into indexer.Applier) error {
		return errors.Join(into.Apply(ctx, indexer.Batch{Seq: 9, Put: []indexer.Document{doc("c_2", "重启")}}), wrong)
	})
	require.ErrorIs(t, err, wrong)
	assert.Equal(t, []string{"c_1"}, found(t, ix, query("重启")))
	require.NoError(t, ix.Close())
	ix = open(t, dir)
	defer ix.Close()
	assert.Equal(t, []string{"c_1"}, found(t, ix, query("重启")))
}

func testConcurrent(t *testing.T, open opener) {
	ix, ctx := opened(t, open), t.Context()
	const batches = 120
	var applied atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		defer applied.Store(batches)
		for seq := int64(1); seq <= batches; seq++ {
			// Each batch replaces the one document and adds one.
			if !assert.NoError(t, ix.Apply(ctx, indexer.Batch{Seq: seq, Put: []indexer.Document{
				doc("c_same", "同一", fmt.Sprint("版", seq)), doc(fmt.Sprintf("c_%04d", seq), "各自"),
			}})) {
				return
			}
			applied.Store(seq)
		}
	})
	for range 3 {
		wg.Go(func() {
			for applied.Load() < batches {
				before := applied.Load()
				r, err := ix.Search(ctx, query("同一", "各自"))
				if !assert.NoError(t, err) {
					return
				}
				assert.GreaterOrEqual(t, r.Seq, before, "a batch applied before is not seen")
				assert.LessOrEqual(t, r.Stats.DF[0], 1, "two versions of a document at once")
				assert.Equal(t, r.Seq, int64(r.Stats.DF[1]), "a batch seen in part")
				time.Sleep(time.Millisecond)
			}
		})
	}
	wg.Wait()
}

func testContext(t *testing.T, open opener) {
	ix := opened(t, open)
	ended, end := context.WithCancel(t.Context())
	end()
	_, err := ix.Search(ended, query("a"))
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, ix.Apply(ended, indexer.Batch{Seq: 1, Put: []indexer.Document{doc("c_1", "a")}}), context.Canceled)
	assert.Empty(t, found(t, ix, query("a")))
}

func testStatus(t *testing.T, open opener) {
	ix, ctx := opened(t, open), t.Context()
	require.NoError(t, ix.Apply(ctx, indexer.Batch{Seq: 6, Put: []indexer.Document{doc("c_1", "a", "b", "b"), doc("c_2", "a")}}))
	s, err := ix.Status(ctx)
	require.NoError(t, err)
	assert.Equal(t, int64(6), s.Seq)
	assert.Equal(t, 2, s.Documents)
	assert.Equal(t, int64(3), s.Postings)
	assert.Positive(t, s.DiskBytes)
	assert.Positive(t, s.HeapBytes)
	assert.Positive(t, s.Segments)
}
