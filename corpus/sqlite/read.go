package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"precedent/corpus"
)

// scanner is a row being read.
type scanner interface{ Scan(dest ...any) error }

// querier is the read pool, or a transaction that reads what it wrote.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// each calls fn for every row of a query on the read pool.
func (s *Store) each(ctx context.Context, fn func(scanner) error, query string, args ...any) error {
	return s.readError(eachRow(ctx, s.readers, fn, query, args...))
}

// leaveOut logs a damaged record of several and goes on, so that one does not
// keep the others from being indexed and found. Check tells which it is.
func (s *Store) leaveOut(err error) error {
	if errors.Is(err, ErrDamaged) {
		s.log.Error("a damaged record is left out; doctor tells which", "error", err)
		return nil
	}
	return err
}

func eachRow(ctx context.Context, q querier, fn func(scanner) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// list passes any number of strings as one argument, for
// IN (SELECT value FROM json_each(?)).
func list(values []string) string {
	b, err := json.Marshal(values)
	if err != nil {
		panic(err) // strings always have a JSON form
	}
	return string(b)
}

// inOrder returns the records found, in the order of the ids.
func inOrder[T any](ids []string, found map[string]T) []T {
	out := make([]T, 0, len(found))
	for _, id := range ids {
		if r, ok := found[id]; ok {
			out = append(out, r)
		}
	}
	return out
}

// staffOnly is how complaints and what was said of them are kept from
// customers: to them they are not there.
func staffOnly(who corpus.Caller) error {
	if !who.Staff {
		return corpus.ErrNotFound
	}
	return nil
}
