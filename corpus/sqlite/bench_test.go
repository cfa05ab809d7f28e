package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"precedent/corpus"

	"github.com/stretchr/testify/require"
)

// BenchmarkPutCases puts new cases in batches, as an import does.
func BenchmarkPutCases(b *testing.B) {
	for _, size := range []int{1000, 5000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "store.db"))
			defer s.Close()
			w := corpus.Write{Caller: corpus.LocalCaller()}
			cases := manyCases(size)
			n := 0
			for b.Loop() {
				for i := range cases {
					n++
					cases[i].ExternalID = fmt.Sprint("bench-", n)
				}
				_, err := s.PutCases(context.Background(), w, cases)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "cases/s")
		})
	}
}

// BenchmarkCases loads the few cases that a search shows.
func BenchmarkCases(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "store.db"))
	defer s.Close()
	ctx := context.Background()
	w := corpus.Write{Caller: corpus.LocalCaller()}
	out, err := s.PutCases(ctx, w, manyCases(5000))
	require.NoError(b, err)
	var ids []string
	for i := range 10 {
		ids = append(ids, out[i*499].ID)
	}
	for b.Loop() {
		_, err := s.Cases(ctx, w.Caller, ids)
		require.NoError(b, err)
	}
}
