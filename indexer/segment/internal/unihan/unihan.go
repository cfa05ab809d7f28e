// Package unihan reads the variants of Han characters from Unicode's
// Unihan_Variants.txt and works out the one character that stands for each
// class of variants in matching. Only the generator and its test use it.
package unihan

import (
	"bufio"
	"compress/bzip2"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"
)

//go:generate go run gen.go

// Source is where Debian's package unicode-data keeps the file.
const Source = "/usr/share/unicode/Unihan_Variants.txt.bz2"

// spellings are pairs that writers of both scripts mix up and that Unihan
// does not list as traditional and simplified; each overrides the file.
const spellings = "週周佈布佔占僱雇慾欲籤签遊游嚮向託托讚赞昇升陞升羣群峯峰牀床汙污喫吃妳你祇只紮扎豔艳" +
	"卹恤鍊链黏粘帳账帐账慄栗粧妆彷仿倣仿唸念菸烟砲炮箇个綑捆祂他牠它儂侬痺痹蹟迹癥症覈核呎尺"

// apart are characters that stay beside what Unihan lists them with: 幺 is the
// digit one as it is said on the telephone, 么 a word.
const apart = "幺"

// Pair says that From is matched as To.
type Pair struct{ From, To rune }

// Table is what is made of one edition of the file.
type Table struct {
	Unicode string // the edition: 15.0.0
	Pairs   []Pair // in order of From; no To is the From of another pair
}

// Open reads the variants out of a file, packed with bzip2 or plain.
func Open(path string) (Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return Table{}, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".bz2") {
		r = bzip2.NewReader(f)
	}
	return Read(r)
}

// Read makes a Table of Unihan_Variants.txt.
func Read(r io.Reader) (Table, error) {
	version, simplified, equal, err := parse(r)
	if err != nil {
		return Table{}, err
	}
	to := map[rune]rune{}
	for from, targets := range simplified {
		if t := choose(from, targets); t != from {
			to[from] = t
		}
	}
	// A variant of a traditional character joins that one's class, unless it
	// is a character of the simplified standard in its own right (金, 食).
	for from, targets := range equal {
		if len(simplified[from]) == 0 && len(targets) == 1 && !standard(from) {
			if t, ok := to[targets[0]]; ok && t != from {
				to[from] = t
			}
		}
	}
	for runes := []rune(spellings); len(runes) > 1; runes = runes[2:] {
		to[runes[0]] = runes[1]
	}
	for _, r := range apart {
		delete(to, r)
	}
	pairs, err := settle(to)
	return Table{version, pairs}, err
}

// standard reports whether GB 2312, the common simplified set, has the character.
func standard(r rune) bool {
	_, err := simplifiedchinese.HZGB2312.NewEncoder().String(string(r))
	return err == nil
}

// choose takes the character a source is matched as. Where simplified Chinese
// keeps the source beside another character (乾 and 干), the other one is
// taken: matching wants both scripts in one class. Among several the first of
// the main block wins, the others being rare.
func choose(from rune, targets []rune) rune {
	slices.Sort(targets)
	for _, t := range targets {
		if t != from && t >= 0x4E00 && t <= 0x9FFF {
			return t
		}
	}
	for _, t := range targets {
		if t != from && t <= 0xFFFF {
			return t
		}
	}
	return from
}

// settle follows chains to their ends and sorts.
func settle(to map[rune]rune) ([]Pair, error) {
	var pairs []Pair
	for from := range to {
		t := from
		for steps := 0; ; steps++ {
			next, ok := to[t]
			if !ok {
				break
			}
			if steps > 8 {
				return nil, fmt.Errorf("unihan: variants of %c (U+%04X) go in a circle", from, from)
			}
			t = next
		}
		if !norm.NFKC.IsNormalString(string(t)) || !norm.NFKC.IsNormalString(string(from)) {
			continue // compatibility characters are NFKC's to replace
		}
		pairs = append(pairs, Pair{from, t})
	}
	slices.SortFunc(pairs, func(a, b Pair) int { return int(a.From) - int(b.From) })
	return pairs, nil
}

func parse(r io.Reader) (version string, simplified, equal map[rune][]rune, err error) {
	simplified, equal = map[rune][]rune{}, map[rune][]rune{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if v, ok := strings.CutPrefix(line, "# Unicode version: "); ok {
			version = v
		}
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 3 {
			return "", nil, nil, fmt.Errorf("unihan: line %d: %d fields, want 3", n, len(fields))
		}
		into := simplified
		switch fields[1] {
		case "kSimplifiedVariant":
		case "kSemanticVariant", "kZVariant":
			into = equal
		default:
			continue
		}
		from, err := codePoint(fields[0])
		if err != nil {
			return "", nil, nil, fmt.Errorf("unihan: line %d: %w", n, err)
		}
		for v := range strings.FieldsSeq(fields[2]) {
			v, _, _ = strings.Cut(v, "<")
			t, err := codePoint(v)
			if err != nil {
				return "", nil, nil, fmt.Errorf("unihan: line %d: %w", n, err)
			}
			if !slices.Contains(into[from], t) {
				into[from] = append(into[from], t)
			}
		}
	}
	return version, simplified, equal, lines.Err()
}

func codePoint(s string) (rune, error) {
	v, err := strconv.ParseUint(strings.TrimPrefix(s, "U+"), 16, 32)
	if err != nil || !utf8.ValidRune(rune(v)) {
		return 0, fmt.Errorf("%q is no code point", s)
	}
	return rune(v), nil
}

// Format writes the generated Go file.
func (t Table) Format() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "// Code generated by internal/unihan/gen.go from Unihan_Variants.txt of Unicode (Debian package unicode-data). DO NOT EDIT.\n\n")
	fmt.Fprintf(&b, "package segment\n\n// hanEdition is the edition of Unicode that hanPairs comes from.\nconst hanEdition = %q\n\n", t.Unicode)
	fmt.Fprintf(&b, "// hanPairs holds %d pairs of runes: a Han character and the one it is matched as.\n", len(t.Pairs))
	b.WriteString("const hanPairs = \"\" +\n")
	for pairs := t.Pairs; len(pairs) > 0; {
		n := min(16, len(pairs))
		b.WriteString("\t\"")
		for _, p := range pairs[:n] {
			b.WriteRune(p.From)
			b.WriteRune(p.To)
		}
		b.WriteString("\"")
		if pairs = pairs[n:]; len(pairs) > 0 {
			b.WriteString(" +")
		}
		b.WriteString("\n")
	}
	return []byte(b.String())
}
