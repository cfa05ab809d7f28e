package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"precedent/corpus"
	"precedent/search"
)

// formView is the form that records a case or changes one.
type formView struct {
	Token     string
	ID        string // of the case that is changed; "" records a new one
	Version   int    // that the change is of
	Key       string // makes it happen once
	Values    values
	Faults    map[string]string // what is wrong, by field
	Theirs    values            // what someone else wrote meanwhile, by field that both changed
	Merged    []string          // fields taken over from them
	Stale     bool
	Retired   bool     // the case is retired now
	Products  []string // suggestions
	States    []corpus.State
	Kinds     []corpus.ResolutionKind
	Audiences []corpus.Audience
}

// Faulty lists the fields that have an error, in the form's order.
func (f formView) Faulty() []string {
	var names []string
	for _, name := range formFields {
		if f.Faults[name] != "" {
			names = append(names, name)
		}
	}
	return names
}

// More reports whether the optional fields stand open: a change shows them
// all, and so does something to say beside one of them.
func (f formView) More() bool {
	optional := formFields[slices.Index(formFields, "title"):]
	return f.ID != "" || slices.ContainsFunc(optional, func(name string) bool { return f.Faults[name] != "" })
}

// Field is one field of the form with what stands beside it.
func (f formView) Field(name string) fieldView {
	return fieldView{
		Name: name, Value: f.Values.First(name), Fault: f.Faults[name],
		Theirs: f.Theirs[name], Merged: slices.Contains(f.Merged, name),
		Required: name == "wordings" || name == "resolution",
	}
}

type fieldView struct {
	Name, Value, Fault string
	Theirs             []string
	Merged, Required   bool
}

// formPage is a page around the form.
type formPage struct {
	layout
	Form formView
	Case *caseView // the case that is changed
}

// emptyForm is a form for a fix that is used at once, by agents.
func (v *visit) emptyForm() formView {
	return v.formFor(corpus.Case{State: corpus.Published, ResolutionKind: corpus.Fix, Audience: corpus.Agent})
}

func (v *visit) formFor(c corpus.Case) formView {
	return formView{
		Token: v.formToken(), ID: c.ID, Version: c.Version, Key: newKey(), Values: valuesOf(c),
		Retired: c.State == corpus.Retired,
		States:  []corpus.State{corpus.Published, corpus.Draft, corpus.Known},
		Kinds:   corpus.ResolutionKinds[:], Audiences: corpus.Audiences[:],
	}
}

// newCase shows the form, filled from what was typed at the desk.
func newCase(v *visit) error {
	form := v.emptyForm()
	if said := normalLines(v.c.PostForm("text")); !isBlank(said) {
		form.Values["wordings"] = []string{said}
	}
	if product := v.line("product"); product != "" {
		form.Values["products"] = []string{product}
	}
	return v.showForm(http.StatusOK, form)
}

// showForm answers with the form: alone for a script, else in its page.
func (v *visit) showForm(status int, form formView) error {
	if v.part() {
		return v.show(status, "record", form)
	}
	page := formPage{layout: v.layout(v.say("record.title"), "/cases/new"), Form: form}
	var err error
	if page.Form.Products, err = v.products.list(v.c.Request.Context(), v.Store, v.who, v.Now()); err != nil {
		return err
	}
	return v.show(status, "new", page)
}

// recordCase records a case and leads to what came of it; a form with
// mistakes comes back with everything that was typed.
func recordCase(v *visit) error {
	form := v.emptyForm()
	form.Values = readValues(v.c.Request.PostForm)
	form.Key = v.c.PostForm("key")
	c, wrong := form.Values.onto(corpus.Case{})
	if len(c.Wordings) == 0 {
		wrong = append(wrong, corpus.FieldError{Field: "wordings", Code: "required"})
	}
	if wrong = append(wrong, faultsOf(c)...); wrong == nil {
		w := v.write()
		w.Action = "create"
		rec, err := v.Store.CreateCase(v.c.Request.Context(), w, c)
		if err == nil {
			target := "/cases/" + rec.ID + "/recorded?seq=" + strconv.FormatInt(rec.Seq, 10)
			v.c.Redirect(http.StatusSeeOther, target)
			return nil
		}
		if wrong, err = v.refusal(&form, err); err != nil {
			return err
		}
	}
	form.Faults = v.faults(wrong)
	return v.showForm(http.StatusUnprocessableEntity, form)
}

// faultsOf is what the store would find wrong with a case.
func faultsOf(c corpus.Case) []corpus.FieldError {
	c.Wordings = slices.Clone(c.Wordings)
	var invalid *corpus.InvalidError
	if errors.As(c.Prepare(), &invalid) {
		return invalid.Fields
	}
	return nil
}

// refusal returns what a store found wrong with a form. A form that was sent,
// changed and sent again under its old key is another one and gets a new key.
func (v *visit) refusal(form *formView, err error) ([]corpus.FieldError, error) {
	var invalid *corpus.InvalidError
	switch {
	case errors.As(err, &invalid):
		return invalid.Fields, nil
	case errors.Is(err, corpus.ErrKeyReused):
		form.Key = newKey()
		return []corpus.FieldError{{Field: "wordings", Code: "recorded"}}, nil
	}
	return nil, err
}

// firstMatches is how far down a new case is looked for: what agents see.
const firstMatches = search.DefaultLimit

// recordedView says whether a new case is found for its own complaint.
type recordedView struct {
	layout
	ID     string
	Title  string
	Rank   int    // among the first matches for its first wording, 0 when not among them
	Within int    // how many of these were looked through
	Silent bool   // the fix says nothing, so it is not to be found
	Behind bool   // the index did not have it in time
	Ahead  string // the title of the match before it
}

// showRecorded searches for the case's own complaint, once the index has it.
func showRecorded(v *visit) error {
	ctx := v.c.Request.Context()
	c, err := v.Store.Case(ctx, v.who, v.c.Param("id"))
	if err != nil {
		return err
	}
	view := recordedView{layout: v.layout(v.say("recorded.title"), "/cases/"+url.PathEscape(c.ID)), ID: c.ID, Title: titleOf(c), Within: firstMatches, Silent: corpus.SaysNothing(c.Resolution)}
	seq, err := strconv.ParseInt(v.c.Query("seq"), 10, 64)
	if err != nil || seq < 0 {
		seq = 0
	}
	if len(c.Wordings) > 0 && !view.Silent {
		found, err := v.Engine.Search(ctx, v.who, search.Request{Text: c.Wordings[0], Limit: firstMatches, MinSeq: seq})
		if err != nil {
			return err
		}
		at := slices.IndexFunc(found.Matches, func(m search.Match) bool { return m.Case.ID == c.ID })
		view.Rank = at + 1
		view.Behind = found.IndexSeq < seq
		if at > 0 {
			view.Ahead = titleOf(found.Matches[at-1].Case)
		}
	}
	if v.part() {
		return v.show(http.StatusOK, "recorded", view)
	}
	return v.show(http.StatusOK, "recorded-page", view)
}
