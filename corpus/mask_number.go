package corpus

import (
	"strings"
	"unicode"
)

// A numberRun is digits in groups, as people write long numbers: 138 0013
// 8000, (010) 1234-5678, +86-138.... It holds no more than the longest number
// that is masked needs; what follows is looked at in its turn.
type numberRun struct {
	start  int // of the first group, or of the + or ( before it
	groups [maxGroups]digitGroup
	n      int
	digits [maxDigits]byte // '0' to '9'
	all    string          // the digits, once collected
	plus   bool
	paren  bool // the first group, with its +, is in brackets
	han    bool // Chinese digits
}

const (
	maxGroups     = 20
	maxDigits     = 24
	longestGroup  = 20 // digits; a longer one is no number that is masked
	shortestPhone = 7  // digits; the shortest number that is masked
)

type digitGroup struct {
	start, end int // bytes
	first, n   int // digits
	sep        separator
}

// separator is what stands before a group.
type separator uint8

const (
	sepBlank separator = 1 << iota
	sepDash
	sepDot
	sepParen
)

// tight reports whether a group is tied to the one before it, as in a code,
// a date or an address.
func (p separator) tight() bool { return p == sepDash || p == sepDot }

// most returns how many groups to try first: nobody sets a number in more than
// six, unless digit by digit. 0 when the run has fewer digits than wanted.
func (r *numberRun) most(digits int) int {
	if r.count(r.n) < digits {
		return 0
	}
	return r.fewer(r.n + 1)
}

// fewer returns the next smaller number of groups to try after k.
func (r *numberRun) fewer(k int) int {
	for k--; k > 6; k-- {
		if (k == 11 || k == 18) && r.count(k) == k {
			return k
		}
	}
	return k
}

func (r *numberRun) text(k int) string { return r.all[:r.count(k)] }

func (r *numberRun) count(k int) int { return r.groups[k-1].first + r.groups[k-1].n }

// shape writes the lengths of k groups from the given one on: "3-4-4".
func (r *numberRun) shape(from, k int) string {
	var b [2 * maxGroups]byte
	w := b[:0]
	for i := from; i < k; i++ {
		if i > from {
			w = append(w, '-')
		}
		if n := r.groups[i].n; n >= 10 {
			w = append(w, '0'+byte(n/10), '0'+byte(n%10))
		} else {
			w = append(w, '0'+byte(n))
		}
	}
	return string(w)
}

// separators returns what stands between the groups from the given one to k.
func (r *numberRun) separators(from, k int) (all separator) {
	for i := from + 1; i < k; i++ {
		all |= r.groups[i].sep
	}
	return all
}

// number masks the number that begins at i, where a digit, a + or a ( stands,
// and returns where to go on.
func (m *masker) number(i int) int {
	var r numberRun
	next := m.collect(&r, i)
	if r.n == 0 || r.count(r.n) < shortestPhone || !m.startsNumber(r.start) {
		return next
	}
	r.all = string(r.digits[:r.count(r.n)])
	is := m.labelBefore(r.start)
	if is == noLabel && m.listed(&r) {
		is = orderLabel
	}
	kind, k, end := m.classify(&r, is)
	switch {
	case is == orderLabel:
		return m.keep(&r, max(k, 1))
	case kind == "":
		return next
	}
	return m.hide(kind, r.start, end)
}

// keep leaves k groups and those tied to them as they are.
func (m *masker) keep(r *numberRun, k int) int {
	for k < r.n && r.groups[k].sep.tight() {
		k++
	}
	m.kept = keptNumber{end: r.groups[k-1].end, digits: r.groups[0].n}
	return m.kept.end
}

// listed reports whether the run goes on with a list that an order number
// began: 订单号 A、B.
func (m *masker) listed(r *numberRun) bool {
	if m.kept.end == 0 || m.kept.end < m.end || m.kept.digits != r.groups[0].n || r.start-m.kept.end > 8 {
		return false
	}
	between := strings.TrimSpace(m.s[m.kept.end:r.start])
	switch between {
	case "、", "和", "及", "与", "以及", "/", "&", "and":
		return true
	}
	return false
}

// collect reads a run at i and returns where its first group ends, or the
// next character when there is none.
func (m *masker) collect(r *numberRun, i int) (next int) {
	at, open := i, -1
	c, size := m.after(at)
	next = i + size
	for c == '(' || c == '+' {
		if c == '(' && open < 0 {
			open = at
		} else if c == '+' && !r.plus {
			r.plus, r.start = true, at
		} else {
			return next
		}
		at += size
		if c, size = m.after(at); c == ' ' {
			at += size
			c, size = m.after(at)
		}
	}
	value, han := digitAt(m.s, at)
	if value < 0 {
		return next
	}
	r.han = han
	if !r.plus {
		r.start = at
	}
	var sep separator
	for r.n < maxGroups {
		g := digitGroup{start: at, first: 0, sep: sep}
		if r.n > 0 {
			g.first = r.count(r.n)
		}
		if !m.readGroup(r, &g) {
			break
		}
		r.groups[r.n] = g
		r.n++
		if at, sep = m.separator(g.end); at < 0 {
			break
		}
	}
	if r.n == 0 { // too long to be a number
		return m.skipDigits(at)
	}
	if open >= 0 && r.n > 1 && r.groups[1].sep&sepParen != 0 && m.closes(r.groups[0].end) {
		r.paren = true
		r.start = min(open, r.start)
	}
	return r.groups[0].end
}

func digitAt(s string, i int) (value int8, han bool) {
	if i >= len(s) {
		return -1, false
	}
	r, _ := (&masker{s: s}).after(i)
	return digitValue(r)
}

// readGroup reads the digits of a group, false when they don't fit the run.
func (m *masker) readGroup(r *numberRun, g *digitGroup) bool {
	g.end = g.start
	for {
		c, size := m.after(g.end)
		v, han := digitValue(c)
		if size == 0 || v < 0 || han != r.han {
			return g.n > 0
		}
		if g.n == longestGroup || g.first+g.n == maxDigits {
			return false
		}
		r.digits[g.first+g.n] = '0' + byte(v)
		g.n++
		g.end += size
	}
}

func (m *masker) skipDigits(i int) int {
	for {
		c, size := m.after(i)
		if v, _ := digitValue(c); size == 0 || v < 0 {
			return i
		}
		i += size
	}
}

func (m *masker) closes(i int) bool {
	c, size := m.after(i)
	if c == ' ' {
		c, _ = m.after(i + size)
	}
	return c == ')'
}

// separator reads what may stand between two groups of one number, up to four
// characters, and returns where the next group begins, or -1.
func (m *masker) separator(i int) (next int, sep separator) {
	for range 5 {
		c, size := m.after(i)
		if v, _ := digitValue(c); v >= 0 {
			if sep == 0 {
				return -1, 0 // Chinese digits behind others, or the reverse
			}
			return i, sep
		}
		switch p := separatorOf(c); {
		case p == 0, p&^sepBlank&sep != 0 && p != sepParen: // two dashes are no separator
			return -1, 0
		default:
			sep |= p
		}
		i += size
	}
	return -1, 0
}

func separatorOf(r rune) separator {
	switch r {
	case ' ', '\u00a0', '\u2002', '\u2003', '\u2009', '\u200b', '\u200e', '\u202f', '\u3000', '\u2060':
		return sepBlank
	case '-', '\u2010', '\u2011', '\u2012', '–', '—', '―', '−', '~':
		return sepDash
	case '.', '·', '•', '・':
		return sepDot
	case '(', ')':
		return sepParen
	}
	return 0
}

// startsNumber reports whether a number may begin at i: not inside a code, an
// amount or a path.
func (m *masker) startsNumber(i int) bool {
	r, n := m.before(i)
	switch {
	case n == 0:
		return true
	case isWord(r):
		return m.labelBefore(i) > orderLabel
	case r == '#' || r == '$' || r == '¥' || r == '￥' || r == '€' || r == '£' || r == '₩' || r == '₹':
		return false
	}
	before, size := m.before(i - n)
	switch separatorOf(r) {
	case sepDash:
		return !isWord(before) || m.labelBefore(i) > orderLabel
	case sepDot:
		return !unicode.IsDigit(before)
	}
	if r == '/' || r == '\\' {
		return size == 0 || !isASCIILetter(before) || m.labelBefore(i) > orderLabel
	}
	return true
}

// endsNumber reports whether a number of k groups may end there: not inside a
// code, an amount, an address or a larger number.
func (m *masker) endsNumber(r *numberRun, k int) bool {
	return m.freeAfter(r.groups[k-1].end, r.han)
}

func (m *masker) freeAfter(end int, han bool) bool {
	c, n := m.after(end)
	next, _ := m.after(end + n)
	switch {
	case n == 0:
		return true
	case m.unitAt(end):
		return false
	case isWord(c):
		return m.phoneWordAt(end)
	case strings.ContainsRune("@%$¥块万亿次", c):
		return next == '日' // 次日
	case han && strings.ContainsRune("十百千点分年月日号个", c):
		return false
	case separatorOf(c) == sepDash:
		return !isWord(next)
	case c == '.':
		return !(next >= '0' && next <= '9' || next >= 'a' && next <= 'z')
	}
	return true
}

// unitAt reports whether a unit stands at i, behind one blank at most, so that
// the number before it is an amount.
func (m *masker) unitAt(i int) bool {
	tail := strings.TrimPrefix(m.s[i:min(len(m.s), i+12)], " ")
	for _, unit := range []string{"元", "字节", "比特", "毫秒", "微秒", "纳秒", "条", "人次", "美元", "港币", "人民币"} {
		if strings.HasPrefix(tail, unit) {
			return true
		}
	}
	word := tail
	for j := range len(tail) {
		if !isASCIILetter(rune(tail[j])) {
			word = tail[:j]
			break
		}
	}
	switch strings.ToLower(word) {
	case "bytes", "byte", "bits", "packets", "octets", "b", "kb", "mb", "gb", "ms", "us", "ns", "rmb", "cny", "usd", "hz", "bps":
		return true
	}
	return false
}
