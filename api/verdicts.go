package api

import (
	"net/http"

	"precedent/corpus"
)

func (s *Server) createVerdict(c *call) (answer, error) {
	v := readVerdict(c.fields)
	if err := c.fields.err(); err != nil {
		return answer{}, err
	}
	w, err := c.write("create")
	if err != nil {
		return answer{}, err
	}
	rec, err := s.desk.Judge(c.ctx, w, v)
	if err != nil {
		return answer{}, err
	}
	return answer{
		status: http.StatusCreated, location: apiRoot + "/verdicts/" + rec.ID, replayed: rec.Replayed,
		body: map[string]string{"id": rec.ID},
	}, nil
}

// readVerdict reads a verdict on a match of a query or of a complaint.
func readVerdict(f *fields) corpus.Verdict {
	return corpus.Verdict{
		QueryID:     f.text("query_id"),
		ComplaintID: f.text("complaint_id"),
		CaseID:      f.text("case_id"),
		Verdict:     corpus.VerdictKind(f.text("verdict")),
	}
}

func (s *Server) undoVerdict(c *call) (answer, error) {
	if !corpus.ValidID(corpus.VerdictPrefix, c.id) {
		return answer{}, fail(notFound, "detail.verdict_id")
	}
	w, err := c.write("undo")
	if err != nil {
		return answer{}, err
	}
	rec, err := s.store.UndoVerdict(c.ctx, w, c.id)
	if err != nil {
		return answer{}, nameMissing(err, "detail.verdict_id")
	}
	return answer{status: http.StatusNoContent, replayed: rec.Replayed}, nil
}
