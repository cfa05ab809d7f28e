package segment

import "strings"

// maxLink bounds a link, in runes.
const maxLink = 2048

// links looks from rune i to the next blank for a URL or an e-mail address,
// emits it whole, and returns where its parts begin, which are cut as any
// other text.
func (c *cutter) links(i int) int {
	end, scheme, at := i, 0, 0
	for end < len(c.runes) && end < i+maxLink && c.linkRune(end) {
		switch {
		case scheme == 0 && c.runes[end] == ':' && c.is(end+1, '/') && c.is(end+2, '/'):
			scheme = end + 3
		case at == 0 && c.runes[end] == '@':
			at = end
		}
		end++
	}
	c.link = max(end, i+1)
	for end > i && strings.ContainsRune(".,;:!?'/*~&=#-_", c.runes[end-1]) {
		end--
	}
	switch {
	case scheme > 0 && scheme < end && c.run(i, latin) == scheme-3:
		return c.url(i, scheme, end)
	case c.startsWith(i, "www.") && end > i+4:
		return c.url(i, i, end)
	case at > i && c.alnumAt(at-1) && c.alnumAt(at+1):
		c.address(i, at)
	}
	return i
}

// linkRune reports whether rune k may stand in a link.
func (c *cutter) linkRune(k int) bool {
	r := c.runes[k]
	return r < 128 && linkRunes[r]
}

var linkRunes = func() (t [128]bool) {
	for r := '!'; r < 127; r++ {
		t[r] = !strings.ContainsRune("<>\"`|\\^{}()[]", r)
	}
	return t
}()

// mayLink reports whether the text can hold a link at all.
func mayLink(text string) bool {
	return strings.IndexByte(text, '@') >= 0 || strings.Contains(text, "://") || strings.Contains(text, "www.")
}

// url emits a URL without what may be left out: scheme, www and final slash.
func (c *cutter) url(i, scheme, end int) int {
	host := scheme
	if c.startsWith(host, "www.") {
		host += len("www.")
	}
	if host < end {
		c.emit(c.slice(host, end), Code, i, end)
	}
	return max(host, i+1)
}

// address emits an e-mail address.
func (c *cutter) address(i, at int) {
	b := at + 1
	for c.alnumAt(b) || (c.is(b, '.') || c.is(b, '-')) && c.alnumAt(b+1) {
		b++
	}
	a := at
	for a > i && (c.alnumAt(a-1) || c.is(a-1, '.') || c.is(a-1, '-') || c.is(a-1, '_') || c.is(a-1, '+')) {
		a--
	}
	if strings.Contains(c.slice(at, b), ".") && a < at {
		c.emit(c.slice(a, b), Code, a, b)
	}
}

// hardware emits a MAC address, or a number in hexadecimal, that begins at
// rune i, and returns its end; i if there is none.
func (c *cutter) hardware(i int) int {
	if c.runes[i] == '0' && c.is(i+1, 'x') {
		end := c.hexRun(i + 2)
		if end > i+2 && !c.alnumAt(end) {
			c.emit(c.slice(i, end), Code, i, end)
			c.emit(c.slice(i+2, end), Code, i, end)
			c.name = nameState{}
			return end
		}
		return i
	}
	if !c.is(i+2, ':') && !c.is(i+2, '-') {
		return i
	}
	sep, k := c.runes[i+2], i
	for pair := range 6 {
		if pair > 0 {
			if !c.is(k, sep) {
				return i
			}
			k++
		}
		if c.hexRun(k) != k+2 || k+2 > len(c.runes) {
			return i
		}
		k += 2
	}
	if c.alnumAt(k) {
		return i
	}
	c.emit(strings.ReplaceAll(c.slice(i, k), string(sep), ""), Code, i, k)
	return k
}

// hexRun returns the end of the hexadecimal digits that begin at rune i.
func (c *cutter) hexRun(i int) int {
	for i < len(c.runes) && (c.classes[i] == digit || c.runes[i] >= 'a' && c.runes[i] <= 'f') {
		i++
	}
	return i
}
