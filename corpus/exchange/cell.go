package exchange

import (
	"strings"
	"unicode/utf8"
)

// splitList cuts a cell into its entries: at | and the separators, unless a
// backslash stands before them. A backslash before anything else is itself.
func splitList(cell, separators string) (list []string) {
	var b strings.Builder
	end := func() {
		if s := strings.TrimSpace(b.String()); s != "" {
			list = append(list, s)
		}
		b.Reset()
	}
	escaped := false
	for _, r := range cell {
		isSeparator := r == '|' || strings.ContainsRune(separators, r)
		switch {
		case escaped:
			if r != '\\' && !isSeparator {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case isSeparator:
			end()
		default:
			b.WriteRune(r)
		}
	}
	if escaped {
		b.WriteByte('\\')
	}
	end()
	return list
}

// joinList is the reverse of splitList.
func joinList(list []string, separators string) string {
	between := " | "
	if separators == lines {
		between = "\n"
	}
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteString(between)
		}
		for _, r := range s {
			if r == '\\' || r == '|' || strings.ContainsRune(separators, r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// opensFormula reports whether a spreadsheet would take a CSV cell for a
// formula (OWASP, CSV injection), perhaps behind the ' that guard puts.
func opensFormula(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "'"))
	return r != utf8.RuneError && strings.ContainsRune("=+-@\t\r＝＋－＠", r)
}

// guard puts a ' before a text that opens a formula; unguard takes it off.
func guard(s string) string {
	if opensFormula(s) {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if strings.HasPrefix(s, "'") && opensFormula(s) {
		return s[1:]
	}
	return s
}

// Excel keeps 32,767 UTF-16 units a cell; parts stay below.
const (
	maxCell  = 32_000
	maxParts = 1000
)

// parts cuts a text into pieces that fit an Excel cell, at least one.
func parts(s string) []string {
	if len(s) <= maxCell {
		return []string{s}
	}
	var list []string
	from, units := 0, 0
	for i, r := range s {
		n := 1
		if r > 0xFFFF {
			n = 2
		}
		if units+n > maxCell {
			list = append(list, s[from:i])
			from, units = i, 0
		}
		units += n
	}
	return append(list, s[from:])
}
