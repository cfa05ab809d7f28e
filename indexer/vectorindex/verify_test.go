package vectorindex

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
)

// TestVerifyMemory changes what is served: it is no longer what the log has.
func TestVerifyMemory(t *testing.T) {
	ix, err := Open(t.Context(), Config{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer ix.Close()
	d := indexer.Document{ID: "c_1", Sum: 1, Facets: []string{"kind:case", "product:phone"}}
	d.Vectors[indexer.English] = []float32{1, 2, 3}
	require.NoError(t, ix.Apply(t.Context(), indexer.Batch{Seq: 1, Put: []indexer.Document{d, {ID: "c_2", Sum: 2}}}))
	require.NoError(t, ix.Verify(t.Context()))
	s := ix.served.Load()
	rows := s.spaces[indexer.English].blocks[0]
	for what, change := range map[string]func(by int){
		"a component": func(by int) { rows.vectors[1] += int8(by) },
		"a scale":     func(int) { rows.scales[0] = -rows.scales[0] },
		"a sum":       func(by int) { s.entries.at(0).sum += uint64(by) },
		"the facets":  func(by int) { s.entries.at(1).set += uint32(1 - s.entries.at(1).set*2) },
		"an id":       func(by int) { s.entries[0].ids[2] += byte(by) },
		"the seq":     func(by int) { s.seq += int64(by) },
	} {
		change(1)
		assert.Error(t, ix.Verify(t.Context()), what)
		change(-1)
		require.NoError(t, ix.Verify(t.Context()), what)
	}
}
