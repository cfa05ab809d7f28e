package segment

import "strings"

// What personal data was masked with: ⟦phone⟧.
const maskOpen, maskClose = '⟦', '⟧'

// maxMask bounds the name of a mask, in runes; an opening bracket without its
// fellow within that is punctuation like any other.
const maxMask = 40

// cutter cuts one text at a time and keeps its memory for the next.
type cutter struct {
	normalized
	s      *Segmenter
	dst    []Term
	joined []byte // the Han runs of the text, parted by newlines, for jieba
	runs   []hanRun
	paired []bool // runes at which a word of two characters begins
	parts  []span // of the group being cut
	name   nameState
	keep   bool // keep stop words: the text has nothing else
	link   int  // runes before this one have been looked at for links
}

// span is a stretch of runes.
type span struct{ a, b int }

func (c *cutter) cut(dst []Term, text string) []Term {
	c.read(text)
	c.dst = dst
	c.keep = false
	c.scan()
	if len(c.dst) == len(dst) && c.text != "" {
		c.keep = true
		c.scan()
	}
	return c.dst
}

// release lets go of the texts, which a pooled cutter must not keep alive.
func (c *cutter) release() {
	c.dst, c.text, c.name = nil, "", nameState{}
}

func (c *cutter) scan() {
	c.joined, c.runs, c.name, c.link = c.joined[:0], c.runs[:0], nameState{}, 0
	if !mayLink(c.text) {
		c.link = len(c.runes)
	}
	for i := 0; i < len(c.runes); {
		switch c.classes[i] {
		case digit, latin:
			i = c.alnum(i)
		case han:
			i = c.han(i)
		case hiragana, katakana:
			i = c.kana(i)
		case hangul:
			i = c.korean(i)
		case spaceless:
			i = c.clusters(i)
		case letter:
			i = c.otherWord(i)
		case symbol:
			i = c.skipMask(i)
		default:
			i++
		}
	}
	c.hanWords()
	if c.s.phrases != nil {
		c.s.phrases.emit(c)
	}
}

// skipMask returns where cutting goes on after the symbol at rune i.
func (c *cutter) skipMask(i int) int {
	if c.runes[i] != maskOpen {
		return i + 1
	}
	for j := i + 1; j < len(c.runes) && j <= i+maxMask; j++ {
		switch c.runes[j] {
		case maskClose:
			return j + 1
		case maskOpen, ' ':
			return i + 1
		}
	}
	return i + 1
}

// slice is the normalised text of runes a to b.
func (c *cutter) slice(a, b int) string { return c.text[c.at[a]:c.at[b]] }

// emit appends a term made from runes a to b.
func (c *cutter) emit(text string, kind Kind, a, b int) {
	if len(text) > maxTermBytes {
		text = clip(text)
	}
	c.dst = append(c.dst, Term{Text: text, Kind: kind, Start: int(c.from[a]), End: int(c.to[b-1])})
}

// clip cuts an overlong term at a border of runes.
func clip(s string) string {
	end := maxTermBytes
	for end > 0 && s[end]&0xC0 == 0x80 {
		end--
	}
	return s[:end]
}

// run returns the end of the run of one class that begins at rune i.
func (c *cutter) run(i int, of class) int {
	for i < len(c.runes) && c.classes[i] == of {
		i++
	}
	return i
}

// is reports whether rune i exists and is r.
func (c *cutter) is(i int, r rune) bool { return i >= 0 && i < len(c.runes) && c.runes[i] == r }

// classAt is the class of rune i, symbol beyond the ends.
func (c *cutter) classAt(i int) class {
	if i < 0 || i >= len(c.runes) {
		return symbol
	}
	return c.classes[i]
}

// alnumAt reports whether rune i is a letter of the Latin alphabet or a digit.
func (c *cutter) alnumAt(i int) bool {
	k := c.classAt(i)
	return k == latin || k == digit
}

// inside reports whether the border before rune i lies within a word or number
// of the Latin alphabet.
func (c *cutter) inside(i int) bool { return c.alnumAt(i-1) && c.alnumAt(i) }

// startsWith reports whether the ASCII text stands at rune i.
func (c *cutter) startsWith(i int, s string) bool {
	return strings.HasPrefix(c.text[c.at[min(i, len(c.runes))]:], s)
}
