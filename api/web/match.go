package web

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"precedent/corpus"
	"precedent/search"
)

// results are the matches of one search as the page shows them.
type results struct {
	QueryID string
	Legs    search.Legs // what was searched by
	Product string      // what the search was narrowed to
	Status  string      // how much was found, in words
	Matches []matchView
	Refused bool              // nothing was searched, because of
	Faults  map[string]string // what is wrong with the text or the product
	Total   int               // cases that can be found, when nothing was asked
}

func (r results) httpStatus() int {
	if r.Refused {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// matchView is a match in three lines, and the opened case behind it.
type matchView struct {
	Rank       int
	ID         string
	Title      []piece
	State      corpus.State
	Step       string // the first thing to do
	From       string // what the evidence is from, when not a wording
	Why        []piece
	Differs    []search.Difference
	Near       *nearness // nil where the words say why
	Language   string    // of the case, BCP 47, "" when not known
	Confidence confidence
	Case       caseView
}

// excerptWidth is in characters: about what one line of the widest list holds.
const excerptWidth = 90

// matchView shows the match at place i of an answer, below one of the
// confidence above.
func (v *visit) matchView(found search.Response, i int, above confidence) matchView {
	m := found.Matches[i]
	view := matchView{
		Rank: i + 1, ID: m.Case.ID, State: m.Case.State, Language: m.Case.Language,
		Differs: m.Evidence.Differs, Near: v.nearnessOf(m, found.Language),
		Confidence: confidenceOf(found, i, above), Case: v.caseView(m.Case, m.Evidence, m.Tally),
	}
	view.Case.Verdict = &verdictView{QueryID: found.QueryID, CaseID: m.Case.ID, Key: newKey()}
	view.Case.Confidence, view.Case.Near = &view.Confidence, view.Near
	view.Title = view.Case.Title
	view.Step = firstStep(m.Case)
	among := m.Evidence
	if view.Near != nil {
		among = wordingsOnly(among) // meaning compares with these
	}
	field, item := bestText(among)
	if body := caseText(m.Case, field, item); body != "" {
		view.Why = excerpt(body, spansIn(m.Evidence, field, item), excerptWidth)
		if field != "wordings" {
			view.From = v.say("field." + field)
		}
	} else if len(m.Case.Wordings) > 0 {
		view.Why = excerpt(m.Case.Wordings[0], nil, excerptWidth)
	}
	return view
}

// firstStep is what the agent would do or say first.
func firstStep(c corpus.Case) string {
	if s := steps(c.Resolution); len(s) > 0 {
		return s[0]
	}
	if c.Known != nil {
		return c.Known.TellCustomer
	}
	return ""
}

// bestText names the text of the case that shows best why it is offered: the
// one with the most telling shared terms, a wording before any other. The
// title is shown anyway.
func bestText(e search.Evidence) (field string, item int) {
	type source struct {
		field string
		item  int
	}
	weights := make(map[source]float64)
	for _, t := range e.Terms {
		counted := make(map[source]bool)
		for _, p := range t.Matched {
			at := source{p.Field, p.Item}
			if p.Field != "title" && !counted[at] {
				counted[at] = true
				weights[at] += t.Weight
			}
		}
	}
	var best source
	for at, weight := range weights {
		if better := cmp.Or(
			cmp.Compare(rounded(weight), rounded(weights[best])),
			cmp.Compare(fieldRank(best.field), fieldRank(at.field)),
			cmp.Compare(best.item, at.item),
		); best.field == "" || better > 0 {
			best = at
		}
	}
	return best.field, best.item
}

// wordingsOnly leaves of the evidence what stands in wordings.
func wordingsOnly(e search.Evidence) search.Evidence {
	var terms []search.SharedTerm
	for _, t := range e.Terms {
		t.Matched = slices.DeleteFunc(slices.Clone(t.Matched), func(p search.Place) bool { return p.Field != "wordings" })
		terms = append(terms, t)
	}
	e.Terms = terms
	return e
}

// rounded makes sums of the same weights in another order equal.
func rounded(w float64) int { return int(math.Round(w * 1000)) }

func fieldRank(field string) int {
	order := []string{"wordings", "resolution", "cause", "models", "products", "tags"}
	if i := slices.Index(order, field); i >= 0 {
		return i
	}
	return len(order)
}

// spansIn collects the places of the shared terms in one text of the case. A
// lone Chinese character says too little to be marked.
func spansIn(e search.Evidence, field string, item int) []search.Span {
	var spans []search.Span
	for _, t := range e.Terms {
		if loneHan(t.Term) {
			continue
		}
		for _, p := range t.Matched {
			if p.Field == field && p.Item == item {
				spans = append(spans, p.Span)
			}
		}
	}
	return spans
}

// loneHan reports whether a term is a single Chinese character.
func loneHan(term string) bool {
	r, size := utf8.DecodeRuneInString(term)
	return size == len(term) && unicode.Is(unicode.Han, r)
}

// caseText returns a text of the case by the name and entry that evidence
// gives it.
func caseText(c corpus.Case, field string, item int) string {
	list := map[string][]string{
		"wordings": c.Wordings, "title": {c.Title}, "resolution": {c.Resolution}, "cause": {c.Cause},
		"products": c.Products, "models": c.Models, "tags": c.Tags,
	}[field]
	if item < 0 || item >= len(list) {
		return ""
	}
	return list[item]
}

// titleOf is the case's title, or else the start of its first wording.
func titleOf(c corpus.Case) string {
	if c.Title != "" {
		return c.Title
	}
	if len(c.Wordings) == 0 {
		return c.ID
	}
	line := strings.Join(strings.Fields(c.Wordings[0]), " ")
	if r := []rune(line); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return line
}
