package web

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"precedent/search"
)

// nearness says why a case is offered that shares few words with the
// complaint: for what it means.
type nearness struct {
	Level    string // near, very_near, or "" for one that is not near
	Language string // name of the case's language, "" when it is the complaint's
}

// nearnessOf is nil where the shared words speak for themselves, and where the
// meaning has nothing to add. asked is the language of the complaint.
func (v *visit) nearnessOf(m search.Match, asked string) *nearness {
	foreign := otherLanguage(m.Case.Language, asked)
	few := wordsShared(m.Evidence) < fewWords
	if m.Meaning == 0 || !few && (foreign || m.Evidence.Coverage >= possibleFrom) {
		return nil
	}
	var n nearness
	switch {
	case m.Meaning >= veryNearFrom:
		n.Level = "very_near"
	case m.Meaning >= nearFrom:
		n.Level = "near"
	}
	if foreign {
		n.Language = v.languageName(m.Case.Language)
	}
	if n == (nearness{}) {
		return nil
	}
	return &n
}

// otherLanguage reports whether two tags are of languages known to differ.
func otherLanguage(a, b string) bool {
	x, y := baseOf(a), baseOf(b)
	return x != "" && y != "" && x != y
}

// baseOf is the language of a tag without script and region, "" when it says none.
func baseOf(tag string) string {
	t, err := language.Parse(tag)
	if err != nil || t == language.Und {
		return ""
	}
	base, _ := t.Base()
	return base.String()
}

// languageName names a language in the reader's.
func (v *visit) languageName(tag string) string {
	if name := display.Languages(language.Make(v.Code)).Name(language.Make(baseOf(tag))); name != "" {
		return name
	}
	return tag
}
