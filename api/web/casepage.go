package web

import (
	"net/http"
	"slices"

	"precedent/corpus"
	"precedent/search"
)

// casePage is a case on a page of its own, with its history.
type casePage struct {
	layout
	Case    caseView
	Silent  bool // the fix says nothing, so the case is not found
	Key     string
	History []versionView
}

// deeds are what a case's page may say was just done.
var deeds = []string{"saved", "retired", "not_retired"}

func showCase(v *visit) error {
	ctx, id := v.c.Request.Context(), v.c.Param("id")
	c, err := v.Store.Case(ctx, v.who, id)
	if err != nil {
		return err
	}
	history, err := v.Store.CaseHistory(ctx, v.who, id)
	if err != nil {
		return err
	}
	tallies, err := v.Store.Tallies(ctx, v.who, []string{id})
	if err != nil {
		return err
	}
	page := casePage{
		layout: v.layout(titleOf(c), "/cases/"+c.ID), Key: newKey(),
		Case: v.caseView(c, search.Evidence{}, tallies[id]), History: v.history(history),
		Silent: c.State != corpus.Retired && corpus.SaysNothing(c.Resolution),
	}
	if done := v.c.Query("done"); slices.Contains(deeds, done) {
		page.Done = v.say("done."+done, "version", c.Version)
	}
	return v.show(http.StatusOK, "case-page", page)
}

// versionView is one version in a case's history.
type versionView struct {
	Version int
	Action  string
	By      string
	At      moment
	State   corpus.State
	Changes []change
}

// change is a field that a version changed, by lines or entries.
type change struct {
	Field          string
	Removed, Added []string
}

// history shows versions, newest first, each with what it changed.
func (v *visit) history(versions []corpus.CaseVersion) []versionView {
	views := make([]versionView, len(versions))
	for i, h := range versions {
		views[i] = versionView{Version: h.Case.Version, Action: h.Action, By: v.by(h.By), At: v.moment(h.At), State: h.Case.State}
		if i+1 < len(versions) {
			views[i].Changes = v.changes(versions[i+1].Case, h.Case)
		}
	}
	return views
}

// by names who made a version. Without sign-in it was someone at this machine.
func (v *visit) by(id string) string {
	if id == corpus.LocalCaller().ID {
		return v.say("history.local")
	}
	return id
}

func (v *visit) changes(before, after corpus.Case) []change {
	var out []change
	old, now := valuesOf(before), valuesOf(after)
	for _, name := range formFields {
		if slices.Equal(old[name], now[name]) {
			continue
		}
		removed, added := difference(v.entries(name, old), v.entries(name, now))
		if len(removed)+len(added) > 0 {
			out = append(out, change{Field: name, Removed: removed, Added: added})
		}
	}
	return out
}

// entries are the lines of a field as a person reads them.
func (v *visit) entries(name string, vs values) []string {
	switch one := vs.First(name); {
	case name == "wordings":
		return vs[name]
	case one == "":
		return nil
	case name == "state" || name == "audience" || name == "resolution_kind":
		return []string{v.say(name + "." + one)}
	}
	return vs.list(name)
}
