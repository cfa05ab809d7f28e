package sqlite

import (
	"strings"
)

// The columns of the tables that are written in bulk.
const (
	changeColumns  = "seq, kind, id, at"
	caseColumns    = "no, id, external_id, version, state, audience, created_at, seq"
	versionColumns = "seq, case_no, version, action, by, at, body, sum"
)

// chunks are the numbers of rows that go in with one statement: a few sizes,
// so that each stays prepared.
var chunks = [...]int{64, 8, 1}

// insert adds rows, whose values stand one after another, to a table.
func (t *tx) insert(table, columns string, values []any) error {
	width := strings.Count(columns, ",") + 1
	for _, n := range chunks {
		if len(values) < n*width {
			continue
		}
		row := ", (?" + strings.Repeat(", ?", width-1) + ")"
		query := "INSERT INTO " + table + " (" + columns + ") VALUES " + strings.Repeat(row, n)[2:]
		for ; len(values) >= n*width; values = values[n*width:] {
			if err := t.exec(query, values[:n*width]...); err != nil {
				return err
			}
		}
	}
	return nil
}
