package api

import (
	"math"

	"precedent/corpus"
)

// readCase reads the fields of a case that a caller may set. What they must be
// is the corpus's to say; here it is only their types.
func readCase(f *fields) corpus.Case {
	return corpus.Case{
		ExternalID:     f.text("external_id"),
		State:          corpus.State(f.text("state")),
		Title:          f.text("title"),
		Wordings:       f.texts("wordings"),
		Resolution:     f.text("resolution"),
		ResolutionKind: corpus.ResolutionKind(f.text("resolution_kind")),
		Cause:          f.text("cause"),
		Products:       f.oneOrMore("product", "products"),
		Models:         f.oneOrMore("model", "models"),
		Versions:       f.texts("versions"),
		VerifiedOn:     f.texts("verified_on"),
		Known:          readKnown(f.object("known")),
		Language:       f.text("language"),
		Tags:           f.texts("tags"),
		Audience:       corpus.Audience(f.text("audience")),
		Author:         f.text("author"),
		Reviewer:       f.text("reviewer"),
		ResolvedAt:     f.instant("resolved_at"),
	}
}

func readKnown(f *fields) *corpus.KnownCase {
	if f == nil {
		return nil
	}
	defer f.unknown()
	return &corpus.KnownCase{
		Handler: f.text("handler"), DueAt: f.instant("due_at"), TellCustomer: f.text("tell_customer"),
	}
}

// oneOrMore reads a list of texts, or the one text that is short for it.
func (f *fields) oneOrMore(one, more string) []string {
	if !f.has(one) {
		return f.texts(more)
	}
	if f.has(more) {
		f.refuse(one, "not_with", "other", more)
	}
	f.read[more] = true
	return []string{f.text(one)}
}

// readOnly refuses fields that only the server sets.
func (f *fields) readOnly(names ...string) {
	for _, name := range names {
		if f.has(name) {
			f.read[name] = true
			f.refuse(name, "read_only")
		}
	}
}

// keeps accepts the read-only fields as GET gave them, so that what was read
// can be sent back; the id must be the case's, and so must the external id,
// by which imports find it.
func (f *fields) keeps(present corpus.Case) {
	if id := f.text("id"); f.has("id") && id != present.ID {
		f.refuse("id", "other_record")
	}
	if id := f.text("external_id"); f.has("external_id") && id != present.ExternalID {
		f.refuse("external_id", "fixed")
	}
	f.whole("version", 0, math.MaxInt32)
	f.instant("created_at")
	f.instant("updated_at")
}
