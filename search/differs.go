package search

import (
	"regexp"
	"slices"
	"strings"

	"precedent/corpus"
)

// Difference is something that both sides name, and not alike: the complaint
// says one model, the case another of its kind.
type Difference struct {
	Kind  string   `json:"kind"`  // code, model or version
	Asked []string `json:"asked"` // as the complaint writes it
	Has   []string `json:"has"`   // as the case writes it
}

const (
	codeKind    = "code"
	modelKind   = "model"
	versionKind = "version"
)

// named is a code, model or version that a text names.
type named struct {
	kind string
	// family is what it shares with those it could be mistaken for: the
	// letters before its digits. Only members of one family are compared, so
	// that an alarm number never differs from a product's name.
	family string
	key    string // without case and separators
	text   string // as written
	open   bool   // it may not be typed out yet
}

// Patterns of names that tell cases apart. Digits after a word for an error
// are a code though they have no letters.
var (
	versionPattern = regexp.MustCompile(`(?i)(?:\bv|版本|version|固件|firmware|\b)\s?(\d{1,4}(?:\.\d{1,4}){1,3})\b`)
	releasePattern = regexp.MustCompile(`(?i)\bv\d{3}r\d{3}(?:c\d{2})?\b`)
	hexPattern     = regexp.MustCompile(`(?i)\b0x[0-9a-f]{3,16}\b`)
	codePattern    = regexp.MustCompile(`(?i)\b([a-z]{1,6})[- ]?(\d{2,6})((?:[a-z]\d{0,2}|[- ]?(?:pro|plus|max|ultra|mini|lite|se))*)\b`)
	errorPattern   = regexp.MustCompile(`(?i)(?:error|err|code|错误码|错误|报错|代码|提示)\s?[:：#]?\s?(\d{3,6})\b`)
	addressPattern = regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}\b`)
)

// notNames are words that stand before numbers without naming anything.
var notNames = map[string]bool{
	"error": true, "err": true, "code": true, "v": true, "no": true, "step": true, "port": true, "at": true, "in": true,
	"on": true, "of": true, "to": true, "by": true, "for": true, "and": true, "or": true, "the": true, "is": true, "about": true,
	"after": true, "than": true, "over": true, "under": true, "only": true, "vlan": true, "channel": true, "rmb": true, "from": true,
}

// Limits of what is compared: a text longer than this is a log or a list, whose
// names tell nothing.
const (
	maxNamingText = 8_000 // bytes
	maxNames      = 50    // of one text
)

// namesIn returns what a text names, each once.
func namesIn(text string) []named {
	var names []named
	if len(text) > maxNamingText {
		text = strings.ToValidUTF8(text[:maxNamingText], "")
	}
	add := func(n named) {
		known := slices.ContainsFunc(names, func(m named) bool { return m.kind == n.kind && m.key == n.key })
		if !known && len(names) < maxNames {
			names = append(names, n)
		}
	}
	addresses := addressPattern.FindAllString(text, -1)
	for _, m := range versionPattern.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(addresses, m[1]) {
			add(named{kind: versionKind, key: m[1], text: m[1]})
		}
	}
	for _, m := range releasePattern.FindAllString(text, -1) {
		add(named{kind: versionKind, key: strings.ToLower(m), text: m})
	}
	for _, m := range hexPattern.FindAllString(text, -1) {
		add(named{kind: codeKind, family: "0x", key: strings.ToLower(m), text: m})
	}
	for _, m := range codePattern.FindAllStringSubmatch(text, -1) {
		if family := strings.ToLower(m[1]); !notNames[family] && !strings.HasPrefix(strings.ToLower(m[0]), "0x") {
			add(named{kind: codeKind, family: family, key: nameKey(m[0]), text: m[0]})
		}
	}
	for _, m := range errorPattern.FindAllStringSubmatch(text, -1) {
		add(named{kind: codeKind, family: "#", key: m[1], text: m[1]})
	}
	return names
}

func nameKey(s string) string {
	return strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(s))
}

// differences compares what the question names with what the case names. A
// name the case has too is no difference, whatever else it has beside it.
func differences(asked []named, c corpus.Case) []Difference {
	out := []Difference{}
	if len(asked) == 0 {
		return out
	}
	has := namesOf(c)
	for _, a := range asked {
		if slices.ContainsFunc(has, a.mayBe) {
			continue
		}
		d := Difference{Kind: a.kind, Asked: []string{a.text}}
		if a.kind == versionKind {
			d.Has = versionsAgainst(a, c, has)
		} else {
			d.Kind, d.Has = relatives(a, c, has)
		}
		if len(d.Has) > 0 {
			out = append(out, d)
		}
	}
	return out
}

// mayBe reports whether a name is the same as another, or may become it.
func (n named) mayBe(h named) bool {
	return h.key == n.key || n.open && h.kind == n.kind && strings.HasPrefix(h.key, n.key)
}

// namesOf returns what a case names where it says what it is about; a
// resolution names all sorts of things on the way.
func namesOf(c corpus.Case) []named {
	texts := slices.Concat([]string{c.Title}, c.Wordings, c.Products, c.Models, c.Tags)
	return namesIn(strings.Join(texts, "\n"))
}

// versionsAgainst returns the versions the case is about when a is not one of
// them: its ranges, or else the versions it names.
func versionsAgainst(a named, c corpus.Case, has []named) []string {
	if len(c.Versions) > 0 {
		for _, s := range c.Versions {
			if r, err := corpus.ParseVersionRange(s); err != nil || r.Contains(a.key) {
				return nil
			}
		}
		return c.Versions
	}
	var versions []string
	for _, h := range has {
		if h.kind == versionKind {
			versions = append(versions, h.text)
		}
	}
	return versions
}

// relatives returns the case's names of a's family, and whether they are
// models the case applies to or codes.
func relatives(a named, c corpus.Case, has []named) (kind string, texts []string) {
	kind = codeKind
	for _, h := range has {
		if h.kind != codeKind || h.family != a.family {
			continue
		}
		texts = append(texts, h.text)
		if slices.ContainsFunc(c.Models, func(m string) bool { return strings.Contains(nameKey(m), h.key) }) {
			kind = modelKind
		}
	}
	return kind, texts
}
