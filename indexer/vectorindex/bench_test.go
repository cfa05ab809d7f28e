package vectorindex_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"precedent/indexer"
	"precedent/indexer/vectorindex"
)

// BenchmarkNearest searches synthetic clusters of 512 dimensions for the best
// 200, and tells by how much a plain scan of float32 is slower, measured in the
// same run. PRECEDENT_BENCH_VECTORS=1 adds a million.
func BenchmarkNearest(b *testing.B) {
	sizes := []int{20_000, 100_000}
	if million() {
		sizes = append(sizes, 1_000_000)
	}
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchNearest(b, n) })
	}
}

func benchNearest(b *testing.B, n int) {
	ix := opened(b)
	c := newClusters(1, n/300, 512)
	fill(b, ix, c, indexer.Chinese, n)
	plain := make([]float32, 0, min(n, 100_000)*512)
	for len(plain) < cap(plain) {
		plain = append(plain, c.next()...)
	}
	var queries [][]float32
	for range 16 {
		queries = append(queries, c.next())
	}
	var ours, theirs []float64
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		q := queries[i%len(queries)]
		before := processorTime()
		_, err := ix.Nearest(b.Context(), indexer.VectorQuery{Space: indexer.Chinese, Vector: q, K: 200})
		require.NoError(b, err)
		between := processorTime()
		plainScan(plain, q)
		after := processorTime()
		ours = append(ours, (between - before).Seconds())
		theirs = append(theirs, (after-between).Seconds()*float64(n)*512/float64(len(plain)))
	}
	b.ReportMetric(median(ours)*1000, "cpu-ms/op")
	b.ReportMetric(median(theirs)/median(ours), "times-plain-float32")
}

var sink float32

func plainScan(rows, q []float32) {
	best := float32(math.Inf(-1))
	for at := 0; at < len(rows); at += len(q) {
		var sum float32
		for i, x := range rows[at : at+len(q)] {
			sum += x * q[i]
		}
		best = max(best, sum)
	}
	sink = best
}

// BenchmarkOpen opens an index of documents with two vectors of 512 each.
func BenchmarkOpen(b *testing.B) {
	n := 100_000
	if million() {
		n = 1_000_000
	}
	dir := b.TempDir()
	ix := open(b, dir)
	c := newClusters(1, n/300, 512)
	for from := 0; from < n; from += 5000 {
		batch := indexer.Batch{Seq: int64(from + 1)}
		for i := range 5000 {
			d := bare(fmt.Sprintf("c_%07d", from+i), 1, "kind:case", fmt.Sprint("product:", i%50))
			d.Vectors[indexer.Chinese], d.Vectors[indexer.Multilingual] = c.next(), c.next()
			batch.Put = append(batch.Put, d)
		}
		require.NoError(b, ix.Apply(b.Context(), batch))
	}
	require.NoError(b, ix.Close())
	var took []float64
	for b.Loop() {
		before := processorTime()
		ix, err := vectorindex.Open(b.Context(), vectorindex.Config{Dir: dir, Stamp: stamp})
		require.NoError(b, err)
		took = append(took, (processorTime() - before).Seconds())
		require.NoError(b, ix.Close())
	}
	b.ReportMetric(median(took)*1000, "cpu-ms/op")
}
