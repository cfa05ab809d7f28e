package embed

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// smallRules replaces "A" by "a" and deletes "-": a double array whose root
// has its children from place 0 on, and two leaves behind them.
func smallRules() []byte {
	units := make([]uint32, 512)
	units[0] = 256 << 10 // the root's children lie from 256 on
	rule := func(label byte, leaf, replacement uint32) {
		at := 256 ^ uint32(label)
		units[at] = (at^leaf)<<10 | 0x100 | uint32(label)
		units[leaf] = 1<<31 | replacement
	}
	rule('A', 16, 0)
	rule('-', 17, 2)
	b := binary.LittleEndian.AppendUint32(nil, uint32(4*len(units)))
	for _, u := range units {
		b = binary.LittleEndian.AppendUint32(b, u)
	}
	return append(b, "a\x00\x00"...)
}

func message(number protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), content)
}

// modelOf writes a model of pieces and rules; trainer is its TrainerSpec.
func modelOf(pieces []piece, rules, trainer []byte) []byte {
	var b []byte
	for _, p := range pieces {
		content := message(1, []byte(p.text))
		content = protowire.AppendFixed32(protowire.AppendTag(content, 2, protowire.Fixed32Type), math.Float32bits(p.score))
		content = protowire.AppendVarint(protowire.AppendTag(content, 3, protowire.VarintType), p.kind)
		b = append(b, message(1, content)...)
	}
	b = append(b, message(2, trainer)...)
	return append(b, message(3, append(message(1, []byte("small")), message(2, rules)...))...)
}

// smallPieces is a vocabulary of ids 0 to 9.
var smallPieces = []piece{
	{"<unk>", 0, typeUnknown}, {"<s>", 0, typeControl}, {"</s>", 0, typeControl},
	{"▁", -3, 1}, {"a", -2, 1}, {"b", -2, 1}, {"ab", -3, 1}, {"▁ab", -4.5, 1}, {"bab", -5, 1}, {"测", -4, 1},
}

func smallModel(t testing.TB) *sentencePiece {
	t.Helper()
	s, err := parseSentencePiece(modelOf(smallPieces, smallRules(), nil))
	require.NoError(t, err)
	return s
}

func TestEncode(t *testing.T) {
	s := smallModel(t)
	for text, want := range map[string][]int32{
		"b":              {3, 5},
		"ab":             {7},             // -4.5 beats ▁ and ab, -6
		"AB":             {3, 4, 0},       // a rule makes A an a; B is unknown
		"a-b":            {7},             // a rule deletes the -
		"  a   b  ":      {3, 4, 3, 5},    // spaces at the ends and in a row
		"bab":            {3, 8},          // of b, ab and bab, both -5, the earlier start
		"测试":             {3, 9, 0},       // the second is unknown
		"xy z":           {3, 0, 0, 3, 0}, // each unknown rune by itself
		"":               {0},             // nothing
		" - ":            {0},             // nothing is left
		"b\xffb\xe6\xb5": {3, 5, 0, 5, 0}, // each stretch of broken bytes is one U+FFFD
		"▁a":             {3, 3, 4},       // a typed word start
		"\x00a":          {3, 0, 4},
	} {
		require.Equal(t, append(append([]int32{1}, want...), 2), s.encode(text, 100), "%q", text)
	}
}

func TestEncodeTakesWhatLooksSpecialForThePieceAsTheReferenceDoes(t *testing.T) {
	require.Equal(t, []int32{1, 3, 1, 4, 2, 2}, smallModel(t).encode("<s>a</s>", 100))
}

func TestEncodeKeepsTheFirstPieces(t *testing.T) {
	s := smallModel(t)
	long := strings.Repeat("b", 5000)
	all := s.encode(long, 10_000)
	require.Len(t, all, 5003)
	require.Equal(t, append(all[:8:8], 2), s.encode(long, 7))
	require.Equal(t, all, s.encode(long, 5001), "a text that just fits")
}

func TestKnownIsTheShareOfPiecesKnown(t *testing.T) {
	s := smallModel(t)
	for text, want := range map[string]float64{"": 0, "   ": 0, "xyz": 0, "b": 1, "bb": 1, "bx": .5, "b x": .5, "b xyz": .25} {
		require.InDelta(t, want, s.known(s.encode(text, 100)), 1e-9, "%q", text)
	}
}

// The segmentation found scores as much as the best of all of them.
func TestSegmentFindsTheBest(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	for range 300 {
		pieces, seen := append([]piece(nil), smallPieces[:3]...), map[string]bool{}
		for range 12 {
			text := randomText(random, 1+random.IntN(4))
			if !seen[text] {
				pieces = append(pieces, piece{text, -float32(random.IntN(60)) / 8, 1})
				seen[text] = true
			}
		}
		s, err := parseSentencePiece(modelOf(pieces, nil, nil))
		require.NoError(t, err)
		text := []rune(randomText(random, random.IntN(10)))
		score := 0.0
		for _, id := range s.segment(nil, text) {
			if id == s.unknown {
				score += s.missing
			} else {
				score += float64(s.scores[id])
			}
		}
		require.Equal(t, bestScore(pieces, s.missing, string(text)), score, "%q of %v", string(text), pieces)
	}
}

func randomText(random *rand.Rand, length int) string {
	var b strings.Builder
	for range length {
		b.WriteRune([]rune("ab测é")[random.IntN(4)])
	}
	return b.String()
}

// bestScore tries every segmentation.
func bestScore(pieces []piece, missing float64, text string) float64 {
	if text == "" {
		return 0
	}
	_, size := utf8.DecodeRuneInString(text)
	best, covered := math.Inf(-1), false
	for _, p := range pieces {
		if rest, ok := strings.CutPrefix(text, p.text); ok {
			best = max(best, float64(p.score)+bestScore(pieces, missing, rest))
			covered = covered || len(p.text) == size
		}
	}
	if !covered {
		best = max(best, missing+bestScore(pieces, missing, text[size:]))
	}
	return best
}

func TestParseSentencePieceRefusesWhatItCannotServe(t *testing.T) {
	flag := func(number protowire.Number, value uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.VarintType), value)
	}
	with := func(p piece) []byte { return modelOf(append(smallPieces[:3:3], p), nil, nil) }
	rules := smallRules()
	for name, c := range map[string]struct {
		model []byte
		says  string
	}{
		"nothing":               {nil, "lacks an unknown piece"},
		"no text":               {[]byte("not a model"), "wire type"},
		"cut":                   {modelOf(smallPieces, nil, nil)[:20], "unexpected EOF"},
		"no </s>":               {modelOf(smallPieces[:2], nil, nil), "lacks"},
		"the same piece twice":  {with(smallPieces[0]), "comes twice"},
		"an empty piece":        {with(piece{"", 0, 1}), "piece 3"},
		"a broken piece":        {with(piece{"\xff", 0, 1}), "piece 3"},
		"a score of no meaning": {with(piece{"a", float32(math.NaN()), 1}), "score"},
		"byte pairs":            {modelOf(smallPieces, nil, flag(3, 2)), "not a unigram model"},
		"spaces kept":           {append(modelOf(smallPieces, nil, nil), message(3, flag(4, 0))...), "rule 4 for spaces"},
		"rules cut":             {modelOf(smallPieces, rules[:100], nil), "cut short"},
		"rules of 3 bytes":      {modelOf(smallPieces, rules[:3], nil), "cut short"},
		"last rule open":        {modelOf(smallPieces, append(smallRules(), 'b'), nil), "not closed"},
	} {
		_, err := parseSentencePiece(c.model)
		require.ErrorContains(t, err, c.says, name)
	}
}

// Were the time to grow with the square of the length, these would take minutes.
func TestEncodeTakesLinearTime(t *testing.T) {
	s := smallModel(t)
	for _, part := range []string{"ab", "测", "x", " ", "-", "A", "\xff", "b a-"} {
		start := time.Now()
		s.encode(strings.Repeat(part, 300_000/len(part)), 1<<22)
		require.Less(t, time.Since(start), 20*time.Second, "%q", part)
	}
}

func FuzzEncode(f *testing.F) {
	s := smallModel(f)
	for _, text := range []string{"", "ab AB a-b", "测试\xff\xfe", "<s>▁</s>", "\u3000\x00"} {
		f.Add(text, 5)
	}
	f.Fuzz(func(t *testing.T, text string, most int) {
		most = max(1, min(most, 1<<16))
		ids := s.encode(text, most)
		require.GreaterOrEqual(t, len(ids), 3)
		require.LessOrEqual(t, len(ids), most+2)
		require.Equal(t, []int32{s.begin, s.end}, []int32{ids[0], ids[len(ids)-1]})
		for _, id := range ids {
			require.True(t, id >= 0 && int(id) < len(s.scores), "piece %d", id)
		}
	})
}

func FuzzParseSentencePiece(f *testing.F) {
	f.Add(modelOf(smallPieces, smallRules(), nil), "A-b 测x")
	f.Add(modelOf(smallPieces, nil, nil), "ab")
	f.Fuzz(func(t *testing.T, model []byte, text string) {
		s, err := parseSentencePiece(model)
		if err != nil {
			return
		}
		for _, id := range s.encode(text, 1000) {
			require.True(t, id >= 0 && int(id) < len(s.scores), "piece %d", id)
		}
	})
}
