package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes a text fit to be kept: broken UTF-8 becomes U+FFFD, line ends
// become \n, other control characters but the tab go, and so do outer blanks.
func clean(s string) string {
	if !tidy(s) {
		s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
		s = strings.Map(func(r rune) rune {
			switch {
			case r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029':
				return '\n'
			case unicode.IsControl(r) && r != '\n' && r != '\t', r == '\uFEFF':
				return -1
			}
			return r
		}, s)
	}
	return strings.TrimSpace(s)
}

// tidy reports whether clean would at most trim s.
func tidy(s string) bool {
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			if b < ' ' && b != '\n' && b != '\t' || b == 0x7f {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || r < 0xA0 || r == '\u2028' || r == '\u2029' || r == '\uFEFF' {
			return false
		}
		i += n
	}
	return true
}

// cleanLine cleans a text that is shown on one line: every run of blanks and
// line ends becomes one blank.
func cleanLine(s string) string {
	s = clean(s)
	if !strings.ContainsAny(s, "\n\t") {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\t' || r == ' ' }), " ")
}

// maskText cleans and masks a text of several lines.
func maskText(s string) string {
	s, _ = Mask(clean(s))
	return s
}

// maskLine cleans and masks a text of one line.
func maskLine(s string) string {
	s, _ = Mask(cleanLine(s))
	return s
}

// maskList cleans and masks each entry and drops those that are empty or a
// repetition. It returns nil when nothing is left, so that an absent list and
// an empty one are the same.
func maskList(list []string, mask func(string) string) []string {
	var kept []string
	seen := make(map[string]bool, len(list))
	for _, s := range list {
		if s = mask(s); s != "" && !seen[s] {
			seen[s] = true
			kept = append(kept, s)
		}
	}
	return kept
}

// maskStaff cleans and masks a field that names someone of the organisation.
// An e-mail address stays: it is how many organisations name their accounts.
func maskStaff(s string) string {
	s = cleanLine(s)
	masked, hidden := Mask(s)
	if len(hidden) == 0 {
		return s
	}
	var b strings.Builder
	from := 0
	for _, h := range hidden {
		if h.Kind == "email" {
			continue
		}
		b.WriteString(s[from:h.Start])
		b.WriteString(masked[h.At:h.To])
		from = h.End
	}
	b.WriteString(s[from:])
	return b.String()
}
