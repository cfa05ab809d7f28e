package segment

import "strconv"

// Limits of a number said in Chinese characters, see spoken.
const (
	minSpokenDigits  = 3
	maxSpokenDigits  = 20
	minSpokenNumeral = 4 // 六百九十一; 三十五 is said of many things
)

// isSpoken reports whether a Han character may be part of a number read out.
func isSpoken(r rune) bool { return r == '幺' || isNumeral(r) }

// spoken emits the number that a caller reads out, digit by digit (六九一) or
// as a numeral (六百九十一), as a code would be written: 691. It begins at rune
// k of a run that ends at rune end. Shorter numerals are numbers only where a
// code is spoken of (错误三十五); all stand beside the words and characters.
func (c *cutter) spoken(k, end int) {
	b, digitsOnly := k, true
	for b < end && isSpoken(c.runes[b]) {
		digitsOnly = digitsOnly && (c.runes[b] == '幺' || numeral(c.runes[b]) >= 0)
		b++
	}
	n := b - k
	switch {
	case digitsOnly && n >= minSpokenDigits && n <= maxSpokenDigits:
		var buf [maxSpokenDigits]byte
		for i, r := range c.runes[k:b] {
			if r == '幺' {
				r = '一'
			}
			buf[i] = '0' + byte(numeral(r))
		}
		c.emit(string(buf[:n]), Number, k, b)
	case !digitsOnly && n <= maxNumeral && (n >= minSpokenNumeral || n >= 2 && c.afterCodeWord(k)):
		if v, ok := spokenNumeral(c.runes[k:b]); ok {
			c.emit(strconv.FormatInt(v, 10), Number, k, b)
		}
	}
}

// afterCodeWord reports whether what stands before rune k says that a code
// follows: 错误, 报错, 代码, 号, with 是, a colon or a blank between at most.
func (c *cutter) afterCodeWord(k int) bool {
	for _, r := range "是为: " {
		if c.is(k-1, r) {
			k--
			break
		}
	}
	for _, r := range "误错码报号" {
		if c.is(k-1, r) {
			return true
		}
	}
	return false
}

// spokenNumeral is chineseNumber for a numeral that is said in full: every
// unit has its digit and is smaller than the one before, and no digit is left
// whose unit is dropped (三百五 is 350, 一万五 is 15000).
func spokenNumeral(runes []rune) (int64, bool) {
	const none = 1_000_000_000                // above every unit
	unit, section := int64(none), int64(none) // the last unit in its section, the last 万 or 亿
	digit, zero := int64(-1), false           // the digit that waits for its unit, and 零 before it
	for n, r := range runes {
		if v := numeral(r); v >= 0 {
			if digit > 0 || v == 0 && (zero || n == 0) {
				return 0, false
			}
			digit, zero = v, zero || v == 0
			continue
		}
		m := multiplier(r)
		if r == '十' {
			m = 10
			if n == 0 {
				digit = 1
			}
		}
		switch {
		case m >= 10_000 && m < section && (digit > 0 || digit < 0 && unit < 10_000):
			section, unit = m, 10_000
		case m < min(unit, 10_000) && digit > 0:
			unit = m
		default:
			return 0, false
		}
		digit, zero = -1, false
	}
	if digit == 0 || digit > 0 && unit > 10 && !zero {
		return 0, false
	}
	return chineseNumber(runes)
}
