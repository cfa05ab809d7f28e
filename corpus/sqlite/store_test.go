package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"

	"precedent/corpus"
	"precedent/corpus/sqlite"
	"precedent/corpus/storetest"

	"github.com/stretchr/testify/require"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T, dir string) corpus.Store { return open(t, filepath.Join(dir, "store.db")) })
}

func open(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), sqlite.Config{Path: path})
	require.NoError(t, err)
	return s
}
