package sqlite

import (
	"context"
	"errors"
	"fmt"

	"precedent/corpus"
)

// maxFindings bounds what Check reports: a damaged disk can break every row.
const maxFindings = 100

// rules are what the tables must keep to beyond what SQLite itself checks.
// Each query returns a line for every breach.
var rules = [...]string{
	`SELECT 'change ' || seq || ' is missing or the one before it' FROM
		(SELECT seq, row_number() OVER (ORDER BY seq) AS place FROM changes) WHERE seq <> place`,
	`SELECT 'case ' || c.id || ' does not point to its newest version' FROM cases c
		LEFT JOIN case_versions v ON v.seq = c.seq
		WHERE v.case_no IS NOT c.no OR v.version IS NOT c.version
		OR v.version <> (SELECT max(version) FROM case_versions WHERE case_no = c.no)`,
	`SELECT 'case ' || c.id || ' lacks former versions' FROM cases c
		WHERE (SELECT count(*) FROM case_versions WHERE case_no = c.no) <> c.version`,
	`SELECT 'version ' || v.version || ' of case ' || c.id || ' has the change of another record'
		FROM case_versions v JOIN cases c ON c.no = v.case_no JOIN changes h ON h.seq = v.seq
		WHERE h.kind <> 'case' OR h.id <> c.id OR h.at <> v.at`,
	`SELECT 'complaint ' || p.id || ' has the change of another record'
		FROM complaints p JOIN changes h ON h.seq = p.seq WHERE h.kind <> 'complaint' OR h.id <> p.id`,
	`SELECT 'verdict ' || v.id || ' has the change of another record'
		FROM verdicts v JOIN changes h ON h.seq = v.seq WHERE h.kind <> 'verdict' OR h.id <> v.id`,
	`SELECT 'change ' || h.seq || ' is of the ' || h.kind || ' ' || h.id || ', which is missing' FROM changes h
		WHERE NOT EXISTS (SELECT 1 FROM cases WHERE id = h.id AND h.kind = 'case')
		AND NOT EXISTS (SELECT 1 FROM complaints WHERE id = h.id AND h.kind = 'complaint')
		AND NOT EXISTS (SELECT 1 FROM verdicts WHERE id = h.id AND h.kind = 'verdict')`,
	`SELECT 'the store has no ' || name FROM (SELECT 'epoch' AS name UNION ALL SELECT 'secret')
		WHERE NOT EXISTS (SELECT 1 FROM meta WHERE key = name AND length(value) > 0)`,
}

// Check implements corpus.Store. The error joins one ErrDamaged for each
// thing that is wrong, up to 100.
func (s *Store) Check(ctx context.Context) error {
	tx, err := s.readers.BeginTx(ctx, nil) // one moment for all of it
	if err != nil {
		return s.readError(err)
	}
	defer tx.Rollback()
	c := checker{ctx: ctx, q: tx}
	c.lines(`SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'`)
	c.lines(`SELECT 'row ' || ifnull(rowid, '?') || ' of ' || "table" || ' names a missing row of ' || parent FROM pragma_foreign_key_check`)
	for _, rule := range rules {
		c.lines(rule)
	}
	c.records()
	if err := ctx.Err(); err != nil {
		return err
	}
	return errors.Join(c.found...)
}

// checker gathers what is wrong.
type checker struct {
	ctx   context.Context
	q     querier
	found []error
}

func (c *checker) report(what string) {
	if len(c.found) < maxFindings {
		c.found = append(c.found, fmt.Errorf("%w: %s", ErrDamaged, what))
	}
}

// each calls fn for every row. A page that cannot be read is a finding.
func (c *checker) each(fn func(scanner) error, query string) {
	if err := eachRow(c.ctx, c.q, fn, query); err != nil {
		c.report(err.Error())
	}
}

// lines reports every line that the query returns.
func (c *checker) lines(query string) {
	c.each(func(row scanner) error {
		var line string
		err := row.Scan(&line)
		if err == nil {
			c.report(line)
		}
		return err
	}, query)
}

// records reads every record and compares it with its columns.
func (c *checker) records() {
	c.each(c.version, `SELECT c.id, v.version, v.seq = c.seq, c.state, c.audience, ifnull(c.external_id, ''), v.body, v.sum
		FROM cases c JOIN case_versions v ON v.case_no = c.no`)
	c.each(c.complaint, `SELECT p.id, ifnull(c.id, ''), p.body, p.sum
		FROM complaints p LEFT JOIN cases c ON c.no = p.case_no`)
	c.each(c.verdict, `SELECT v.id, ifnull(c.id, ''), ifnull(p.id, ''), ifnull(v.query_id, ''), v.verdict, v.undone_at IS NOT NULL, v.body, v.sum
		FROM verdicts v LEFT JOIN cases c ON c.no = v.case_no LEFT JOIN complaints p ON p.no = v.complaint_no`)
}

func (c *checker) version(row scanner) error {
	var id, state, audience, externalID string
	var version int
	var newest bool
	var body []byte
	var sum uint32
	if err := row.Scan(&id, &version, &newest, &state, &audience, &externalID, &body, &sum); err != nil {
		return err
	}
	k, err := decodeBody(body, sum)
	filed := string(k.State) == state && string(k.Audience) == audience && k.ExternalID == externalID
	c.filed(fmt.Sprintf("version %d of case %s", version, id), err, filed || !newest)
	return nil
}

func (c *checker) complaint(row scanner) error {
	var id, answer string
	var body []byte
	var sum uint32
	if err := row.Scan(&id, &answer, &body, &sum); err != nil {
		return err
	}
	var p corpus.Complaint
	err := decode(body, sum, &p)
	c.filed("complaint "+id, err, p.ID == id && p.CaseID == answer)
	return nil
}

func (c *checker) verdict(row scanner) error {
	var id, caseID, complaintID, queryID, kind string
	var undone bool
	var body []byte
	var sum uint32
	if err := row.Scan(&id, &caseID, &complaintID, &queryID, &kind, &undone, &body, &sum); err != nil {
		return err
	}
	var v corpus.Verdict
	err := decode(body, sum, &v)
	c.filed("verdict "+id, err, v.ID == id && v.CaseID == caseID && v.ComplaintID == complaintID && v.QueryID == queryID &&
		string(v.Verdict) == kind && (v.UndoneAt != nil) == undone)
	return nil
}

// filed reports a record that cannot be read, or is not what its columns say.
func (c *checker) filed(record string, err error, asColumnsSay bool) {
	if err != nil {
		c.report(record + " is not what was written")
	} else if !asColumnsSay {
		c.report(record + " is not what it is filed under")
	}
}
