package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"precedent/corpus"
)

const selectComplaint = "SELECT no, seq, case_no, body, sum FROM complaints "

// complaintRow is a complaint and where it stands.
type complaintRow struct {
	corpus.Complaint
	no     int64
	seq    int64 // of its newest change
	caseNo sql.NullInt64
}

func scanComplaint(row scanner) (p complaintRow, err error) {
	var body []byte
	var sum uint32
	if err := row.Scan(&p.no, &p.seq, &p.caseNo, &body, &sum); err != nil {
		return p, err
	}
	return p, decode(body, sum, &p.Complaint)
}

// findComplaint returns a complaint, ErrNotFound to those who may not read it.
func findComplaint(ctx context.Context, q querier, who corpus.Caller, id string) (complaintRow, error) {
	if err := staffOnly(who); err != nil {
		return complaintRow{}, err
	}
	p, err := scanComplaint(q.QueryRowContext(ctx, selectComplaint+"WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return p, corpus.ErrNotFound
	}
	return p, err
}

// CreateComplaint implements corpus.Store.
func (s *Store) CreateComplaint(ctx context.Context, w corpus.Write, p corpus.Complaint) (corpus.Receipt, error) {
	p.Status, p.CaseID = corpus.Open, ""
	if err := p.Prepare(); err != nil {
		return corpus.Receipt{}, err
	}
	return recordOne(ctx, s, w, func(t *tx) (rec corpus.Receipt, err error) {
		p.ID = corpus.NewID(corpus.ComplaintPrefix)
		p.CreatedAt, p.UpdatedAt = t.at, t.at
		body, err := encode(p)
		if err != nil {
			return rec, err
		}
		rec.ID = p.ID
		if rec.Seq, err = t.change(corpus.ComplaintRecord, p.ID); err != nil {
			return rec, err
		}
		return rec, t.exec("INSERT INTO complaints (id, seq, body, sum) VALUES (?, ?, ?, ?)", p.ID, rec.Seq, body, sum(body))
	})
}

// setCase records which case a complaint is about, nil for none, and with
// that whether it is answered.
func (t *tx) setCase(p *complaintRow, c *caseRow, status corpus.Status) (err error) {
	p.Status, p.CaseID, p.caseNo = status, "", sql.NullInt64{}
	if c != nil {
		p.CaseID, p.caseNo = c.ID, sql.NullInt64{Int64: c.no, Valid: true}
	}
	p.UpdatedAt = t.at
	body, err := encode(p.Complaint)
	if err != nil {
		return err
	}
	if p.seq, err = t.change(corpus.ComplaintRecord, p.ID); err != nil {
		return err
	}
	return t.exec("UPDATE complaints SET case_no = ?, seq = ?, body = ?, sum = ? WHERE no = ?", p.caseNo, p.seq, body, sum(body), p.no)
}

// Complaint implements corpus.Store.
func (s *Store) Complaint(ctx context.Context, who corpus.Caller, id string) (corpus.Complaint, error) {
	p, err := findComplaint(ctx, s.readers, who, id)
	return p.Complaint, s.readError(err)
}

// Complaints implements corpus.Store. To customers there are none.
func (s *Store) Complaints(ctx context.Context, who corpus.Caller, ids []string) ([]corpus.Complaint, error) {
	if !who.Staff {
		return nil, nil
	}
	found := make(map[string]corpus.Complaint, len(ids))
	err := s.each(ctx, func(row scanner) error {
		p, err := scanComplaint(row)
		if err == nil {
			found[p.ID] = p.Complaint
		}
		return s.leaveOut(err)
	}, selectComplaint+"WHERE id IN (SELECT value FROM json_each(?))", list(ids))
	return inOrder(ids, found), err
}
