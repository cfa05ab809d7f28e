package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"precedent/corpus"
)

// selectCase reads cases with their present content, see scanCase.
const selectCase = `SELECT c.no, c.id, c.version, c.state, c.audience, c.created_at, c.seq, v.at, v.body, v.sum
	FROM cases c JOIN case_versions v ON v.seq = c.seq `

// caseRow is a case and where it stands.
type caseRow struct {
	corpus.Case
	no  int64 // its place in the order of creation
	seq int64 // of its present version
}

// scanCase reads a row of selectCase. ok is false, and only no and seq are
// filled in, when it is a case that who may not read.
func scanCase(row scanner, who corpus.Caller) (c caseRow, ok bool, err error) {
	var createdAt, updatedAt int64
	var body []byte
	var sum uint32
	var head corpus.Case
	err = row.Scan(&c.no, &head.ID, &head.Version, &head.State, &head.Audience, &createdAt, &c.seq, &updatedAt, &body, &sum)
	if err != nil || !who.MayRead(head) {
		return c, false, err
	}
	if c.Case, err = decodeBody(body, sum); err != nil {
		return c, false, err
	}
	c.ID, c.Version = head.ID, head.Version
	c.CreatedAt, c.UpdatedAt = fromMicros(createdAt), fromMicros(updatedAt)
	return c, true, nil
}

// findCase returns a case that who may read, else ErrNotFound.
func findCase(ctx context.Context, q querier, who corpus.Caller, id string) (caseRow, error) {
	c, ok, err := scanCase(q.QueryRowContext(ctx, selectCase+"WHERE c.id = ?", id), who)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !ok {
		return c, corpus.ErrNotFound
	}
	return c, err
}

// Case implements corpus.Store.
func (s *Store) Case(ctx context.Context, who corpus.Caller, id string) (corpus.Case, error) {
	c, err := findCase(ctx, s.readers, who, id)
	return c.Case, s.readError(err)
}

// Cases implements corpus.Store.
func (s *Store) Cases(ctx context.Context, who corpus.Caller, ids []string) ([]corpus.Case, error) {
	found := make(map[string]corpus.Case, len(ids))
	err := s.each(ctx, func(row scanner) error {
		c, ok, err := scanCase(row, who)
		if ok {
			found[c.ID] = c.Case
		}
		return s.leaveOut(err)
	}, selectCase+"WHERE c.id IN (SELECT value FROM json_each(?))", list(ids))
	return inOrder(ids, found), err
}

// CaseHistory implements corpus.Store.
func (s *Store) CaseHistory(ctx context.Context, who corpus.Caller, id string) ([]corpus.CaseVersion, error) {
	c, err := findCase(ctx, s.readers, who, id)
	if err != nil {
		return nil, s.readError(err)
	}
	var history []corpus.CaseVersion
	err = s.each(ctx, func(row scanner) error {
		var v corpus.CaseVersion
		var version int
		var at int64
		var body []byte
		var sum uint32
		if err := row.Scan(&version, &v.Action, &v.By, &at, &body, &sum); err != nil {
			return err
		}
		former, err := decodeBody(body, sum)
		if err != nil {
			return err
		}
		v.Case, v.At = former, fromMicros(at)
		v.Case.ID, v.Case.Version = id, version
		v.Case.CreatedAt, v.Case.UpdatedAt = c.CreatedAt, v.At
		if who.MayRead(v.Case) {
			history = append(history, v)
		}
		return nil
	}, "SELECT version, action, by, at, body, sum FROM case_versions WHERE case_no = ? ORDER BY version DESC", c.no)
	return history, err
}

// casePage is how many cases EachCase reads at a time. A page is read before
// fn sees it, so that a slow fn holds no snapshot of the file open.
const casePage = 500

// EachCase implements corpus.Store. Each page is of one moment; a case
// changed while EachCase runs is seen before or after the change.
func (s *Store) EachCase(ctx context.Context, who corpus.Caller, fn func(corpus.Case) error) error {
	page := make([]corpus.Case, 0, casePage)
	for last, full := int64(0), true; full; {
		page = page[:0]
		rows := 0
		err := s.each(ctx, func(row scanner) error {
			c, ok, err := scanCase(row, who)
			if ok {
				page = append(page, c.Case)
			}
			last = c.no
			rows++
			return err
		}, selectCase+"WHERE c.no > ? ORDER BY c.no LIMIT ?", last, casePage)
		if err != nil {
			return err
		}
		full = rows == casePage
		for _, c := range page {
			if err := fn(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// CountCases implements corpus.Store.
func (s *Store) CountCases(ctx context.Context) (map[corpus.State]int, error) {
	counts := make(map[corpus.State]int, len(corpus.States))
	for _, state := range corpus.States {
		counts[state] = 0
	}
	err := s.each(ctx, func(row scanner) error {
		var state corpus.State
		var n int
		err := row.Scan(&state, &n)
		counts[state] = n
		return err
	}, "SELECT state, count(*) FROM cases GROUP BY state")
	return counts, err
}
