package corpus

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// VersionRange is a set of versions of a product. The zero value holds none.
type VersionRange struct {
	Name   string // what the version is of when the range says so, such as Android; not compared
	bounds []bound
}

// bound is one comparison; a version is in the range when all hold.
type bound struct {
	op      relation
	version version
}

type relation int8

const (
	equal relation = iota
	below
	belowOrEqual
	above
	aboveOrEqual
	within // 2.x: begins with
)

var errVersion = errors.New("give a version (2.0.1), a family (2.x) or a range (>=2.0.1 <2.3, V2.0.1-V2.0.9, 2.0.1+)")

// relationSigns are tried in order, so the longer come first.
var relationSigns = []struct {
	sign string
	op   relation
}{
	{">=", aboveOrEqual}, {"=>", aboveOrEqual}, {"≥", aboveOrEqual}, {"<=", belowOrEqual}, {"=<", belowOrEqual}, {"≤", belowOrEqual},
	{"==", equal}, {">", above}, {"<", below}, {"=", equal},
}

// relationEndings say the same behind the version, in Chinese.
var relationEndings = []struct {
	ending string
	op     relation
}{
	{"及以上", aboveOrEqual}, {"及以后", aboveOrEqual}, {"以上", aboveOrEqual}, {"+", aboveOrEqual},
	{"及以下", belowOrEqual}, {"及以前", belowOrEqual}, {"及之前", belowOrEqual}, {"之前", below}, {"以前", below},
}

// ParseVersionRange reads a set of versions:
//
//	2.0.1              this version, however written (v2.0.1, 2.0.1.0) or refined by letters (2.0.1a)
//	2.x  2.*           every version that begins with 2
//	>=2.0.1 <2.3       all comparisons hold: = < <= > >=, also ≤ ≥, with or without commas between
//	V2.0.1-V2.0.9      from the one to the other, both included; also with ~, to, 至 or 到
//	2.0.1+  2.0.1及以上  from this version on; 2.0.1及以下 up to it, 2.0.1之前 before it
//
// A name may stand before it (Android >=14). The error says what to give.
func ParseVersionRange(s string) (VersionRange, error) {
	var r VersionRange
	name, rest := versionName(foldVersion(s))
	r.Name = name
	if from, to, ok := cutVersions(rest); ok {
		r.bounds = []bound{{aboveOrEqual, parseVersion(from)}, {belowOrEqual, parseVersion(to)}}
		if r.bounds[0].version.compare(r.bounds[1].version) > 0 {
			return VersionRange{}, fmt.Errorf("the range %s ends before it begins; give the lower version first", quote(s))
		}
		return r, nil
	}
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimLeft(rest, " ,") {
		var b bound
		var ok bool
		if b, rest, ok = cutBound(rest); !ok {
			return VersionRange{}, fmt.Errorf("%s is no version range; %w", quote(s), errVersion)
		}
		r.bounds = append(r.bounds, b)
	}
	exact := len(r.bounds) > 1 && (r.bounds[0].op == equal || r.bounds[1].op == equal)
	if len(r.bounds) == 0 || exact {
		return VersionRange{}, fmt.Errorf("%s is no version range; %w", quote(s), errVersion)
	}
	return r, nil
}

// cutBound cuts one comparison off the front of s.
func cutBound(s string) (b bound, rest string, ok bool) {
	for _, r := range relationSigns {
		if after, found := strings.CutPrefix(s, r.sign); found {
			b.op, s = r.op, strings.TrimLeft(after, " ")
			break
		}
	}
	word := s
	if i := strings.IndexAny(s, " ,<>=≤≥"); i >= 0 {
		word, rest = s[:i], s[i:]
	}
	if b.op == equal {
		for _, r := range relationEndings {
			if before, found := strings.CutSuffix(word, r.ending); found {
				b.op, word = r.op, before
				break
			}
		}
	}
	if b.op == equal && len(word) > 2 && (strings.HasSuffix(word, ".x") || strings.HasSuffix(word, ".*")) {
		b.op, word = within, word[:len(word)-2]
	}
	if !isVersion(word) {
		return b, rest, false
	}
	b.version = parseVersion(word)
	return b, rest, true
}

// cutVersions cuts "from-to" apart. A bare dash also stands inside versions
// (1.0-rc1, 2.4-11), so it parts two only when both look like whole ones.
func cutVersions(s string) (from, to string, ok bool) {
	for _, sep := range []string{" - ", "~", " to ", "至", "到"} {
		if from, to, ok = strings.Cut(s, sep); ok {
			from, to = strings.TrimSpace(from), strings.TrimSpace(to)
			return from, to, isVersion(from) && isVersion(to)
		}
	}
	for i := range len(s) {
		if s[i] != '-' {
			continue
		}
		if from, to = s[:i], s[i+1:]; wholeVersion(from) && wholeVersion(to) {
			return from, to, true
		}
	}
	return "", "", false
}

func wholeVersion(s string) bool {
	if !isVersion(s) {
		return false
	}
	if s[0] == 'v' && len(s) > 1 {
		return isDigit(s[1])
	}
	return isDigit(s[0]) && strings.Contains(s, ".")
}

// isVersion reports whether s can be one version: letters, digits and the
// signs used between them, with a digit somewhere.
func isVersion(s string) bool {
	digit := false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digit = true
		case r >= 'a' && r <= 'z', strings.ContainsRune("._-+()", r):
		default:
			return false
		}
	}
	return digit
}

// foldVersion writes s in lower case with ASCII signs.
func foldVersion(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			r -= 0xFEE0
		case r == '–' || r == '—' || r == '−':
			return '-'
		case unicode.IsSpace(r):
			return ' '
		case r == '、' || r == '，':
			return ','
		}
		return unicode.ToLower(r)
	}, strings.TrimSpace(s))
}

// versionName cuts leading words without a digit off a folded text.
func versionName(s string) (name, rest string) {
	rest = s
	for {
		word, after, ok := strings.Cut(rest, " ")
		first, _ := utf8.DecodeRuneInString(word)
		if !ok || !unicode.IsLetter(first) || strings.ContainsAny(word, "0123456789") {
			break
		}
		name, rest = strings.TrimSpace(name+" "+word), strings.TrimLeft(after, " ")
	}
	return name, rest
}

// Contains reports whether the version v, such as V2.0.3, is in the range.
func (r VersionRange) Contains(v string) bool {
	_, word := versionName(foldVersion(v))
	if !isVersion(word) || len(r.bounds) == 0 {
		return false
	}
	is := parseVersion(word)
	for _, b := range r.bounds {
		if !b.holds(is) {
			return false
		}
	}
	return true
}

func (b bound) holds(v version) bool {
	c := v.compare(b.version)
	switch b.op {
	case equal:
		return c == 0 || v.refines(b.version)
	case below:
		return c < 0
	case belowOrEqual:
		return c <= 0 || v.refines(b.version)
	case above:
		return c > 0 && !v.refines(b.version)
	case aboveOrEqual:
		return c >= 0
	default: // within
		return v.begins(b.version)
	}
}

// version is the runs of digits and of letters of a version. Digits have no
// leading zeros; zero is "".
type version []string

func parseVersion(s string) version {
	var v version
	if len(s) > 1 && s[0] == 'v' && isDigit(s[1]) {
		s = s[1:]
	}
	for i := 0; i < len(s); {
		start := i
		switch {
		case isDigit(s[i]):
			for i < len(s) && isDigit(s[i]) {
				i++
			}
			v = append(v, strings.TrimLeft(s[start:i], "0"))
		case s[i] >= 'a' && s[i] <= 'z':
			for i < len(s) && s[i] >= 'a' && s[i] <= 'z' {
				i++
			}
			v = append(v, s[start:i])
		default:
			i++
		}
	}
	return v
}

// at returns run i; what is missing is zero, so that 2.0 equals 2.0.0.
func (v version) at(i int) string {
	if i < len(v) {
		return v[i]
	}
	return ""
}

// compare returns -1, 0 or 1 as v comes before, equals or follows w. Versions
// are compared run by run of digits (by value) and of letters; signs between
// them and a leading v do not count, missing runs count as 0. Pre-releases
// (alpha, beta, rc) come before what they lead to.
func (v version) compare(w version) int {
	for i := range max(len(v), len(w)) {
		if c := compareRuns(v.at(i), w.at(i)); c != 0 {
			return c
		}
	}
	return 0
}

// begins reports whether v has the runs of w at its front.
func (v version) begins(w version) bool {
	for i := range w {
		if compareRuns(v.at(i), w[i]) != 0 {
			return false
		}
	}
	return true
}

// refines reports whether v is w with letters behind it that name no
// pre-release, as V200R019C10 is one of V200R019.
func (v version) refines(w version) bool {
	return len(v) > len(w) && rank(v[len(w)]) == ordinary && v.begins(w)
}

// Runs of different kinds are in this order.
const (
	preRelease = iota
	zero
	ordinary
	number
)

func rank(run string) int {
	switch {
	case run == "":
		return zero
	case isDigit(run[0]):
		return number
	}
	switch run {
	case "alpha", "beta", "rc", "pre", "preview", "dev", "snapshot", "canary", "nightly":
		return preRelease
	}
	return ordinary
}

func compareRuns(a, b string) int {
	ra, rb := rank(a), rank(b)
	switch {
	case ra != rb:
		return sign(ra - rb)
	case ra == number && len(a) != len(b):
		return sign(len(a) - len(b))
	}
	return strings.Compare(a, b)
}

func sign(n int) int { return max(-1, min(1, n)) }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
