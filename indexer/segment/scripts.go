package segment

import (
	"strings"
	"unicode"
)

// kana cuts a run of Japanese syllables into pairs, also with the Han
// characters beside it; katakana words, mostly names and loans, stay whole too.
func (c *cutter) kana(i int) int {
	end := i
	for k := c.classAt(end); k == hiragana || k == katakana; k = c.classAt(end) {
		end++
	}
	first, last := i, end
	if c.classAt(i-1) == han {
		first--
	}
	if c.classAt(end) == han {
		last++
	}
	if last-first == 1 {
		c.emit(c.slice(i, end), Char, i, end)
	}
	for k := first; k+1 < last; k++ {
		c.emit(c.slice(k, k+2), Bigram, k, k+2)
	}
	for a := i; a < end; {
		b := c.run(a, katakana)
		if b-a > 2 {
			c.emit(c.slice(a, b), Word, a, b)
		}
		a = max(b, a+1)
	}
	return end
}

// korean cuts a word of Hangul into pairs of syllables, so that it is found
// whatever particle follows it, and keeps it whole.
func (c *cutter) korean(i int) int {
	end := c.run(i, hangul)
	switch end - i {
	case 1:
		c.emit(c.slice(i, end), Char, i, end)
		return end
	case 2:
	default:
		c.emit(c.slice(i, end), Word, i, end)
	}
	for k := i; k+1 < end; k++ {
		c.emit(c.slice(k, k+2), Bigram, k, k+2)
	}
	return end
}

// clusters cuts a script without spaces into pairs of letters, each with the
// marks that sit on it.
func (c *cutter) clusters(i int) int {
	prev, a := i, c.run(i+1, mark)
	if c.classAt(a) != spaceless {
		c.emit(c.slice(i, a), Char, i, a)
	}
	for c.classAt(a) == spaceless {
		b := c.run(a+1, mark)
		c.emit(c.slice(prev, b), Bigram, prev, b)
		prev, a = a, b
	}
	return a
}

// otherWord emits a word of a script that parts words by spaces.
func (c *cutter) otherWord(i int) int {
	end := i
	for k := c.classAt(end); k == letter || k == mark; k = c.classAt(end) {
		end++
	}
	w := c.slice(i, end)
	switch r := c.runes[i]; {
	case r < 0x0400: // Greek
		w = stripMarks(w)
	case r < 0x0530: // Cyrillic
		w = strings.ReplaceAll(w, "ё", "е")
		if len(w) <= maxTermBytes {
			w = c.s.stems.stem(w)
		}
	case r >= 0x0590 && r < 0x0600: // Hebrew
		w = stripMarks(w)
	case r >= 0x0600 && r < 0x0780: // Arabic
		w = foldArabic(w)
	}
	if w != "" {
		c.emit(w, Word, i, end)
	}
	return end
}

// foldArabic drops vowel signs and the stretching tatweel, writes the forms of
// alef, yeh, kaf and teh as one each, and takes off the article.
func foldArabic(w string) string {
	w = strings.Map(func(r rune) rune {
		switch r {
		case 'أ', 'إ', 'آ', 'ٱ':
			return 'ا'
		case 'ى', 'ی':
			return 'ي'
		case 'ک':
			return 'ك'
		case 'ة':
			return 'ه'
		case 'ـ':
			return -1
		}
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, w)
	for _, article := range [...]string{"وال", "ال"} {
		if bare, ok := strings.CutPrefix(w, article); ok && len(bare) >= 6 {
			return bare
		}
	}
	return w
}
