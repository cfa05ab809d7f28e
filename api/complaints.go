package api

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"precedent/api/cause"
	"precedent/corpus"
)

// taken is the answer to a complaint: it is recorded, and these cases may
// answer it.
type taken struct {
	ID  string `json:"id"`
	Seq int64  `json:"seq"`
	// SearchFailed says that the complaint is recorded but could not be searched for.
	SearchFailed bool `json:"search_failed,omitempty"`
	SearchAnswer
}

func (s *Server) createComplaint(c *call) (answer, error) {
	p := corpus.Complaint{
		Text:     c.fields.required("text", corpus.MaxText),
		Channel:  c.fields.text("channel"),
		Product:  c.fields.text("product"),
		Customer: c.fields.text("customer"),
	}
	if err := c.fields.err(); err != nil {
		return answer{}, err
	}
	w, err := c.write("create")
	if err != nil {
		return answer{}, err
	}
	rec, resp, searchErr, err := s.desk.Intake(c.ctx, w, p)
	if err != nil {
		return answer{}, err
	}
	s.searches.measure(c.ctx, resp, searchErr, resp.Took)
	if searchErr != nil && cause.Of(c.ctx, searchErr) != cause.ClientGone {
		s.logger.ErrorContext(c.ctx, "complaint recorded but not searched for", "complaint", rec.ID, "err", searchErr)
	}
	return answer{
		status: http.StatusCreated, location: apiRoot + "/complaints/" + rec.ID, replayed: rec.Replayed,
		body: taken{ID: rec.ID, Seq: rec.Seq, SearchFailed: searchErr != nil, SearchAnswer: NewSearchAnswer(resp)},
	}, nil
}

func (s *Server) showComplaint(c *call) (answer, error) {
	if !corpus.ValidID(corpus.ComplaintPrefix, c.id) {
		return answer{}, fail(notFound, "detail.complaint_id")
	}
	p, err := s.store.Complaint(c.ctx, c.who, c.id)
	if err != nil {
		return answer{}, nameMissing(err, "detail.complaint_id")
	}
	return answer{status: http.StatusOK, body: p}, nil
}

// resolved is the answer to a resolution: the case that answers the complaint.
type resolved struct {
	CaseID  string `json:"case_id"`
	Version int    `json:"version"`
	Seq     int64  `json:"seq"`
	// Warnings are what the writer should know though the fix is recorded.
	Warnings []FieldProblem `json:"warnings,omitempty"`
}

// resolveComplaint takes the id of the case that fixed it, or a new fix.
func (s *Server) resolveComplaint(c *call) (answer, error) {
	if !corpus.ValidID(corpus.ComplaintPrefix, c.id) {
		return answer{}, fail(notFound, "detail.complaint_id")
	}
	caseID, fix := readResolution(c.fields)
	if err := c.fields.err(); err != nil {
		return answer{}, err
	}
	w, err := c.write("resolve")
	if err != nil {
		return answer{}, err
	}
	rec, err := s.desk.Resolve(c.ctx, w, c.id, caseID, fix)
	if err != nil {
		return answer{}, nameMissing(err, "detail.complaint_id")
	}
	return answer{
		status: http.StatusCreated, location: apiRoot + "/cases/" + rec.CaseID, version: rec.Version, replayed: rec.Replayed,
		body: resolved{CaseID: rec.CaseID, Version: rec.Version, Seq: rec.Seq, Warnings: s.warnings(c, fix)},
	}, nil
}

// readResolution reads either the case that answers a complaint or a new fix,
// which must say something: a complaint is not answered by an empty case.
func readResolution(f *fields) (caseID string, fix *corpus.Case) {
	if !f.has("case_id") {
		k := readCase(f)
		raw, given := f.values["resolution"]
		if said, ok := raw.(string); !given || ok && strings.TrimSpace(said) == "" {
			f.note(fault{field: "resolution", code: "required", key: "field.required.fix"})
		}
		f.readOnly("id", "version", "created_at", "updated_at")
		return "", &k
	}
	caseID = f.required("case_id", corpus.MaxLine)
	var others []string
	for name := range f.values {
		if name != "case_id" {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	for _, name := range others {
		f.read[name] = true
		f.refuse(name, "not_with", "other", "case_id")
	}
	return caseID, nil
}

// nameMissing has a record that is not there answered with how its id looks.
func nameMissing(err error, detail string) error {
	var field *corpus.InvalidError // it is a field that names what is missing
	if errors.Is(err, corpus.ErrNotFound) && !errors.As(err, &field) {
		return &failure{kind: notFound, detail: detail, cause: err}
	}
	return err
}
