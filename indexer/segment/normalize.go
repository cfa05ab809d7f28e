package segment

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalize returns the form of a text in which it is matched: NFKC, lower
// case, every Han character as the one that stands for its variants
// (traditional as simplified), digits of any script as 0 to 9, white space as
// blanks, curly apostrophes and the hyphens of typesetting as those of ASCII.
// Invalid UTF-8 and NUL become U+FFFD; control characters and what is not
// meant to be seen (zero-width spaces, variation selectors) are dropped.
// It is idempotent and meant for matching, not for showing.
func Normalize(text string) string {
	n := normalizers.Get().(*normalized)
	n.read(text)
	out := n.text
	n.text = ""
	normalizers.Put(n)
	return out
}

var normalizers = sync.Pool{New: func() any { return new(normalized) }}

// normalized is a text in normalised form, rune by rune, with the way back to
// the original.
type normalized struct {
	text    string
	runes   []rune
	classes []class
	at      []int32 // at[i] is where rune i begins in text; one more for the end
	from    []int32 // from[i]:to[i] are the bytes of the original that rune i stands for
	to      []int32
	buf     []byte
}

// read normalises a text into n, whose memory it uses again.
func (n *normalized) read(text string) {
	n.runes, n.classes, n.buf = n.runes[:0], n.classes[:0], n.buf[:0]
	n.at, n.from, n.to = n.at[:0], n.from[:0], n.to[:0]
	for i := 0; i < len(text); {
		i = n.readQuick(text, i)
		if i < len(text) {
			i = n.readSlow(text, i)
		}
	}
	n.at = append(n.at, int32(len(n.buf)))
	if string(n.buf) == text {
		n.text = text
	} else {
		n.text = string(n.buf)
	}
}

// readQuick takes in quick runes from text[i] on, up to the first that a rune
// which is not quick follows or that is not quick itself, and returns its place.
func (n *normalized) readQuick(text string, i int) int {
	r, size := decode(text, i)
	f, c := quick(r)
	for c != dropped {
		next := i + size
		if next == len(text) {
			n.add(f, c, i, next)
			return next
		}
		r, size = decode(text, next)
		after, k := quick(r)
		if k == dropped {
			break
		}
		n.add(f, c, i, next)
		i, f, c = next, after, k
	}
	return i
}

func (n *normalized) add(r rune, c class, from, to int) {
	n.at = append(n.at, int32(len(n.buf)))
	n.from = append(n.from, int32(from))
	n.to = append(n.to, int32(to))
	n.runes = append(n.runes, r)
	n.classes = append(n.classes, c)
	if r < utf8.RuneSelf {
		n.buf = append(n.buf, byte(r))
	} else {
		n.buf = utf8.AppendRune(n.buf, r)
	}
}

func decode(text string, i int) (rune, int) {
	if b := text[i]; b < utf8.RuneSelf {
		return rune(b), 1
	}
	return utf8.DecodeRuneInString(text[i:])
}

func quickAt(text string, i int) bool {
	r, _ := decode(text, i)
	_, c := quick(r)
	return c != dropped
}

// quick normalises the runes that most texts are made of, which neither join
// with a quick rune beside them nor change their number; dropped says that
// the rune is not one of these. Invalid UTF-8 arrives here as U+FFFD.
func quick(r rune) (rune, class) {
	switch {
	case r < 128:
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A', latin
		case r >= ' ' && r < 127:
			return r, asciiClass[r]
		case r >= '\t' && r <= '\r':
			return ' ', blank
		case r == 0:
			return utf8.RuneError, symbol
		}
		return r, dropped
	case r >= hanFirst && r <= hanLast:
		return hanClasses[r-hanFirst], han
	case r >= 0xFF01 && r <= 0xFF5E:
		return quick(r - 0xFEE0)
	case r >= 0x3000 && r <= 0x3002:
		if r == 0x3000 {
			return ' ', blank
		}
		return r, symbol
	case r >= 0x3041 && r <= 0x3094:
		return r, hiragana
	case r >= 0x30A1 && r <= 0x30FA, r == 0x30FC:
		return r, katakana
	case r >= 0xAC00 && r <= 0xD7A3:
		return r, hangul
	case r == '“', r == '”', r == '—', r == '《', r == '》', r == '【', r == '】', r == '·', r == maskOpen, r == maskClose, r == utf8.RuneError:
		return r, symbol
	case r == '’', r == '‘':
		return '\'', symbol
	}
	return r, dropped
}

// readSlow normalises the stretch that begins at text[i] and ends before the
// next two quick runes or the last, and returns its end.
func (n *normalized) readSlow(text string, i int) int {
	end := i
	for end < len(text) {
		r, size := decode(text, end)
		_, c := quick(r)
		if c != dropped && (end+size == len(text) || quickAt(text, end+size)) && end > i {
			break
		}
		end += size
	}
	stretch := toValid(text[i:end])
	mark := len(n.buf)
	runes := len(n.runes)
	if len(stretch) == end-i {
		n.addIterated(stretch, i)
		if stable(n.buf[mark:]) {
			return end
		}
	}
	// What was dropped or lower-cased let neighbours join: the stretch is
	// normalised again as one, and each rune stands for all of it.
	n.runes, n.classes, n.buf = n.runes[:runes], n.classes[:runes], n.buf[:mark]
	n.at, n.from, n.to = n.at[:runes], n.from[:runes], n.to[:runes]
	folded := settle(stretch)
	for _, r := range folded {
		n.add(r, classOf(r), i, end)
	}
	return end
}

// addIterated normalises a stretch of valid UTF-8 that begins at byte i of the
// original, piece by piece.
func (n *normalized) addIterated(stretch string, i int) {
	var it norm.Iter
	it.InitString(norm.NFKC, stretch)
	begin, first := 0, len(n.runes)
	for !it.Done() {
		n.addFolded(it.Next(), i+begin, i+len(stretch))
		if it.Pos() == begin {
			continue // ¼ comes as several pieces
		}
		begin = it.Pos()
		for ; first < len(n.runes); first++ {
			n.to[first] = int32(i + begin)
		}
	}
}

// toValid replaces invalid bytes by U+FFFD.
func toValid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	out := make([]byte, 0, len(s)+8)
	for _, r := range s {
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

func (n *normalized) addFolded(b []byte, from, to int) {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		b = b[size:]
		if r = fold(r); r >= 0 {
			n.add(r, classOf(r), from, to)
		}
	}
}

// stable reports whether normalising leaves the bytes as they are.
func stable(b []byte) bool {
	if !norm.NFKC.IsNormal(b) {
		return false
	}
	for _, r := range string(b) {
		if fold(r) != r {
			return false
		}
	}
	return true
}

// settle normalises until nothing changes; each round only shortens, lowers
// or replaces by the last of a chain, so that a few rounds suffice.
func settle(s string) string {
	for range 8 {
		before := s
		var out []byte
		for _, r := range norm.NFKC.String(s) {
			if r = fold(r); r >= 0 {
				out = utf8.AppendRune(out, r)
			}
		}
		if s = string(out); s == before {
			break
		}
	}
	return s
}

// fold maps one rune of an NFKC text; -1 drops it.
func fold(r rune) rune {
	if f, c := quick(r); c != dropped {
		return f
	}
	switch {
	case r >= 0x2010 && r <= 0x2013, r == 0x2212, r == 0xFE63:
		return '-'
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F,
		r == 0xFEFF, r == 0x00AD, r == 0x034F, r == 0x061C, r == 0x180E, r >= 0xFE00 && r <= 0xFE0F,
		r >= 0xE0000 && r <= 0xE0FFF, r >= 0x115F && r <= 0x1160, r == 0x3164, r == 0xFFA0:
		return -1
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
		return -1
	case r == 'ς':
		return 'σ'
	case r == 'ſ':
		return 's'
	case unicode.Is(unicode.Nd, r):
		return '0' + digitValue(r)
	case unicode.Is(unicode.Han, r):
		return hanClass(r)
	}
	return unicode.ToLower(r)
}

// digitValue is the value of a decimal digit: Unicode lays the ten digits of
// a script side by side, in blocks that begin where the category begins.
func digitValue(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	return 0
}
