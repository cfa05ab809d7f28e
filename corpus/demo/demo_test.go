package demo_test

import (
	"context"
	"path/filepath"
	"testing"

	"precedent/corpus"
	"precedent/corpus/demo"
	"precedent/corpus/sqlite"

	"github.com/stretchr/testify/require"
)

// The demo is the first that anyone sees of the program: every case must go
// in whole, and every query have its case.
func TestDemoIsWhole(t *testing.T) {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(t.TempDir(), "store.db")})
	require.NoError(t, err)
	defer store.Close()
	n, err := demo.Load(ctx, store)
	require.NoError(t, err)
	require.GreaterOrEqual(t, n, 240)

	chinese := 0
	external := map[string]bool{}
	require.NoError(t, store.EachCase(ctx, corpus.LocalCaller(), func(c corpus.Case) error {
		external[c.ExternalID] = true
		if c.Language == "zh" {
			chinese++
		}
		require.NotEmpty(t, c.Title, c.ExternalID)
		require.GreaterOrEqual(t, len(c.Wordings), 2, c.ExternalID)
		require.Equal(t, corpus.Published, c.State, c.ExternalID)
		require.False(t, corpus.SaysNothing(c.Resolution), c.ExternalID)
		return nil
	}))
	require.Len(t, external, n)
	require.InDelta(t, 0.6, float64(chinese)/float64(n), 0.05)

	queries, err := demo.Queries()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(queries), 60)
	for _, q := range queries {
		require.True(t, external[q.Case], "%s: no case %s", q.Text, q.Case)
	}
}
