// Package desk is what happens to a complaint between the caller's first
// sentence and the answer: it is taken in, answered by a case that is known or
// by a new fix, and people say what came of each match.
package desk

import (
	"context"
	"fmt"

	"precedent/corpus"
	"precedent/search"
)

// Desk joins the store, where everything is recorded, and the search engine.
type Desk struct {
	store  corpus.Store
	engine *search.Engine
}

// New returns a desk over the store and the engine that searches it.
func New(store corpus.Store, engine *search.Engine) *Desk {
	return &Desk{store: store, engine: engine}
}

// Intake records a complaint and searches for the cases that answer it. The
// complaint is durable when Intake returns without an error; a search that
// fails afterwards is reported as searchErr and loses nothing.
func (d *Desk) Intake(ctx context.Context, w corpus.Write, p corpus.Complaint) (rec corpus.Receipt, found search.Response, searchErr, err error) {
	w.Action = "create"
	if rec, err = d.store.CreateComplaint(ctx, w, p); err != nil {
		return rec, found, nil, err
	}
	found, searchErr = d.engine.Search(ctx, w.Caller, search.Request{Text: p.Text, Product: p.Product})
	return rec, found, searchErr, nil
}

// Resolve marks a complaint answered: by the case caseID, or by fix, which
// becomes a new case with the complaint's text as its first wording.
func (d *Desk) Resolve(ctx context.Context, w corpus.Write, complaintID, caseID string, fix *corpus.Case) (corpus.Receipt, error) {
	w.Action = "resolve"
	return d.store.ResolveComplaint(ctx, w, complaintID, caseID, fix)
}

// Judge records a verdict on a match of a query or of a complaint.
func (d *Desk) Judge(ctx context.Context, w corpus.Write, v corpus.Verdict) (corpus.Receipt, error) {
	if v.QueryID != "" && !d.engine.KnowsQuery(v.QueryID) {
		return corpus.Receipt{}, &corpus.InvalidError{Fields: []corpus.FieldError{{
			Field: "query_id", Code: "invalid",
			Message: fmt.Sprintf("no search was answered under %q; give the query_id of an answer", v.QueryID),
		}}}
	}
	w.Action = "create"
	return d.store.CreateVerdict(ctx, w, v)
}
