package corpus

import "strings"

// email masks the address around the @ at i, n bytes wide, and returns where
// to go on. Addresses of neighbouring @ share no byte but the domain, so all
// of them together take linear time.
func (m *masker) email(i, n int) int {
	start := i
	for {
		r, size := m.before(start)
		if size == 0 || !isLocalPart(r) {
			break
		}
		start -= size
	}
	for start < i { // an address does not begin with a sign
		r, size := m.after(start)
		if isASCIILetter(r) || r >= '0' && r <= '9' || r == '_' {
			break
		}
		start += size
	}
	end, ok := m.domain(i + n)
	if start == i || !ok {
		return i + n
	}
	return m.hide(emailKind, start, end)
}

func isLocalPart(r rune) bool {
	return isASCIILetter(r) || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '%' || r == '+' || r == '-'
}

// domain reads a host name whose last label is made of letters, and returns
// its end. A file name such as icon@2x.png is none.
func (m *masker) domain(i int) (end int, ok bool) {
	label := i // where the present label begins
	letters := true
	dots := 0
	check := func(to int) { // a name may end after this label
		if n := to - label; dots > 0 && letters && n >= 2 && !isFileEnding(m.s[label:to]) {
			end, ok = to, true
		}
	}
	for {
		r, size := m.after(i)
		switch {
		case isASCIILetter(r):
		case r >= '0' && r <= '9' || r == '-':
			letters = false
		case (r == '.' || r == '。') && i > label:
			check(i)
			dots++
			label, letters = i+size, true
		default:
			check(i)
			return end, ok
		}
		i += size
	}
}

func isFileEnding(s string) bool {
	switch strings.ToLower(s) {
	case "png", "jpg", "jpeg", "gif", "svg", "webp", "js", "css", "json", "html", "xml", "so", "dll", "exe", "apk":
		return true
	}
	return false
}
