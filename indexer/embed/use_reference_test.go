package embed

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func sharedUSE(t testing.TB) *useModel {
	t.Helper()
	return sharedModels(t).multilingual
}

func TestUSEGivesTheReferenceIDs(t *testing.T) {
	m := sharedUSE(t)
	texts := referenceTexts(t)
	for i, want := range readReference(t, "use") {
		require.Equal(t, want.IDs, m.pieces.encode(texts[i], maxPieces), "%+q", texts[i])
	}
}

// testdata/use-codepoints.txt holds sums over the ids of every assigned code
// point, alone and inside a word.
func TestUSEGivesTheReferenceIDsOfEveryCodePoint(t *testing.T) {
	m := sharedUSE(t)
	table, err := os.ReadFile(filepath.Join("testdata", "use-codepoints.txt"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")
	require.Len(t, lines, 80)
	for _, want := range lines {
		var start rune
		_, err := fmt.Sscanf(want, "%x", &start)
		require.NoError(t, err)
		var text strings.Builder
		for r := start; r < start+1<<12; r++ {
			if utf8.ValidRune(r) {
				fmt.Fprintf(&text, "%c a%cb ", r, r)
			}
		}
		var raw []byte
		for _, id := range m.pieces.encode(text.String(), 1<<20) {
			raw = binary.LittleEndian.AppendUint32(raw, uint32(id))
		}
		require.Equal(t, want, fmt.Sprintf("%06x %08x", start, crc32.ChecksumIEEE(raw)))
	}
}

func TestUSEGivesTheReferenceVectors(t *testing.T) {
	m := sharedUSE(t)
	compareUSE(t, m, referenceTexts(t), readReference(t, "use"), 150)
}

func TestUSEGivesTheReferenceVectorsInPlainGo(t *testing.T) {
	shared := sharedUSE(t)
	network := *shared.network
	network.kernel = portable{}
	texts, table := referenceTexts(t), readReference(t, "use")
	left := 10 // it takes fifty times as long
	for i := range table {
		if table[i].Vector == nil || len(table[i].IDs) > 16 || left == 0 {
			table[i].Vector = nil
			continue
		}
		left--
	}
	m := &useModel{pieces: shared.pieces, network: &network, scratch: sync.Pool{New: func() any { return new(scratch) }}}
	compareUSE(t, m, texts, table, 10)
}

// compareUSE holds the vectors of a table, at least least of them, against the
// model's. The table rounds to 1/32767, which costs less than the margin.
func compareUSE(t *testing.T, m *useModel, texts []string, table []reference, least int) {
	t.Helper()
	compared := 0
	for i, want := range table {
		if want.Vector == nil {
			continue
		}
		got, err := m.Embed(t.Context(), texts[i])
		require.NoError(t, err)
		require.Len(t, got, m.Dim())
		require.InDelta(t, 1, dot(got, got), 1e-5)
		require.Greater(t, cosine(got, want.Vector), .9999, "%+q", texts[i])
		compared++
	}
	require.GreaterOrEqual(t, compared, least)
}

func TestUSESaysNothingOfWhatItDoesNotKnow(t *testing.T) {
	m := sharedUSE(t)
	for _, text := range []string{"", "   ", "\x00\x01", "ጀመረ ሰላም", "\xff\xfe"} {
		v, err := m.Embed(t.Context(), text)
		require.NoError(t, err)
		require.Nil(t, v, "%q", text)
		require.Zero(t, m.Known(text), "%q", text)
	}
	require.InDelta(t, 1, m.Known("宽带无法连接 my router is dead"), 0)
	require.Less(t, m.Known("ጀመረ ሰላም 2"), .5)
}

func TestUSEReadsBrokenBytesAsTheReplacementCharacter(t *testing.T) {
	m := sharedUSE(t)
	for _, text := range []string{"宽带\xff断了", "\xe6\xb5", "a\xf0\x9f\x98 b", "\xed\xa0\x80x", "\xc0\xaf"} {
		require.Equal(t, m.pieces.encode(strings.ToValidUTF8(text, "\uFFFD"), maxPieces), m.pieces.encode(text, maxPieces), "%q", text)
	}
}

// What lies behind the bound changes nothing: the time a text takes is bounded.
func TestUSEReadsTheFirstPieces(t *testing.T) {
	m := sharedUSE(t)
	long := strings.Repeat("宽带一直断线，打了三次电话也没人管。", 2000)
	ids := m.pieces.encode(long, maxPieces)
	require.Len(t, ids, maxPieces+2)
	a, err := m.Embed(t.Context(), long)
	require.NoError(t, err)
	b, err := m.Embed(t.Context(), long+"完全不同的结尾")
	require.NoError(t, err)
	require.Equal(t, a, b)
}

func TestUSEStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := sharedUSE(t).Embed(ctx, "宽带断了")
	require.ErrorIs(t, err, context.Canceled)
}

func TestUSEServesManyAtOnce(t *testing.T) {
	m := sharedUSE(t)
	texts := slices.DeleteFunc(slices.Clone(referenceTexts(t)[:120]), func(s string) bool { return len(s) > 300 })
	want := make([][]float32, len(texts))
	for i, text := range texts {
		var err error
		want[i], err = m.Embed(t.Context(), text)
		require.NoError(t, err)
	}
	var embedding sync.WaitGroup
	for worker := range 4 {
		embedding.Go(func() {
			for i := range texts {
				i = (i + worker*len(texts)/4) % len(texts)
				got, err := m.Embed(t.Context(), texts[i])
				if err != nil || !slices.Equal(got, want[i]) {
					t.Errorf("%q: another vector than alone (%v)", texts[i], err)
				}
			}
		})
	}
	embedding.Wait()
}

func TestUSESaysWhichFileIsDamaged(t *testing.T) {
	pieces := filepath.Join(t.TempDir(), "sp.model")
	require.NoError(t, os.WriteFile(pieces, modelOf(smallPieces, nil, nil), 0o600))
	weights := writeNPZ(t, map[string]string{
		"scale.npy": npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "1234"),
	})
	_, err := openUSE(weights, pieces)
	require.ErrorContains(t, err, "read "+weights)
	require.ErrorContains(t, err, "open "+pieces)
	_, err = openUSE(pieces, weights)
	require.ErrorContains(t, err, "scale has the type <f4 and the shape [1], not <f4 and [17]")
	require.ErrorContains(t, err, "it lacks the array q1")
}

func BenchmarkOpenUSE(b *testing.B) {
	folder := modelsFolder(b)
	for b.Loop() {
		_, err := openUSE(filepath.Join(folder, fileUSEPieces), filepath.Join(folder, fileUSE))
		require.NoError(b, err)
	}
}
