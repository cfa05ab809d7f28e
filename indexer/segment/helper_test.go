package segment

import (
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

var shared struct {
	sync.Once
	segmenter *Segmenter
	scratch   string
	err       error
}

// TestMain removes what the tests unpacked.
func TestMain(m *testing.M) {
	code := m.Run()
	if shared.segmenter != nil {
		shared.segmenter.Close()
	}
	os.RemoveAll(shared.scratch)
	os.Exit(code)
}

// segmenter is one Segmenter for all tests: loading it takes most of their time.
func segmenter(t testing.TB) *Segmenter {
	t.Helper()
	shared.Do(func() {
		if shared.scratch, shared.err = os.MkdirTemp("", "segment-test-*"); shared.err == nil {
			shared.segmenter, shared.err = New(Config{Scratch: shared.scratch})
		}
	})
	require.NoError(t, shared.err)
	return shared.segmenter
}

// texts are the texts of terms.
func texts(terms []Term) []string {
	out := []string{}
	for _, t := range terms {
		out = append(out, t.Text)
	}
	return out
}
