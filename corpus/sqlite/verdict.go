package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"precedent/corpus"
)

const selectVerdict = "SELECT no, case_no, complaint_no, body, sum FROM verdicts "

// verdictRow is a verdict and where it stands.
type verdictRow struct {
	corpus.Verdict
	no          int64
	caseNo      int64
	complaintNo sql.NullInt64
}

func scanVerdict(row scanner) (v verdictRow, err error) {
	var body []byte
	var sum uint32
	if err := row.Scan(&v.no, &v.caseNo, &v.complaintNo, &body, &sum); err != nil {
		return v, err
	}
	return v, decode(body, sum, &v.Verdict)
}

// findVerdict returns a verdict, ErrNotFound to those who may not read what
// it is about.
func findVerdict(ctx context.Context, q querier, who corpus.Caller, id string) (verdictRow, error) {
	v, err := scanVerdict(q.QueryRowContext(ctx, selectVerdict+"WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return v, corpus.ErrNotFound
	}
	if err != nil {
		return v, err
	}
	if v.complaintNo.Valid {
		if err := staffOnly(who); err != nil {
			return v, err
		}
	}
	_, err = findCase(ctx, q, who, v.CaseID)
	return v, err
}

// CreateVerdict implements corpus.Store. Attached is recorded as it comes, and
// may stand more than once; it is ResolveComplaint that links a complaint.
func (s *Store) CreateVerdict(ctx context.Context, w corpus.Write, v corpus.Verdict) (corpus.Receipt, error) {
	v.UndoneAt = nil
	if v.By == "" {
		v.By = w.Caller.ID
	}
	if err := v.Prepare(); err != nil {
		return corpus.Receipt{}, err
	}
	return recordOne(ctx, s, w, func(t *tx) (corpus.Receipt, error) {
		c, err := findCase(t.ctx, t.sql, w.Caller, v.CaseID)
		if err != nil {
			return corpus.Receipt{}, unknown("case_id", v.CaseID, err)
		}
		row := verdictRow{Verdict: v, caseNo: c.no}
		if v.ComplaintID != "" {
			p, err := findComplaint(t.ctx, t.sql, w.Caller, v.ComplaintID)
			if err != nil {
				return corpus.Receipt{}, unknown("complaint_id", v.ComplaintID, err)
			}
			row.complaintNo = sql.NullInt64{Int64: p.no, Valid: true}
		}
		if err := t.withdraw(row); err != nil {
			return corpus.Receipt{}, err
		}
		return t.addVerdict(row)
	})
}

// withdraw takes back the word that v replaces.
func (t *tx) withdraw(v verdictRow) error {
	if v.Verdict.Verdict == corpus.Attached {
		return nil
	}
	about, value := "complaint_no", any(v.complaintNo)
	if v.QueryID != "" {
		about, value = "query_id", v.QueryID
	}
	former, err := t.standing(about+" = ? AND case_no = ? AND verdict <> ?", value, v.caseNo, string(corpus.Attached))
	if err != nil {
		return err
	}
	for _, f := range former {
		if f.By == v.By {
			if err := t.undo(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// addVerdict records a verdict under a new id.
func (t *tx) addVerdict(v verdictRow) (rec corpus.Receipt, err error) {
	v.ID, v.At = corpus.NewID(corpus.VerdictPrefix), t.at
	body, err := encode(v.Verdict)
	if err != nil {
		return rec, err
	}
	rec.ID = v.ID
	if rec.Seq, err = t.change(corpus.VerdictRecord, v.ID); err != nil {
		return rec, err
	}
	return rec, t.exec("INSERT INTO verdicts (id, case_no, complaint_no, query_id, verdict, seq, body, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		v.ID, v.caseNo, v.complaintNo, nullable(v.QueryID), string(v.Verdict.Verdict), rec.Seq, body, sum(body))
}

// UndoVerdict implements corpus.Store. When the verdict was the last standing
// one that attached its case to the complaint it answers, the complaint is
// open again.
func (s *Store) UndoVerdict(ctx context.Context, w corpus.Write, id string) (corpus.Receipt, error) {
	return recordOne(ctx, s, w, func(t *tx) (corpus.Receipt, error) {
		v, err := findVerdict(t.ctx, t.sql, w.Caller, id)
		if err != nil {
			return corpus.Receipt{}, err
		}
		if v.UndoneAt != nil {
			return corpus.Receipt{}, corpus.ErrConflict
		}
		if err := t.undo(v); err != nil {
			return corpus.Receipt{}, err
		}
		if v.complaintNo.Valid && v.Verdict.Verdict == corpus.Attached {
			if err := t.reopen(w, v); err != nil {
				return corpus.Receipt{}, err
			}
		}
		return corpus.Receipt{ID: v.ID, Seq: t.seq}, nil
	})
}

// undo takes a verdict back.
func (t *tx) undo(v verdictRow) error {
	v.UndoneAt = &t.at
	body, err := encode(v.Verdict)
	if err != nil {
		return err
	}
	seq, err := t.change(corpus.VerdictRecord, v.ID)
	if err != nil {
		return err
	}
	return t.exec("UPDATE verdicts SET undone_at = ?, seq = ?, body = ?, sum = ? WHERE no = ?", micros(t.at), seq, body, sum(body), v.no)
}

// reopen opens the complaint of v, which was taken back, unless another
// verdict still attaches the same case or another case answers it.
func (t *tx) reopen(w corpus.Write, v verdictRow) error {
	p, err := findComplaint(t.ctx, t.sql, w.Caller, v.ComplaintID)
	if err != nil || p.CaseID != v.CaseID {
		return err
	}
	still, err := t.attached(p)
	if err != nil || len(still) > 0 {
		return err
	}
	return t.setCase(&p, nil, corpus.Open)
}

// attached returns the standing verdicts that attach p to its case.
func (t *tx) attached(p complaintRow) ([]verdictRow, error) {
	return t.standing("complaint_no = ? AND case_no = ? AND verdict = ?", p.no, p.caseNo, string(corpus.Attached))
}

// standing returns the verdicts that a condition selects and nobody took back.
func (t *tx) standing(condition string, args ...any) (verdicts []verdictRow, err error) {
	err = eachRow(t.ctx, t.sql, func(row scanner) error {
		v, err := scanVerdict(row)
		verdicts = append(verdicts, v)
		return err
	}, selectVerdict+"WHERE undone_at IS NULL AND "+condition, args...)
	return verdicts, err
}

// Verdict implements corpus.Store.
func (s *Store) Verdict(ctx context.Context, who corpus.Caller, id string) (corpus.Verdict, error) {
	v, err := findVerdict(ctx, s.readers, who, id)
	return v.Verdict, s.readError(err)
}

// Tallies implements corpus.Store. Every case the caller may read has an
// entry, also one of which nothing was said yet.
func (s *Store) Tallies(ctx context.Context, who corpus.Caller, caseIDs []string) (map[string]corpus.Tally, error) {
	tallies := make(map[string]corpus.Tally, len(caseIDs))
	err := s.each(ctx, func(row scanner) error {
		var c corpus.Case
		var kind sql.NullString
		var n int
		if err := row.Scan(&c.ID, &c.State, &c.Audience, &kind, &n); err != nil {
			return err
		}
		if !who.MayRead(c) {
			return nil
		}
		t := tallies[c.ID]
		switch corpus.VerdictKind(kind.String) {
		case corpus.Helped:
			t.Helped = n
		case corpus.NotHelped:
			t.NotHelped = n
		case corpus.Attached:
			t.Attached = n
		case corpus.Dismissed:
			t.Dismissed = n
		}
		tallies[c.ID] = t
		return nil
	}, `SELECT c.id, c.state, c.audience, v.verdict, count(v.verdict)
		FROM cases c LEFT JOIN verdicts v ON v.case_no = c.no AND v.undone_at IS NULL
		WHERE c.id IN (SELECT value FROM json_each(?))
		GROUP BY c.no, v.verdict`, list(caseIDs))
	return tallies, err
}
