package embed

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func bgePieces(t testing.TB) *wordPiece {
	t.Helper()
	w, err := newWordPiece(model(t, fileBGETokenizer), true)
	require.NoError(t, err)
	return w
}

func miniLMPieces(t testing.TB) *wordPiece {
	t.Helper()
	w, err := newWordPiece(model(t, fileMiniLMTokenizer), false)
	require.NoError(t, err)
	return w
}

func TestWordPieceGivesTheReferenceIDs(t *testing.T) {
	for name, w := range map[string]*wordPiece{"bge": bgePieces(t), "minilm": miniLMPieces(t)} {
		table := readReference(t, name)
		wrong := 0
		for i, text := range referenceTexts(t) {
			ids, _ := w.encode(text, maxTokens)
			got := make([]int32, len(ids))
			for j, id := range ids {
				got[j] = int32(id)
			}
			if fmt.Sprint(got) != fmt.Sprint(table[i].IDs) {
				if wrong++; wrong < 10 {
					t.Errorf("%s: %+q\n got %v\nwant %v", name, text, got, table[i].IDs)
				}
			}
		}
		require.Zero(t, wrong, "%s: texts of %d with other ids", name, len(table))
	}
}

// TestWordPieceAgreesOnEveryCodePoint compares sums over the ids of every
// assigned code point, alone and inside a word.
func TestWordPieceAgreesOnEveryCodePoint(t *testing.T) {
	table, err := os.ReadFile("testdata/codepoints.txt")
	require.NoError(t, err)
	bge, miniLM := bgePieces(t), miniLMPieces(t)
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")
	require.Len(t, lines, 80)
	for _, want := range lines {
		var start rune
		_, err := fmt.Sscanf(want, "%x", &start)
		require.NoError(t, err)
		text := everyCharacter(start, start+1<<12)
		got := fmt.Sprintf("%06x %08x %08x", start, idSum(bge, text), idSum(miniLM, text))
		require.Equal(t, want, got, "code points from U+%04X: bge, minilm", start)
	}
}

// everyCharacter is code_points' text in testdata/reference_bert.py.
func everyCharacter(start, end rune) string {
	var b strings.Builder
	for r := start; r < end; r++ {
		later := r >= 0x113C5 && r <= 0x113C8 || r >= 0x16121 && r <= 0x1612A || r >= 0x16D63 && r <= 0x16D6A ||
			r >= 0x1CCD6 && r <= 0x1CCF9 || r >= 0x1E030 && r <= 0x1E06D
		if utf8.ValidRune(r) && !later {
			fmt.Fprintf(&b, "%c a%cb ", r, r)
		}
	}
	return b.String()
}

func idSum(w *wordPiece, text string) uint32 {
	ids, _ := w.encode(text, math.MaxInt32)
	var raw []byte
	for _, id := range ids {
		raw = binary.LittleEndian.AppendUint32(raw, uint32(id))
	}
	return crc32.ChecksumIEEE(raw)
}

func TestWordPieceReads(t *testing.T) {
	bge, miniLM := bgePieces(t), miniLMPieces(t)
	same := func(w *wordPiece, a, b string) {
		t.Helper()
		x, _ := w.encode(a, maxTokens)
		y, _ := w.encode(b, maxTokens)
		require.Equal(t, x, y, "%q and %q", a, b)
	}
	same(bge, "ＶＩＰ会员", "vip 会员")
	same(bge, "ESP32", "esp32")
	same(miniLM, "Café\tNoël\x00", "cafe noel")
	same(miniLM, "a\xff\xfeb", "ab")
	same(miniLM, "not[SEP]special", "not [ sep ] special")

	for _, nothing := range []string{"", " \n", "\u0000\ufeff", "\U0001F6DC", "\xff"} {
		ids, known := bge.encode(nothing, maxTokens)
		require.Zero(t, known, "%q", nothing)
		require.Equal(t, bge.classify, ids[0])
		require.Equal(t, bge.separate, ids[len(ids)-1])
	}
	ids, known := bge.encode(strings.Repeat("红灯", 1000), 12)
	require.Len(t, ids, 12)
	require.Equal(t, 10, known)
}

// TestWordPieceTimeIsLinear reads texts whose words are as hard as they get;
// time that grew with the square of their length would be minutes.
func TestWordPieceTimeIsLinear(t *testing.T) {
	w := miniLMPieces(t)
	for _, hard := range []string{"a", "a\u0301", strings.Repeat("z", 100) + " ", "!", "\ufdfa", "\xff"} {
		text := strings.Repeat(hard, 1+300_000/len(hard))
		start := time.Now()
		w.encode(text, math.MaxInt32)
		require.Less(t, time.Since(start), 10*time.Second, "300 kB of %.10q", hard)
	}
}

func TestWordPieceRefusesOtherTokenisers(t *testing.T) {
	for content, complaint := range map[string]string{
		"{":  "tokenizer.json",
		"{}": "want BERT's normaliser",
		`{"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true},"pre_tokenizer":{"type":"BertPreTokenizer"},
		  "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","vocab":{"[UNK]":0}}}`: "the vocabulary lacks",
	} {
		_, err := newWordPiece([]byte(content), false)
		require.ErrorContains(t, err, complaint)
	}
}

func FuzzWordPiece(f *testing.F) {
	bge, miniLM := bgePieces(f), miniLMPieces(f)
	for _, seed := range []string{"路由器一直闪红灯", "ＶＩＰ [SEP] ##ing", "a\u0301\u0301", "\xff\xc3", "\U0010FFFF\ufdfa", strings.Repeat("長", 300)} {
		f.Add(seed, 16)
	}
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = 2 + limit&0x1ff
		for _, w := range []*wordPiece{bge, miniLM} {
			ids, known := w.encode(text, limit)
			if len(ids) < 2 || len(ids) > limit || ids[0] != w.classify || ids[len(ids)-1] != w.separate {
				t.Fatalf("%d ids of at most %d: %v", len(ids), limit, ids)
			}
			if known > len(ids)-2 {
				t.Fatalf("%d known of %d ids", known, len(ids)-2)
			}
			for _, id := range ids[1 : len(ids)-1] {
				if id == w.classify || id == w.separate {
					t.Fatalf("a special token came out of text: %v", ids)
				}
			}
		}
	})
}
