package segment

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCloseWhileCutting: a server that stops may still have a request to end.
func TestCloseWhileCutting(t *testing.T) {
	s, err := New(Config{Scratch: shared.scratch})
	require.NoError(t, err)
	text := strings.Repeat("宽带断网，光猫红灯一直闪，E-691", 500) // long enough to be under way when Close comes
	want := s.Query(text)
	var started, done sync.WaitGroup
	for range 4 {
		started.Add(1)
		done.Go(func() {
			for n := 0; ; n++ {
				got := s.Append([]Term{{Text: "kept"}}, text)
				if n == 0 {
					started.Done()
				}
				if len(got) == 1 { // closed
					return
				}
				if !assert.True(t, slices.Equal(want, got[1:])) {
					return
				}
			}
		})
	}
	started.Wait()
	require.NoError(t, s.Close())
	done.Wait()
	kept := []Term{{Text: "kept"}}
	assert.Equal(t, kept, s.Append(kept, text))
	assert.Empty(t, s.Query(text))
	require.NoError(t, s.Close(), "closing again does nothing")
}
