package bleveindex_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"precedent/indexer"
	"precedent/indexer/bleveindex"
	"precedent/indexer/indextest"
)

// open opens an index under an empty stamp.
func open(t testing.TB, dir string) *bleveindex.Index {
	t.Helper()
	ix, err := openErr(t, dir)
	require.NoError(t, err)
	return ix
}

func openErr(t testing.TB, dir string) (*bleveindex.Index, error) {
	t.Helper()
	return bleveindex.Open(t.Context(), bleveindex.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
}

func TestIndex(t *testing.T) {
	indextest.Run(t, func(t *testing.T, dir string) indexer.Index { return open(t, dir) })
}
