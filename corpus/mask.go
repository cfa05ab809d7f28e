package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaskVersion changes whenever Mask does, so that what was made from masked
// texts before is made anew.
const MaskVersion = "1"

// Masked says where personal data stood and what stands for it. Offsets are
// bytes: a masked text equals its original outside these places, so an offset
// in one is found in the other by the lengths of those before it.
type Masked struct {
	Kind       string // phone, id, card, imei, email or plate
	Start, End int    // in the original
	At, To     int    // of the placeholder, in the masked text
}

// The kinds of personal data that Mask hides.
const (
	phoneKind = "phone"
	idKind    = "id"
	cardKind  = "card"
	imeiKind  = "imei"
	emailKind = "email"
	plateKind = "plate"
)

// Mask replaces personal data by ⟦phone⟧, ⟦id⟧, ⟦card⟧, ⟦imei⟧, ⟦email⟧ and
// ⟦plate⟧: telephone numbers of mainland China and abroad however they are
// grouped, mainland identity numbers, bank cards, IMEIs, e-mail addresses and
// mainland number plates, with digits of any script. Public hotlines, order
// and tracking numbers, serial numbers, error codes, addresses, versions,
// amounts and dates stay. Masking a masked text changes nothing. It takes time
// linear in len(s), and any bytes; a text without personal data is returned
// as it is, with nil.
func Mask(s string) (string, []Masked) {
	m := masker{s: s}
	m.scan()
	if len(m.found) == 0 {
		return s, nil
	}
	var b strings.Builder
	b.Grow(len(s))
	from := 0
	for i := range m.found {
		f := &m.found[i]
		b.WriteString(s[from:f.Start])
		f.At = b.Len()
		b.WriteString("⟦" + f.Kind + "⟧")
		f.To, from = b.Len(), f.End
	}
	b.WriteString(s[from:])
	return b.String(), m.found
}

// masker goes over a text once, from front to back.
type masker struct {
	s     string
	found []Masked
	end   int        // of the last found; nothing before it is looked at again
	kept  keptNumber // the last number that a label kept from being masked
}

// keptNumber remembers an order number, so that those listed after it stay too.
type keptNumber struct{ end, digits int }

func (m *masker) scan() {
	s := m.s
	for i := 0; i < len(s); {
		b := s[i]
		if b < utf8.RuneSelf {
			switch {
			case isDigit(b) || b == '+' || b == '(':
				i = m.number(i)
			case b == '@':
				i = m.email(i, 1)
			default:
				i++
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch v, _ := digitValue(r); {
		case v >= 0 || r == '（' || r == '＋':
			i = m.number(i)
		case r == '＠':
			i = m.email(i, n)
		case isProvince(r):
			i = m.plate(i, n)
		default:
			i += n
		}
	}
}

// hide records personal data between two offsets and returns where to go on.
func (m *masker) hide(kind string, start, end int) int {
	m.found = append(m.found, Masked{Kind: kind, Start: start, End: end})
	m.end = end
	return end
}

// before returns the character that ends at i and its size; 0 at the front of
// the text and behind what has been masked.
func (m *masker) before(i int) (rune, int) {
	if i <= m.end {
		return 0, 0
	}
	r, n := utf8.DecodeLastRuneInString(m.s[m.end:i])
	return halfWidth(r), n
}

// after returns the character that begins at i and its size; 0 at the end.
func (m *masker) after(i int) (rune, int) {
	if i >= len(m.s) {
		return 0, 0
	}
	r, n := utf8.DecodeRuneInString(m.s[i:])
	return halfWidth(r), n
}

// halfWidth turns a full-width sign, letter or digit into its ASCII form.
func halfWidth(r rune) rune {
	if r >= 0xFF01 && r <= 0xFF5E {
		return r - 0xFEE0
	}
	return r
}

// digitValue returns the value of a digit of any script, or -1. Chinese ones
// (han) are told apart: 一 is a word far more often than a digit.
func digitValue(r rune) (value int8, han bool) {
	switch {
	case r < 0x660:
		if r >= '0' && r <= '9' {
			return int8(r - '0'), false
		}
		return -1, false
	case r >= 0x2E80 && r < 0xFF00 || r == 0x3007:
		return hanDigit(r), true
	case r >= 0xFF10 && r <= 0xFF19:
		return int8(r - 0xFF10), false
	}
	if unicode.Is(unicode.Nd, r) {
		zero := r // decimal digits stand in tens that begin with their zero
		for zero > r-9 && unicode.Is(unicode.Nd, zero-1) {
			zero--
		}
		return int8((r - zero) % 10), false
	}
	return -1, false
}

func hanDigit(r rune) int8 {
	switch r {
	case '〇', '零':
		return 0
	case '一', '幺':
		return 1
	case '二':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	}
	return -1
}

// isWord reports whether r belongs to a word or code of a script that sets
// blanks between words, so that a number touching it is part of a code.
func isWord(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return isDigit(byte(r)) || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
	case r < 0x0E00: // up to the scripts of South East Asia, which set none
		return unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	return false
}

func isASCIILetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
