package web

import (
	"errors"
	"net/http"

	"precedent/corpus"
	"precedent/search"
)

// deskPage is the agent's desk: the call, the matches, the opened case.
type deskPage struct {
	layout
	Text     string
	Product  string
	Products []string
	Results  results
	Opened   *caseView
	Form     *formView // an empty form, which scripts fill from the call
}

// showDesk answers with the whole desk. Without JavaScript the form is sent
// here, each match being a button of it.
func showDesk(v *visit) error {
	page, err := v.desk()
	if err != nil {
		return err
	}
	return v.show(page.Results.httpStatus(), "desk", page)
}

func (v *visit) desk() (deskPage, error) {
	page := deskPage{
		layout: v.layout(v.say("desk.title"), "/"),
		Text:   normalLines(v.c.PostForm("text")), Product: v.line("product"),
	}
	page.layout.Desk, page.layout.Wide = true, true
	var err error
	if page.Products, err = v.products.list(v.c.Request.Context(), v.Store, v.who, v.Now()); err != nil {
		return page, err
	}
	form := v.emptyForm()
	page.Form = &form
	if page.Results, err = v.results(search.Request{Text: page.Text, Product: page.Product}); err != nil || page.Results.Refused {
		return page, err
	}
	page.Opened, err = v.opened(page.Results, v.c.PostForm("open"))
	return page, err
}

// opened is the case that was asked for: one of the matches, or one that is
// no longer among them.
func (v *visit) opened(found results, id string) (*caseView, error) {
	if id == "" {
		return nil, nil
	}
	for _, m := range found.Matches {
		if m.ID == id {
			return &m.Case, nil
		}
	}
	c, err := v.Store.Case(v.c.Request.Context(), v.who, id)
	if err != nil {
		return nil, err
	}
	view := v.caseView(c, search.Evidence{}, corpus.Tally{}).brief()
	return &view, nil
}

// showMatches answers a script with the matches alone. It is a POST, so that
// what a customer said stands in no address and no log of addresses.
func showMatches(v *visit) error {
	asked := search.Request{Text: normalLines(v.c.PostForm("text")), Product: v.line("product"), Typing: v.c.PostForm("typing") != ""}
	if v.c.PostForm("legs") == string(search.AllLegs) {
		asked.Legs = search.AllLegs
	}
	found, err := v.results(asked)
	if err != nil {
		return err
	}
	return v.show(found.httpStatus(), "matches", found)
}

// results searches. Nothing said finds nothing, and counts what could be found.
func (v *visit) results(asked search.Request) (results, error) {
	ctx := v.c.Request.Context()
	if isBlank(asked.Text) {
		counts, err := v.Store.CountCases(ctx)
		if err != nil {
			return results{}, err
		}
		var r results
		for _, s := range v.who.States() {
			r.Total += counts[s]
		}
		return r, nil
	}
	answer, err := v.Engine.Search(ctx, v.who, asked)
	var invalid *corpus.InvalidError
	if errors.As(err, &invalid) {
		return results{Refused: true, Faults: v.faults(invalid.Fields)}, nil
	}
	if err != nil {
		return results{}, err
	}
	r := results{
		QueryID: answer.QueryID, Legs: answer.Legs, Product: asked.Product, Status: v.count("matches.found", len(answer.Matches)),
	}
	above := highest
	for i := range answer.Matches {
		view := v.matchView(answer, i, above)
		above = view.Confidence
		view.Case = view.Case.brief()
		r.Matches = append(r.Matches, view)
	}
	if len(r.Matches) == 0 {
		r.Status = v.say("matches.none")
	}
	return r, nil
}

// judge records what came of a match.
func judge(v *visit) error {
	kind := corpus.VerdictKind(v.c.PostForm("verdict"))
	given := verdictView{QueryID: v.c.PostForm("query_id"), CaseID: v.c.PostForm("case_id"), Verdict: kind}
	rec, err := v.Desk.Judge(v.c.Request.Context(), v.write(), corpus.Verdict{
		QueryID: given.QueryID, CaseID: given.CaseID, Verdict: kind,
	})
	var invalid *corpus.InvalidError
	switch {
	case errors.As(err, &invalid):
		given.Failed, given.Key = v.fault(invalid.Fields[0]), newKey()
	case err != nil:
		return err
	default:
		given.ID, given.Key = rec.ID, newKey() // the other verdict may follow
	}
	return v.showVerdict(given)
}

// undo takes a verdict back; one taken back already is as wanted.
func undo(v *visit) error {
	w := v.write()
	w.Key = ""
	ctx, id := v.c.Request.Context(), v.c.PostForm("verdict_id")
	given, err := v.Store.Verdict(ctx, v.who, id)
	if err != nil {
		return err
	}
	if _, err := v.Store.UndoVerdict(ctx, w, id); err != nil && !errors.Is(err, corpus.ErrConflict) {
		return err
	}
	return v.showVerdict(verdictView{QueryID: given.QueryID, CaseID: given.CaseID, Key: newKey()})
}

// showVerdict answers a script with the verdict's part, else with the desk
// and the case open as before.
func (v *visit) showVerdict(given verdictView) error {
	status := http.StatusOK
	if given.Failed != "" {
		status = http.StatusUnprocessableEntity
	}
	if v.part() {
		return v.show(status, "verdict", given)
	}
	page, err := v.desk()
	if err != nil {
		return err
	}
	if page.Opened, err = v.opened(page.Results, given.CaseID); err != nil {
		return err
	}
	if page.Opened != nil {
		page.Opened.Verdict = &given
	}
	return v.show(status, "desk", page)
}
