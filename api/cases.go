package api

import (
	"net/http"
	"strings"

	"precedent/corpus"
)

// written is the answer to a write of a case.
type written struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Seq     int64  `json:"seq"` // give it as min_seq to a search that must see the write
	// Warnings are what the writer should know though the case is recorded.
	Warnings []FieldProblem `json:"warnings,omitempty"`
}

func (s *Server) createCase(c *call) (answer, error) {
	k := readCase(c.fields)
	c.fields.readOnly("id", "version", "created_at", "updated_at")
	if err := c.fields.err(); err != nil {
		return answer{}, err
	}
	w, err := c.write("create")
	if err != nil {
		return answer{}, err
	}
	rec, err := s.store.CreateCase(c.ctx, w, k)
	if err != nil {
		return answer{}, err
	}
	a := caseWritten(http.StatusCreated, rec, s.warnings(c, &k)...)
	a.location = apiRoot + "/cases/" + rec.ID
	return a, nil
}

func caseWritten(status int, rec corpus.Receipt, warnings ...FieldProblem) answer {
	return answer{
		status: status, version: rec.Version, replayed: rec.Replayed,
		body: written{ID: rec.ID, Version: rec.Version, Seq: rec.Seq, Warnings: warnings},
	}
}

// warnings tells in the reader's language that a case whose fix says nothing
// is recorded but not found. k is nil where no case was written.
func (s *Server) warnings(c *call, k *corpus.Case) []FieldProblem {
	if k == nil {
		return nil
	}
	masked, _ := corpus.Mask(k.Resolution)
	if !corpus.SaysNothing(masked) {
		return nil
	}
	f := fault{field: "resolution", code: "says_nothing"}
	in := s.locales.of(c.http.Header.Get("Accept-Language"))
	return []FieldProblem{{Field: f.field, Code: f.code, Message: in.fault(f)}}
}

func (s *Server) showCase(c *call) (answer, error) {
	k, err := s.caseOf(c)
	if err != nil {
		return answer{}, err
	}
	k.Wordings = list(k.Wordings)
	return answer{status: http.StatusOK, version: k.Version, body: k}, nil
}

// caseOf is the case that the path names.
func (s *Server) caseOf(c *call) (corpus.Case, error) {
	if !corpus.ValidID(corpus.CasePrefix, c.id) {
		return corpus.Case{}, fail(notFound, "detail.case_id")
	}
	k, err := s.store.Case(c.ctx, c.who, c.id)
	return k, nameMissing(err, "detail.case_id")
}

// replaceCase takes what GET gave, changed, together with its ETag.
func (s *Server) replaceCase(c *call) (answer, error) {
	version, err := c.ifMatch()
	if err == nil && version == 0 {
		err = fail(versionRequired, "")
	}
	if err != nil {
		return answer{}, err
	}
	present, err := s.caseOf(c)
	if err != nil {
		return answer{}, err
	}
	k := readCase(c.fields)
	c.fields.keeps(present)
	if err := c.fields.err(); err != nil {
		return answer{}, err
	}
	k.ID, k.ExternalID = present.ID, present.ExternalID
	keepStanding(&k, present)
	w, err := c.write("update")
	if err != nil {
		return answer{}, err
	}
	rec, err := s.store.UpdateCase(c.ctx, w, k, version)
	if err != nil {
		return answer{}, nameMissing(err, "detail.case_id")
	}
	return caseWritten(http.StatusOK, rec, s.warnings(c, &k)...), nil
}

// keepStanding leaves a case in its state and for its audience where a change
// does not name them: a default would put back what was retired, publish a
// draft or show engineers' notes to agents. Only a known case that is given
// its fix becomes what the default makes of it.
func keepStanding(k *corpus.Case, present corpus.Case) {
	fixed := present.State == corpus.Known && strings.TrimSpace(k.Resolution) != ""
	if k.State == "" && !fixed {
		k.State = present.State
	}
	if k.Audience == "" {
		k.Audience = present.Audience
	}
}

func (s *Server) retireCase(c *call) (answer, error) {
	version, err := c.ifMatch()
	if err != nil {
		return answer{}, err
	}
	if !corpus.ValidID(corpus.CasePrefix, c.id) {
		return answer{}, fail(notFound, "detail.case_id")
	}
	w, err := c.write("retire")
	if err != nil {
		return answer{}, err
	}
	rec, err := s.store.RetireCase(c.ctx, w, c.id, version)
	if err != nil {
		return answer{}, nameMissing(err, "detail.case_id")
	}
	return caseWritten(http.StatusOK, rec), nil
}

func (s *Server) caseHistory(c *call) (answer, error) {
	if !corpus.ValidID(corpus.CasePrefix, c.id) {
		return answer{}, fail(notFound, "detail.case_id")
	}
	versions, err := s.store.CaseHistory(c.ctx, c.who, c.id)
	if err != nil {
		return answer{}, nameMissing(err, "detail.case_id")
	}
	for i := range versions {
		versions[i].Case.Wordings = list(versions[i].Case.Wordings)
	}
	return answer{status: http.StatusOK, body: map[string]any{"versions": versions}}, nil
}
