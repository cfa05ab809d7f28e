package exchange_test

import (
	"archive/zip"
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/corpus/exchange"
)

// blanks are n bytes that pack to nothing.
type blanks int64

func (n *blanks) Read(p []byte) (int, error) {
	if *n == 0 {
		return 0, io.EOF
	}
	m := min(len(p), int(*n))
	for i := range p[:m] {
		p[i] = ' '
	}
	*n -= blanks(m)
	return m, nil
}

// stuffed is a good workbook of one row to which parts of blanks are added, or
// put in place of its own.
func stuffed(t *testing.T, parts map[string]int64) []byte {
	t.Helper()
	good := export(t, eachOf{{ExternalID: "K-1", Title: "断网", Resolution: "重启"}}, exchange.XLSX)
	from, err := zip.NewReader(bytes.NewReader(good), int64(len(good)))
	require.NoError(t, err)
	var b bytes.Buffer
	to := zip.NewWriter(&b)
	for _, f := range from.File {
		if _, replaced := parts[f.Name]; !replaced {
			require.NoError(t, to.Copy(f))
		}
	}
	for name, size := range parts {
		w, err := to.Create(name)
		require.NoError(t, err)
		left := blanks(size)
		_, err = io.Copy(w, &left)
		require.NoError(t, err)
	}
	require.NoError(t, to.Close())
	return b.Bytes()
}

// TestLargeWorkbooks: a small file that unpacks to a large one does not fill
// the memory.
func TestLargeWorkbooks(t *testing.T) {
	const mib = 1 << 20
	sheets := map[string]int64{}
	for _, n := range strings.Split("abcdefghijklmnopqrstuvwxyzABCDEFGH", "") {
		sheets["xl/worksheets/sheet_"+n+".xml"] = 8 * mib
	}
	for name, c := range map[string]struct {
		parts map[string]int64
		says  string // "" when the row is read
	}{
		"pictures and styles": {map[string]int64{"xl/media/image1.png": 300 * mib, "xl/embeddings/a.bin": 40 * mib, "xl/styles.xml": 40 * mib, "docProps/thumbnail.png": 40 * mib}, ""},
		"shared texts":        {map[string]int64{"xl/sharedStrings.xml": 257 * mib}, "its texts unpack to more than 256 MiB"},
		"workbook":            {map[string]int64{"xl/workbook.xml": 33 * mib}, "parts other than sheets and texts unpack to more than 32 MiB"},
		"parts together":      {map[string]int64{"[Content_Types].xml": 17 * mib, `XL\_rels\a.rels`: 17 * mib}, "more than 32 MiB"},
		"small sheets":        {sheets, "its smaller sheets unpack to more than 256 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			file := stuffed(t, c.parts)
			require.Less(t, len(file), mib)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			reader, err := exchange.NewReader(exchange.XLSX, bytes.NewReader(file), int64(len(file)), exchange.ReadOptions{})
			if c.says == "" {
				require.NoError(t, err)
				row, err := reader.Next()
				require.NoError(t, err)
				assert.Equal(t, "断网", row.Case.Title)
				require.NoError(t, reader.Close())
			} else {
				require.ErrorContains(t, err, c.says)
				assert.ErrorContains(t, err, "save the sheet as CSV")
			}
			runtime.ReadMemStats(&after)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16*mib))
		})
	}
}
