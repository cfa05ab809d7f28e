package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"precedent/corpus"
	"precedent/search"
)

// editCase shows the form of a case.
func editCase(v *visit) error {
	c, err := v.Store.Case(v.c.Request.Context(), v.who, v.c.Param("id"))
	if err != nil {
		return err
	}
	return v.showEdit(http.StatusOK, c, v.formFor(c))
}

func (v *visit) showEdit(status int, c corpus.Case, form formView) error {
	if form.Retired {
		form.States = append(form.States, corpus.Retired)
	}
	view := v.caseView(c, search.Evidence{}, corpus.Tally{})
	page := formPage{layout: v.layout(v.say("edit.title"), "/cases/"+c.ID+"/edit"), Form: form, Case: &view}
	var err error
	if page.Form.Products, err = v.products.list(v.c.Request.Context(), v.Store, v.who, v.Now()); err != nil {
		return err
	}
	return v.show(status, "edit", page)
}

// saveCase writes a change of the version it was made of. When that is no
// longer the present one the form comes back with both.
func saveCase(v *visit) error {
	ctx := v.c.Request.Context()
	present, err := v.Store.Case(ctx, v.who, v.c.Param("id"))
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(v.c.PostForm("version"))
	if err != nil || version < 1 {
		return corpus.ErrConflict
	}
	form := v.formFor(present)
	form.Values, form.Key = readValues(v.c.Request.PostForm), v.c.PostForm("key")
	c, wrong := form.Values.onto(present)
	if wrong = append(wrong, faultsOf(c)...); wrong == nil {
		w := v.write()
		w.Action = "update"
		_, err := v.Store.UpdateCase(ctx, w, c, version)
		if err == nil {
			v.c.Redirect(http.StatusSeeOther, "/cases/"+present.ID+"?done=saved")
			return nil
		}
		if errors.Is(err, corpus.ErrStale) {
			return v.showStale(present, form, version)
		}
		if wrong, err = v.refusal(&form, err); err != nil {
			return err
		}
	}
	form.Version, form.Faults = version, v.faults(wrong)
	return v.showEdit(http.StatusUnprocessableEntity, present, form)
}

// showStale joins two changes of one version: what only the others changed is
// taken over, what both changed is shown beside each other, and the form is
// now one of the present version.
func (v *visit) showStale(present corpus.Case, form formView, version int) error {
	history, err := v.Store.CaseHistory(v.c.Request.Context(), v.who, present.ID)
	if err != nil {
		return err
	}
	theirs := valuesOf(present)
	base := theirs
	for _, h := range history {
		if h.Case.Version == version {
			base = valuesOf(h.Case)
		}
	}
	form.Stale, form.Key, form.Theirs = true, newKey(), make(values)
	for _, name := range formFields {
		mine := form.Values[name]
		switch {
		case slices.Equal(mine, theirs[name]):
		case slices.Equal(theirs[name], base[name]) && version != present.Version:
		case slices.Equal(mine, base[name]):
			form.Values[name] = theirs[name]
			form.Merged = append(form.Merged, name)
		default:
			form.Theirs[name] = theirs[name]
		}
	}
	return v.showEdit(http.StatusConflict, present, form)
}

// retireCase takes a case out of what is found. It stays on record.
func retireCase(v *visit) error {
	version, err := strconv.Atoi(v.c.PostForm("version"))
	if err != nil || version < 1 {
		return corpus.ErrConflict
	}
	w := v.write()
	w.Action = "retire"
	id := v.c.Param("id")
	_, err = v.Store.RetireCase(v.c.Request.Context(), w, id, version)
	done := "retired"
	switch {
	case errors.Is(err, corpus.ErrStale):
		done = "not_retired"
	case err != nil:
		return err
	}
	v.c.Redirect(http.StatusSeeOther, "/cases/"+id+"?done="+done)
	return nil
}
