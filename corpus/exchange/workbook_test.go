package exchange_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"hash/crc32"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/corpus/exchange"
)

const mib = 1 << 20

// addBlanks puts a part of blanks into a workbook, size a multiple of a
// mebibyte. One mebibyte is packed and repeated: packing hundreds of them would
// take most of the tests' time.
func addBlanks(t *testing.T, to *zip.Writer, name string, size int64) {
	t.Helper()
	blanks := bytes.Repeat([]byte{' '}, mib)
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	require.NoError(t, err)
	_, err = w.Write(blanks)
	require.NoError(t, err)
	require.NoError(t, w.Flush()) // ends on a byte, without ending the stream
	piece := bytes.Clone(packed.Bytes())
	require.NoError(t, w.Close())
	end := packed.Bytes()[len(piece):]

	n := size / mib
	sum := crc32.NewIEEE()
	for range n {
		sum.Write(blanks)
	}
	part, err := to.CreateRaw(&zip.FileHeader{
		Name: name, Method: zip.Deflate, CRC32: sum.Sum32(),
		UncompressedSize64: uint64(size), CompressedSize64: uint64(int64(len(piece))*n + int64(len(end))),
	})
	require.NoError(t, err)
	for range n {
		_, err = part.Write(piece)
		require.NoError(t, err)
	}
	_, err = part.Write(end)
	require.NoError(t, err)
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
		addBlanks(t, to, name, size)
	}
	require.NoError(t, to.Close())
	return b.Bytes()
}

// TestLargeWorkbooks: a small file that unpacks to a large one does not fill
// the memory.
func TestLargeWorkbooks(t *testing.T) {
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
			require.Less(t, len(file), 8*mib)
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
