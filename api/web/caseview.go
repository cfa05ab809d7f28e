package web

import (
	"strings"
	"time"

	"precedent/corpus"
	"precedent/search"
)

// maxWordingsShown bounds the wordings beside an opened case; its own page
// has them all.
const maxWordingsShown = 6

// caseView is a case as a person reads it.
type caseView struct {
	ID         string
	Title      []piece
	State      corpus.State
	Kind       corpus.ResolutionKind
	Audience   corpus.Audience
	Version    int
	Steps      []step
	All        string // every step, numbered, as it is copied
	Cause      []piece
	Known      *knownView
	Facts      []fact // what it applies to and where it was verified
	Wordings   [][]piece
	More       int // wordings not shown
	Author     string
	Reviewer   string
	Created    moment
	Updated    moment
	Resolved   *moment
	Tally      corpus.Tally
	Differs    []search.Difference
	Confidence *confidence
	Near       *nearness
	Verdict    *verdictView // nil where there is no match to judge
}

// step is one step of a resolution.
type step struct {
	Pieces []piece
	Text   string // as it is copied
}

// fact is a named list, such as the models a case applies to.
type fact struct {
	Field  string
	Values []string
}

type knownView struct {
	Handler string
	Due     *moment
	Tell    string
}

// verdictView is what came of an offered case, or the question about it.
type verdictView struct {
	QueryID string
	CaseID  string
	Key     string // makes the verdict count once
	ID      string // set once it is recorded
	Verdict corpus.VerdictKind
	Failed  string // why it could not be recorded
}

func (v *visit) caseView(c corpus.Case, e search.Evidence, tally corpus.Tally) caseView {
	view := caseView{
		ID: c.ID, State: c.State, Kind: c.ResolutionKind, Audience: c.Audience, Version: c.Version,
		Author: c.Author, Reviewer: c.Reviewer, Tally: tally, Differs: e.Differs,
		Created: v.moment(c.CreatedAt), Updated: v.moment(c.UpdatedAt), Resolved: v.momentOf(c.ResolvedAt),
		Cause: linked(c.Cause),
	}
	view.Title = pieces([]rune(titleOf(c)), nil)
	if c.Title != "" {
		view.Title = pieces([]rune(c.Title), spansIn(e, "title", 0))
	}
	for _, s := range steps(c.Resolution) {
		view.Steps = append(view.Steps, step{Pieces: linked(s), Text: s})
	}
	view.All = numbered(view.Steps)
	if c.Known != nil {
		view.Known = &knownView{Handler: c.Known.Handler, Due: v.momentOf(c.Known.DueAt), Tell: c.Known.TellCustomer}
	}
	for _, f := range []fact{
		{"products", c.Products}, {"models", c.Models}, {"versions", c.Versions}, {"verified_on", c.VerifiedOn}, {"tags", c.Tags},
	} {
		if len(f.Values) > 0 {
			view.Facts = append(view.Facts, f)
		}
	}
	for i, w := range c.Wordings {
		view.Wordings = append(view.Wordings, pieces([]rune(w), spansIn(e, "wordings", i)))
	}
	return view
}

// brief leaves the wordings that fit beside a call, those with marks first.
func (c caseView) brief() caseView {
	var marked, plain [][]piece
	for _, w := range c.Wordings {
		if len(w) == 1 && !w[0].Mark {
			plain = append(plain, w)
		} else {
			marked = append(marked, w)
		}
	}
	all := append(marked, plain...)
	c.Wordings = all[:min(len(all), maxWordingsShown)]
	c.More = len(all) - len(c.Wordings)
	return c
}

func (v *visit) momentOf(at *time.Time) *moment {
	if at == nil {
		return nil
	}
	m := v.moment(*at)
	return &m
}

// numbered joins the steps as they are pasted into a message.
func numbered(steps []step) string {
	if len(steps) == 1 {
		return steps[0].Text
	}
	var b strings.Builder
	for i, s := range steps {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text(i+1) + ". " + s.Text)
	}
	return b.String()
}
