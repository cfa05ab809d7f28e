package sqlite

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"precedent/corpus"
)

// PutCases implements corpus.Store. The cases go in one after another, so a
// later one may replace an earlier one of the same call.
//
// A case is found by its id first, then by its external id. An id this store
// does not have is kept, so that what was exported elsewhere comes in under
// the ids it is known by. State, audience and external id that are left out
// stay what they are: an import does not bring back what was retired, and does
// not show to agents what was kept for engineers.
func (s *Store) PutCases(ctx context.Context, w corpus.Write, cases []corpus.Case) ([]corpus.Outcome, error) {
	rows := make([]putRow, len(cases))
	for i, c := range cases {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		rows[i] = preparePut(c)
	}
	saved, _, err := record(ctx, s, w, func(t *tx) ([]savedOutcome, error) {
		return t.put(ctx, w, rows)
	})
	if err != nil {
		return nil, err
	}
	outcomes := make([]corpus.Outcome, len(saved))
	for i, o := range saved {
		outcomes[i] = o.Outcome
		if len(o.Refused) > 0 {
			outcomes[i].Err = &corpus.InvalidError{Fields: o.Refused}
		}
	}
	return outcomes, nil
}

// savedOutcome is an outcome that can be kept as a receipt.
type savedOutcome struct {
	corpus.Outcome
	Refused []corpus.FieldError `json:",omitempty"`
}

// putRow is a case to be put, made ready before the write lock is taken.
type putRow struct {
	corpus.Case
	body        string // of Case
	anyState    bool   // no state was given
	anyAudience bool   // no audience was given
	err         error
}

func preparePut(c corpus.Case) putRow {
	row := putRow{Case: clone(c), anyState: c.State == "", anyAudience: c.Audience == ""}
	if row.err = row.Prepare(); row.err != nil {
		return row
	}
	if c.ID != "" && !corpus.ValidID(corpus.CasePrefix, c.ID) {
		row.err = refused("id", "invalid", fmt.Sprintf("%q is not a case id; leave it out and give external_id", c.ID))
		return row
	}
	row.body, row.err = encodeBody(row.Case)
	return row
}

func refused(field, code, message string) *corpus.InvalidError {
	return &corpus.InvalidError{Fields: []corpus.FieldError{{Field: field, Code: code, Message: message}}}
}

// put writes the rows.
func (t *tx) put(ctx context.Context, w corpus.Write, rows []putRow) ([]savedOutcome, error) {
	b, err := t.newBatch(w, rows)
	if err != nil {
		return nil, err
	}
	outcomes := make([]savedOutcome, len(rows))
	for i := range rows {
		outcomes[i].Outcome, err = b.add(rows[i])
		if invalid := (*corpus.InvalidError)(nil); errors.As(err, &invalid) {
			outcomes[i].Refused = invalid.Fields
		} else if err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return outcomes, b.flush()
}

// target is a case as the store has it, or will once the batch is written.
type target struct {
	caseRow
	externalID string
	body       string
	readable   bool // by the caller
	fresh      bool // created by this batch
	changed    bool // by this batch
	moved      bool // its external id changed
}

// batch gathers what PutCases writes, so that it takes few statements.
type batch struct {
	t      *tx
	w      corpus.Write
	action string

	byID       map[string]*target
	byExternal map[string]*target
	nextNo     int64

	changed  []*target
	changes  []any // rows of changes
	versions []any // rows of case_versions
}

// newBatch reads the cases that the rows may replace.
func (t *tx) newBatch(w corpus.Write, rows []putRow) (*batch, error) {
	b := &batch{
		t: t, w: w, action: cmp.Or(w.Action, actionImport),
		byID:       make(map[string]*target, len(rows)),
		byExternal: make(map[string]*target, len(rows)),
		changes:    make([]any, 0, 4*len(rows)),
		versions:   make([]any, 0, 8*len(rows)),
	}
	var ids, externalIDs []string
	for _, r := range rows {
		if r.err == nil && r.ID != "" {
			ids = append(ids, r.ID)
		}
		if r.err == nil && r.ExternalID != "" {
			externalIDs = append(externalIDs, r.ExternalID)
		}
	}
	err := errors.Join(b.read("id", ids), b.read("external_id", externalIDs),
		t.sql.QueryRowContext(t.ctx, "SELECT ifnull(max(no), 0) + 1 FROM cases").Scan(&b.nextNo))
	return b, err
}

func (b *batch) read(column string, values []string) error {
	if len(values) == 0 {
		return nil
	}
	return eachRow(b.t.ctx, b.t.sql, func(row scanner) error {
		var c target
		var createdAt int64
		if err := row.Scan(&c.no, &c.ID, &c.externalID, &c.Version, &c.State, &c.Audience, &createdAt, &c.body); err != nil {
			return err
		}
		if b.byID[c.ID] != nil {
			return nil // found by its id already
		}
		c.CreatedAt = fromMicros(createdAt)
		c.readable = b.w.Caller.MayRead(c.Case)
		b.enter(&c)
		return nil
	}, `SELECT c.no, c.id, ifnull(c.external_id, ''), c.version, c.state, c.audience, c.created_at, v.body
		FROM cases c JOIN case_versions v ON v.seq = c.seq
		WHERE c.`+column+` IN (SELECT value FROM json_each(?))`, list(values))
}

func (b *batch) enter(c *target) {
	b.byID[c.ID] = c
	if c.externalID != "" {
		b.byExternal[c.externalID] = c
	}
}

// add puts one case. The error is a *corpus.InvalidError when it is refused.
func (b *batch) add(r putRow) (corpus.Outcome, error) {
	if r.err != nil {
		return corpus.Outcome{}, r.err
	}
	owner := b.byExternal[r.ExternalID]
	former, field := b.byID[r.ID], "id"
	if former == nil {
		former, field = owner, "external_id"
	}
	switch {
	case former == nil:
		return b.create(r)
	case !former.readable:
		return corpus.Outcome{}, refused(field, "not_allowed", "is that of a case you may not read; have it changed by someone who may")
	case owner != nil && owner != former:
		return corpus.Outcome{}, externalIDTaken(r.ExternalID)
	}
	return b.replace(former, r)
}

func (b *batch) create(r putRow) (corpus.Outcome, error) {
	c := &target{caseRow: caseRow{Case: r.Case, no: b.nextNo}, externalID: r.ExternalID, readable: true, fresh: true}
	b.nextNo++
	c.ID = cmp.Or(r.ID, corpus.NewID(corpus.CasePrefix))
	c.Version, c.CreatedAt = 0, b.t.at
	b.enter(c)
	b.next(c, r)
	return corpus.Outcome{ID: c.ID, Version: c.Version, Seq: c.seq, Created: true, Changed: true}, nil
}

func (b *batch) replace(former *target, r putRow) (corpus.Outcome, error) {
	if err := r.keep(former); err != nil {
		return corpus.Outcome{}, err
	}
	if sameContent(former.body, r.body) {
		return corpus.Outcome{ID: former.ID, Version: former.Version}, nil
	}
	if former.externalID != r.ExternalID {
		delete(b.byExternal, former.externalID)
		former.externalID, former.moved = r.ExternalID, true
	}
	former.State, former.Audience = r.State, r.Audience
	b.enter(former)
	b.next(former, r)
	return corpus.Outcome{ID: former.ID, Version: former.Version, Seq: former.seq, Changed: true}, nil
}

// keep sets what the row leaves out to what the store has.
func (r *putRow) keep(former *target) error {
	state, audience, externalID := r.State, r.Audience, cmp.Or(r.ExternalID, former.externalID)
	if r.anyAudience {
		audience = former.Audience
	}
	// A known case that now has a fix is known no longer, and the reverse.
	if r.anyState && (former.State == corpus.Retired || former.State != corpus.Known && r.Resolution != "") {
		state = former.State
	}
	if state == r.State && audience == r.Audience && externalID == r.ExternalID {
		return nil
	}
	r.State, r.Audience, r.ExternalID = state, audience, externalID
	if state != corpus.Known {
		r.Known = nil
	}
	var err error
	r.body, err = encodeBody(r.Case)
	return err
}

// next makes r the next version of c.
func (b *batch) next(c *target, r putRow) {
	b.t.seq++
	c.Version++
	c.seq, c.body = b.t.seq, r.body
	if !c.changed {
		c.changed = true
		b.changed = append(b.changed, c)
	}
	at := micros(b.t.at)
	b.changes = append(b.changes, c.seq, string(corpus.CaseRecord), c.ID, at)
	b.versions = append(b.versions, c.seq, c.no, c.Version, b.action, b.w.Caller.ID, at, c.body, sum(c.body))
}

// flush writes what was gathered, versions before the cases that point to
// them. External ids that change hands are let go first, as two cases may
// have swapped theirs.
func (b *batch) flush() error {
	if err := b.t.insert("changes", changeColumns, b.changes); err != nil {
		return err
	}
	if err := b.t.insert("case_versions", versionColumns, b.versions); err != nil {
		return err
	}
	var fresh []any
	for _, c := range b.changed {
		if c.fresh {
			fresh = append(fresh, c.no, c.ID, nullable(c.externalID), c.Version,
				string(c.State), string(c.Audience), micros(c.CreatedAt), c.seq)
		} else if c.moved {
			if err := b.t.exec("UPDATE cases SET external_id = NULL WHERE no = ?", c.no); err != nil {
				return err
			}
		}
	}
	for _, c := range b.changed {
		if c.fresh {
			continue
		}
		if err := b.t.exec(updateCase,
			nullable(c.externalID), c.Version, string(c.State), string(c.Audience), c.seq, c.no); err != nil {
			return err
		}
	}
	return b.t.insert("cases", caseColumns, fresh)
}
