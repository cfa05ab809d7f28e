package segment

import "unicode"

// class groups runes by how they are cut.
type class uint8

const (
	symbol    class = iota // punctuation, emoji, anything that parts words
	blank                  // white space
	digit                  // 0 to 9
	latin                  // letters of the Latin alphabet
	han                    // Chinese characters
	hiragana               // Japanese
	katakana               // Japanese, also the prolonged sound mark
	hangul                 // Korean syllables
	spaceless              // Thai, Lao, Khmer, Myanmar and others that do not part words
	letter                 // letters of any other script, which parts words by spaces
	mark                   // combining marks
	dropped                // what normalising leaves out
)

// asciiClass is classOf for ASCII, after lower-casing.
var asciiClass = func() (t [128]class) {
	for r := range t {
		switch {
		case r >= '0' && r <= '9':
			t[r] = digit
		case r >= 'a' && r <= 'z':
			t[r] = latin
		case r == ' ':
			t[r] = blank
		}
	}
	return t
}()

// unspaced are the scripts whose words are not parted by spaces.
var unspaced = []*unicode.RangeTable{
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Javanese,
	unicode.Balinese, unicode.Tai_Tham, unicode.Tai_Le, unicode.New_Tai_Lue, unicode.Tai_Viet,
	unicode.Bopomofo, unicode.Yi, unicode.Tangut, unicode.Nushu,
}

// classOf is the class of a rune of a normalised text.
func classOf(r rune) class {
	switch {
	case r < 128:
		return asciiClass[r]
	case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3400 && r <= 0x4DBF, r == '々', r == '〇':
		return han
	case r >= 0x3041 && r <= 0x3096, r == 0x309D, r == 0x309E:
		return hiragana
	case r >= 0x30A1 && r <= 0x30FA, r >= 0x30FC && r <= 0x30FE, r >= 0x31F0 && r <= 0x31FF:
		return katakana
	case r >= 0xAC00 && r <= 0xD7A3:
		return hangul
	case r >= 0x3000 && r <= 0x303F, r >= 0x2010 && r <= 0x205E:
		return symbol
	case unicode.IsMark(r):
		return mark
	case unicode.IsLetter(r):
		return letterClass(r)
	case unicode.IsNumber(r):
		return letter
	case unicode.IsSpace(r):
		return blank
	}
	return symbol
}

func letterClass(r rune) class {
	switch {
	case unicode.Is(unicode.Latin, r):
		return latin
	case unicode.Is(unicode.Han, r):
		return han
	case unicode.Is(unicode.Hangul, r):
		return hangul
	case unicode.Is(unicode.Hiragana, r):
		return hiragana
	case unicode.Is(unicode.Katakana, r):
		return katakana
	case unicode.In(r, unspaced...):
		return spaceless
	}
	return letter
}
