package embed

import (
	"bufio"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// reference is what a model's own tokeniser and runtime make of one text, as
// testdata/reference.py wrote it down.
type reference struct {
	IDs    []int32
	Vector []float32 // nil where the table has none
}

// near is the cosine from which on two vectors count as one.
const near = .999

// modelsFolder gives the folder that `make models` fills, or skips the test.
func modelsFolder(t testing.TB) string {
	t.Helper()
	folder := filepath.Join("..", "..", "models")
	if _, err := os.Stat(filepath.Join(folder, fileBGE)); errors.Is(err, fs.ErrNotExist) {
		t.Skip("the models are missing: run `make models` first")
	}
	return folder
}

func model(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(modelsFolder(t), name))
	require.NoError(t, err)
	return content
}

// readLines decodes each line of a gzipped JSON Lines file.
func readLines[T any](t testing.TB, name string) (lines []T) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	for decoder := json.NewDecoder(bufio.NewReader(z)); decoder.More(); {
		var line T
		require.NoError(t, decoder.Decode(&line), "%s, line %d", name, len(lines)+1)
		lines = append(lines, line)
	}
	return lines
}

func referenceTexts(t testing.TB) []string {
	t.Helper()
	texts := readLines[string](t, "texts.jsonl.gz")
	require.GreaterOrEqual(t, len(texts), 2000)
	return texts
}

// readReference gives a model's table, lined up with referenceTexts.
func readReference(t testing.TB, name string) []reference {
	t.Helper()
	lines := readLines[struct {
		Texts  int     `json:"texts"`
		IDs    []int32 `json:"ids"`
		Vector string  `json:"vector"`
	}](t, name+".jsonl.gz")
	require.Equal(t, lines[0].Texts, len(lines)-1)
	table := make([]reference, 0, len(lines)-1)
	for _, line := range lines[1:] {
		r := reference{IDs: line.IDs}
		raw, err := base64.StdEncoding.DecodeString(line.Vector)
		require.NoError(t, err)
		for ; len(raw) > 0; raw = raw[2:] {
			r.Vector = append(r.Vector, float32(int16(binary.LittleEndian.Uint16(raw)))/math.MaxInt16)
		}
		table = append(table, r)
	}
	return table
}

func cosine(a, b []float32) float64 {
	var dot, aa, bb float64
	for i := range a {
		dot += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return dot / math.Sqrt(aa*bb)
}
