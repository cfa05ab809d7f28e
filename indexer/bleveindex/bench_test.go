package bleveindex_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"precedent/indexer"
)

// benchmarkDocuments is how many documents the benchmarks index; BENCH_DOCS
// overrides it.
func benchmarkDocuments() int {
	if n, err := strconv.Atoi(os.Getenv("BENCH_DOCS")); err == nil {
		return n
	}
	return 50_000
}

// shortCases makes cases of 39 terms on average from a vocabulary as uneven
// as a language's.
type shortCases struct {
	*rand.Rand
	words []string
}

func newShortCases() *shortCases {
	s := &shortCases{Rand: rand.New(rand.NewPCG(1, 2))}
	for i := range 200_000 {
		s.words = append(s.words, fmt.Sprintf("%x", i*7919%1_000_003))
	}
	return s
}

func (s *shortCases) word() string {
	return s.words[int(math.Pow(float64(len(s.words)), s.Float64()))-1]
}

func (s *shortCases) document(i int) indexer.Document {
	d := indexer.Document{ID: fmt.Sprintf("c_%026d", i), Kind: indexer.CaseKind, Facets: []string{"kind:case", "audience:agent", "state:published", "language:zh", "product:" + fmt.Sprint(i%50)}}
	for range 10 + s.IntN(59) {
		d.Terms[indexer.Wordings] = append(d.Terms[indexer.Wordings], s.word())
	}
	return d
}

func (s *shortCases) query(terms int) indexer.Query {
	q := indexer.Query{K: 10, Filter: indexer.Filter{{"kind:case"}, {"audience:agent", "audience:public"}, {"state:published"}}}
	seen := map[string]bool{}
	for len(q.Terms) < terms {
		if w := s.word(); !seen[w] {
			seen[w] = true
			q.Terms = append(q.Terms, indexer.Term{Field: indexer.Wordings, Text: w, Weight: 1})
		}
	}
	return q
}

func fill(ctx context.Context, b *testing.B, ix indexer.Applier, s *shortCases, from, n int) {
	for at := from; at < from+n; {
		batch := indexer.Batch{Seq: int64(at)}
		for len(batch.Put) < 5000 && at < from+n {
			batch.Put = append(batch.Put, s.document(at))
			at++
		}
		batch.Seq = int64(at)
		require.NoError(b, ix.Apply(ctx, batch))
	}
}

func BenchmarkApply(b *testing.B) {
	s := newShortCases()
	for b.Loop() {
		ix := open(b, b.TempDir())
		fill(b.Context(), b, ix, s, 0, benchmarkDocuments())
		require.NoError(b, ix.Close())
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*benchmarkDocuments()), "µs/doc")
}

func BenchmarkSearch(b *testing.B) {
	s := newShortCases()
	ix := open(b, b.TempDir())
	defer ix.Close()
	require.NoError(b, ix.Rebuild(b.Context(), indexer.Stamp{}, func(ctx context.Context, into indexer.Applier) error {
		fill(ctx, b, into, s, 0, benchmarkDocuments())
		return nil
	}))
	status, err := ix.Status(b.Context())
	require.NoError(b, err)
	b.Logf("%d segments, %.2f bytes a posting, %d postings", status.Segments, float64(status.HeapBytes)/float64(status.Postings), status.Postings)
	for _, terms := range []int{1, 5, 10, 40, 120} {
		b.Run(fmt.Sprint(terms), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				q := s.query(terms)
				b.StartTimer()
				_, err := ix.Search(b.Context(), q)
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkSmallBatch applies ten changed documents at a time, each followed
// by a search, to an index of BENCH_DOCS: what that costs must not grow with
// the index.
func BenchmarkSmallBatch(b *testing.B) {
	s, n := newShortCases(), benchmarkDocuments()
	ix := open(b, b.TempDir())
	defer ix.Close()
	require.NoError(b, ix.Rebuild(b.Context(), indexer.Stamp{}, func(ctx context.Context, into indexer.Applier) error {
		fill(ctx, b, into, s, 0, n)
		return nil
	}))
	time.Sleep(time.Second) // what bleve still merges
	seq := int64(n)
	for b.Loop() {
		b.StopTimer()
		seq++
		batch := indexer.Batch{Seq: seq}
		for range 10 {
			batch.Put = append(batch.Put, s.document(s.IntN(n)))
		}
		b.StartTimer()
		require.NoError(b, ix.Apply(b.Context(), batch))
		_, err := ix.Search(b.Context(), s.query(1))
		require.NoError(b, err)
	}
}
