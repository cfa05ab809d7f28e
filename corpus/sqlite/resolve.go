package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"precedent/corpus"
)

// ResolveComplaint implements corpus.Store.
//
// A fix that names no product or language takes the complaint's. The receipt
// carries the complaint's id, and the last seq of the transaction, so that
// who waits for it sees all of it.
//
// A complaint linked to the same case already is left as it is, unless it was
// open and the case has a fix by now: then it is answered. When it is linked to
// another case, that link is replaced: the verdicts that attached the former
// case are taken back, and both stay on record. A retired case answers
// nothing: ErrConflict.
func (s *Store) ResolveComplaint(ctx context.Context, w corpus.Write, id string, caseID string, fix *corpus.Case) (corpus.Receipt, error) {
	if (caseID == "") == (fix == nil) {
		return corpus.Receipt{}, refused("case_id", "required",
			"give either the id of the case that answers the complaint or a new fix, not both")
	}
	return recordOne(ctx, s, w, func(t *tx) (corpus.Receipt, error) {
		p, err := findComplaint(t.ctx, t.sql, w.Caller, id)
		if err != nil {
			return corpus.Receipt{}, err
		}
		var c caseRow
		if fix != nil {
			c, err = t.createFix(w, p.Complaint, *fix)
		} else {
			c, err = t.answeringCase(w, caseID)
		}
		if err != nil {
			return corpus.Receipt{}, err
		}
		rec := corpus.Receipt{ID: p.ID, CaseID: c.ID, Version: c.Version, Seq: p.seq}
		status := corpus.Answered
		if fix == nil && c.State == corpus.Known {
			status = corpus.Open
		}
		switch {
		case p.CaseID != c.ID:
			err = t.attach(w, &p, c, status)
		case p.Status == corpus.Open && status == corpus.Answered:
			err = t.setCase(&p, &c, status)
		default:
			return rec, nil
		}
		rec.Seq = t.seq
		return rec, err
	})
}

// attach makes c the case of p in place of the one it has.
func (t *tx) attach(w corpus.Write, p *complaintRow, c caseRow, status corpus.Status) error {
	if p.caseNo.Valid {
		former, err := t.attached(*p)
		if err != nil {
			return err
		}
		for _, v := range former {
			if err := t.undo(v); err != nil {
				return err
			}
		}
	}
	if err := t.setCase(p, &c, status); err != nil {
		return err
	}
	_, err := t.addVerdict(verdictRow{
		Verdict:     corpus.Verdict{ComplaintID: p.ID, CaseID: c.ID, Verdict: corpus.Attached, By: w.Caller.ID},
		caseNo:      c.no,
		complaintNo: sql.NullInt64{Int64: p.no, Valid: true},
	})
	return err
}

// createFix creates the case that a fix for p makes.
func (t *tx) createFix(w corpus.Write, p corpus.Complaint, fix corpus.Case) (caseRow, error) {
	c := clone(fix)
	if len(c.Products) == 0 && p.Product != "" {
		c.Products = []string{p.Product}
	}
	c.Language = cmp.Or(c.Language, p.Language)
	if !slices.Contains(c.Wordings, p.Text) {
		c.Wordings = append([]string{p.Text}, c.Wordings...)
	}
	if err := c.Prepare(); err != nil {
		return caseRow{}, err
	}
	if c.Resolution == "" {
		return caseRow{}, refused("resolution", "required", "a fix needs one; say what solved it, or attach the id of a known case")
	}
	return t.createCase(w, cmp.Or(w.Action, actionResolve), c)
}

// answeringCase returns a case that may answer a complaint.
func (t *tx) answeringCase(w corpus.Write, id string) (caseRow, error) {
	c, err := findCase(t.ctx, t.sql, w.Caller, id)
	if err != nil {
		return c, unknown("case_id", id, err)
	}
	if c.State == corpus.Retired {
		return c, fmt.Errorf("%w: the case %s is retired; attach a case in use or record a new fix", corpus.ErrConflict, id)
	}
	return c, nil
}

// unknown names the field whose record is not found: the error is both an
// ErrNotFound and a *corpus.InvalidError.
func unknown(field, id string, err error) error {
	if !errors.Is(err, corpus.ErrNotFound) {
		return err
	}
	return fmt.Errorf("%w: %w", err, refused(field, "invalid", fmt.Sprintf("there is no %q; give the id of one there is", id)))
}
