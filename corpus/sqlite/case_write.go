package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"precedent/corpus"
)

// What CaseVersion.Action says when Write.Action does not.
const (
	actionCreate  = "create"
	actionUpdate  = "update"
	actionImport  = "import"
	actionRetire  = "retire"
	actionResolve = "resolve"
)

// CreateCase implements corpus.Store.
func (s *Store) CreateCase(ctx context.Context, w corpus.Write, c corpus.Case) (corpus.Receipt, error) {
	c = clone(c)
	if err := c.Prepare(); err != nil {
		return corpus.Receipt{}, err
	}
	return recordOne(ctx, s, w, func(t *tx) (corpus.Receipt, error) {
		row, err := t.createCase(w, cmp.Or(w.Action, actionCreate), c)
		return receipt(row), err
	})
}

// UpdateCase implements corpus.Store. An empty external id leaves the case the
// one it has, so that it is still recognised when it is imported again.
func (s *Store) UpdateCase(ctx context.Context, w corpus.Write, c corpus.Case, ifVersion int) (corpus.Receipt, error) {
	c = clone(c)
	if err := c.Prepare(); err != nil {
		return corpus.Receipt{}, err
	}
	return recordOne(ctx, s, w, func(t *tx) (corpus.Receipt, error) {
		row, err := findCase(t.ctx, t.sql, w.Caller, c.ID)
		if err != nil {
			return corpus.Receipt{}, err
		}
		if row.Version != ifVersion {
			return corpus.Receipt{}, corpus.ErrStale
		}
		c.ExternalID = cmp.Or(c.ExternalID, row.ExternalID)
		row, err = t.replaceCase(w, cmp.Or(w.Action, actionUpdate), row, c)
		return receipt(row), err
	})
}

// RetireCase implements corpus.Store. A case that is retired already is left
// as it is.
func (s *Store) RetireCase(ctx context.Context, w corpus.Write, id string, ifVersion int) (corpus.Receipt, error) {
	return recordOne(ctx, s, w, func(t *tx) (corpus.Receipt, error) {
		row, err := findCase(t.ctx, t.sql, w.Caller, id)
		if err != nil {
			return corpus.Receipt{}, err
		}
		if ifVersion != 0 && row.Version != ifVersion {
			return corpus.Receipt{}, corpus.ErrStale
		}
		if row.State == corpus.Retired {
			return receipt(row), nil
		}
		c := row.Case
		c.State, c.Known = corpus.Retired, nil
		row, err = t.replaceCase(w, cmp.Or(w.Action, actionRetire), row, c)
		return receipt(row), err
	})
}

func receipt(c caseRow) corpus.Receipt {
	return corpus.Receipt{ID: c.ID, Version: c.Version, Seq: c.seq}
}

// createCase writes the first version of a case under a new id.
func (t *tx) createCase(w corpus.Write, action string, c corpus.Case) (caseRow, error) {
	c.ID = corpus.NewID(corpus.CasePrefix)
	c.Version, c.CreatedAt, c.UpdatedAt = 1, t.at, t.at
	row := caseRow{Case: c}
	if err := t.externalIDFree(c); err != nil {
		return row, err
	}
	if err := t.sql.QueryRowContext(t.ctx, "SELECT ifnull(max(no), 0) + 1 FROM cases").Scan(&row.no); err != nil {
		return row, err
	}
	var err error
	if row.seq, err = t.change(corpus.CaseRecord, c.ID); err != nil {
		return row, err
	}
	if err := t.addVersion(w, action, row); err != nil {
		return row, err
	}
	return row, t.insert("cases", caseColumns, []any{
		row.no, c.ID, nullable(c.ExternalID), c.Version, string(c.State), string(c.Audience), micros(t.at), row.seq,
	})
}

// replaceCase makes c the next version of the case in former.
func (t *tx) replaceCase(w corpus.Write, action string, former caseRow, c corpus.Case) (caseRow, error) {
	c.ID, c.Version = former.ID, former.Version+1
	c.CreatedAt, c.UpdatedAt = former.CreatedAt, t.at
	row := caseRow{Case: c, no: former.no}
	if err := t.externalIDFree(c); err != nil {
		return row, err
	}
	var err error
	if row.seq, err = t.change(corpus.CaseRecord, c.ID); err != nil {
		return row, err
	}
	if err := t.addVersion(w, action, row); err != nil {
		return row, err
	}
	return row, t.exec(updateCase,
		nullable(c.ExternalID), c.Version, string(c.State), string(c.Audience), row.seq, row.no)
}

const updateCase = "UPDATE cases SET external_id = ?, version = ?, state = ?, audience = ?, seq = ? WHERE no = ?"

func (t *tx) addVersion(w corpus.Write, action string, row caseRow) error {
	body, err := encodeBody(row.Case)
	if err != nil {
		return err
	}
	return t.insert("case_versions", versionColumns, []any{
		row.seq, row.no, row.Version, action, w.Caller.ID, micros(t.at), body, sum(body),
	})
}

// externalIDFree fails when another case than c has c's external id.
func (t *tx) externalIDFree(c corpus.Case) error {
	if c.ExternalID == "" {
		return nil
	}
	var id string
	err := t.sql.QueryRowContext(t.ctx, "SELECT id FROM cases WHERE external_id = ?", c.ExternalID).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) || err == nil && id == c.ID {
		return nil
	}
	if err != nil {
		return err
	}
	return externalIDTaken(c.ExternalID)
}

// externalIDTaken is both an ErrConflict and a *corpus.InvalidError.
func externalIDTaken(externalID string) error {
	return fmt.Errorf("%w: %w", corpus.ErrConflict, refused("external_id", "not_allowed",
		fmt.Sprintf("another case has the external id %q; give another one or change that case", externalID)))
}

// nullable keeps the empty string out of a unique column.
func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}
