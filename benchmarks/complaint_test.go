package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"precedent/corpus"
	"precedent/corpus/sqlite"
	"precedent/indexer"
	"precedent/indexer/bleveindex"
	"precedent/indexer/segment"
	"precedent/search"

	"github.com/stretchr/testify/require"
)

// BenchmarkComplaint asks an index of synthetic Chinese cases what the engine
// asks it for a complaint of 40 characters: about a hundred terms, each in
// three fields, under the filter of a caller, 200 hits. BENCH_CASES says how
// many cases; an index that lies in BENCH_DIR already is taken as it is.
func BenchmarkComplaint(b *testing.B) {
	ctx := b.Context()
	cases := 20_000
	if n, err := strconv.Atoi(os.Getenv("BENCH_CASES")); err == nil {
		cases = n
	}
	dir := os.Getenv("BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	demo, err := readClauses("..")
	require.NoError(b, err)
	segmenter, err := segment.New(segment.Config{})
	require.NoError(b, err)
	began := time.Now()
	index, err := bleveindex.Open(ctx, bleveindex.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	defer index.Close()
	opened := time.Since(began)
	status, err := index.Status(ctx)
	require.NoError(b, err)
	if status.Documents == 0 {
		fillComplaints(b, index, segmenter, demo, cases)
	}
	if status, err = index.Status(ctx); err != nil {
		b.Fatal(err)
	}
	b.Logf("opened in %v; %d cases, %d segments, %.1f postings a case, %.2f bytes a posting", opened, status.Documents, status.Segments,
		float64(status.Postings)/float64(status.Documents), float64(status.HeapBytes)/float64(status.Postings))
	queries := complaintQueries(b, index, segmenter, demo, 200)
	for _, cores := range []int{1, runtime.NumCPU()} {
		for _, k := range []int{10, 200} {
			b.Run(fmt.Sprintf("cores=%d/k=%d", cores, k), func(b *testing.B) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
				var wall, cpu []float64
				for i := 0; b.Loop(); i++ {
					q := queries[i%len(queries)]
					q.K = k
					s, err := spend(func() error {
						_, err := index.Search(ctx, q)
						return err
					})
					if err != nil {
						b.Fatal(err)
					}
					wall, cpu = append(wall, milliseconds(s.wall)), append(cpu, milliseconds(s.cpu))
				}
				b.ReportMetric(percentile(wall, 50), "p50-ms")
				b.ReportMetric(percentile(wall, 99), "p99-ms")
				b.ReportMetric(percentile(cpu, 50), "p50-cpu-ms")
			})
		}
	}
}

// fillComplaints indexes synthetic cases. Each gets the first clause of its
// complaint for a title, and one product of fifty.
func fillComplaints(b *testing.B, index indexer.Index, segmenter *segment.Segmenter, demo clauses, n int) {
	for from := 0; from < n; from += batchSize {
		set := demo.synthesize(min(batchSize, n-from), uint64(from))
		docs := make([]indexer.Document, len(set.cases))
		var workers sync.WaitGroup
		for worker := range runtime.NumCPU() {
			workers.Go(func() {
				for i := worker; i < len(docs); i += runtime.NumCPU() {
					c := set.cases[i]
					c.ID = corpus.DerivedID(corpus.CasePrefix, strconv.Itoa(from+i))
					c.Title = splitClauses(c.Wordings[0])[0]
					c.Products = []string{"产品" + strconv.Itoa((from+i)%50)}
					c.Audience, c.State = corpus.Agent, corpus.Published
					docs[i] = indexer.CaseDocument(segmenter, c)
				}
			})
		}
		workers.Wait()
		require.NoError(b, index.Apply(b.Context(), indexer.Batch{Seq: int64(from + len(docs)), Put: docs}))
	}
}

// recorder is an index that remembers what it is asked.
type recorder struct {
	indexer.Index
	asked []indexer.Query
}

func (r *recorder) Search(ctx context.Context, q indexer.Query) (indexer.Result, error) {
	r.asked = append(r.asked, q)
	return indexer.Result{Stats: indexer.Stats{DF: make([]int, len(q.Terms))}}, nil
}

// complaintQueries returns the queries that the engine makes of complaints.
func complaintQueries(b *testing.B, index indexer.Index, segmenter *segment.Segmenter, demo clauses, n int) []indexer.Query {
	ctx := b.Context()
	store, err := sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(b.TempDir(), "store.db"), Logger: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	defer store.Close()
	asks := &recorder{Index: index}
	engine, err := search.New(ctx, search.Config{Store: store, Index: asks, Segmenter: segmenter, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	random := rand.New(rand.NewPCG(7, 7))
	terms := 0
	for range n {
		_, err := engine.Search(ctx, corpus.LocalCaller(), search.Request{Text: compose(random, demo.complaints, 40), Limit: 10})
		require.NoError(b, err)
		terms += len(asks.asked[len(asks.asked)-1].Terms)
	}
	b.Logf("%d terms a query, filter %v", terms/n, asks.asked[0].Filter)
	return slices.Clip(asks.asked)
}
