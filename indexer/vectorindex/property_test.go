package vectorindex_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"precedent/indexer"
	"precedent/indexer/vectorindex"
)

// TestAnyHistory holds the index equal to a reference that searches all,
// through random batches, restarts, compactions and rebuilds, whole ones and
// such as fail.
func TestAnyHistory(t *testing.T) {
	for name, opens := range map[string]func(context.Context, vectorindex.Config) (*vectorindex.Index, error){
		"native": vectorindex.Open, "portable": vectorindex.OpenPortable,
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(11, uint64(len(name))))
			cfg := vectorindex.Config{Dir: t.TempDir(), Stamp: stamp, Logger: slog.New(slog.DiscardHandler)}
			m := newModel()
			ix, err := opens(t.Context(), cfg)
			require.NoError(t, err)
			defer func() { ix.Close() }()
			for range 150 {
				switch r.IntN(14) {
				case 0:
					require.NoError(t, ix.Close())
					ix, err = opens(t.Context(), cfg)
					require.NoError(t, err)
					if m.seq > 0 {
						require.Empty(t, ix.Reason())
					}
				case 1:
					require.NoError(t, ix.Compact(t.Context()))
				case 2:
					rebuild(t, ix, m, r)
				case 3:
					require.NoError(t, ix.Verify(t.Context()))
				default:
					follow(t, ix, m, m.seq+1)
				}
				m.holds(t, ix, r)
			}
			require.NoError(t, ix.Verify(t.Context()))
		})
	}
}

var errStop = errors.New("stop")

// rebuild makes the index anew from the history; half the time it fails
// midway, and is gone on with.
func rebuild(t *testing.T, ix *vectorindex.Index, m *model, r *rand.Rand) {
	t.Helper()
	last := m.seq
	stop := last + 1
	if r.IntN(2) == 0 {
		stop = r.Int64N(last + 1)
	}
	err := ix.Rebuild(t.Context(), stamp, func(ctx context.Context, into indexer.Applier) error {
		for seq := int64(1); seq <= last; seq++ {
			if seq > stop {
				return errStop
			}
			if err := into.Apply(ctx, complete(ix, history(seq))); err != nil {
				return err
			}
		}
		return nil
	})
	if stop < last {
		require.ErrorIs(t, err, errStop)
		follow(t, ix, nil, last)
		require.NoError(t, ix.Settled(t.Context()))
		return
	}
	require.NoError(t, err)
}
