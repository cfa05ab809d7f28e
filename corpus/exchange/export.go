package exchange

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"time"

	"precedent/corpus"
)

// Source gives the cases that Export writes; a corpus.Store does.
type Source interface {
	EachCase(ctx context.Context, who corpus.Caller, fn func(corpus.Case) error) error
}

// Export writes every case the caller may read, retired ones included, in the
// order of creation, and returns how many. Ids, versions and times of the
// store itself are left out; a case without an external id goes by its own id.
func Export(ctx context.Context, from Source, who corpus.Caller, f Format, w io.Writer) (n int, err error) {
	if err := f.check(); err != nil {
		return 0, err
	}
	out, err := newCaseWriter(ctx, from, who, f, w)
	if err != nil {
		return 0, err
	}
	err = from.EachCase(ctx, who, func(c corpus.Case) error {
		r := recordOf(c)
		if err := out.write(&r); err != nil {
			return fmt.Errorf("case %s: %w", c.ID, err)
		}
		n++
		return nil
	})
	if closeErr := out.close(); err == nil {
		err = closeErr
	}
	return n, err
}

// caseWriter writes records in one format.
type caseWriter interface {
	write(r *record) error
	close() error
}

func newCaseWriter(ctx context.Context, from Source, who corpus.Caller, f Format, w io.Writer) (caseWriter, error) {
	switch f {
	case JSONL:
		return jsonlWriter{bufio.NewWriterSize(w, 64<<10)}, nil
	case CSV:
		// The mark makes Excel read UTF-8.
		if _, err := io.WriteString(w, "\uFEFF"); err != nil {
			return nil, err
		}
		c := csvWriter{csv.NewWriter(w)}
		return c, c.w.Write(writtenNames())
	}
	counts, err := countParts(ctx, from, who)
	if err != nil {
		return nil, err
	}
	return newXLSXWriter(w, counts)
}

// written reports whether a field is a column of what Export writes.
func (f *field) written() bool { return f.name != "external_id" }

func writtenNames() (names []string) {
	for i := range fields {
		if fields[i].written() {
			names = append(names, fields[i].name)
		}
	}
	return names
}

// jsonRow is an exported case, in the order in which it is read best.
type jsonRow struct {
	ID             string     `json:"id"`
	Title          string     `json:"title,omitempty"`
	Complaint      string     `json:"complaint,omitempty"`
	Wordings       []string   `json:"wordings,omitempty"`
	Resolution     string     `json:"resolution,omitempty"`
	ResolutionKind string     `json:"resolution_kind,omitempty"`
	Cause          string     `json:"cause,omitempty"`
	Product        any        `json:"product,omitempty"`
	Model          any        `json:"model,omitempty"`
	Versions       []string   `json:"versions,omitempty"`
	VerifiedOn     []string   `json:"verified_on,omitempty"`
	State          string     `json:"state"`
	Known          any        `json:"known,omitempty"`
	Language       string     `json:"language,omitempty"`
	Tags           []string   `json:"tags,omitempty"`
	Audience       string     `json:"audience"`
	Author         string     `json:"author,omitempty"`
	Reviewer       string     `json:"reviewer,omitempty"`
	ResolvedAt     *time.Time `json:"resolved_at,omitempty"`
}

type jsonlWriter struct{ w *bufio.Writer }

func (j jsonlWriter) write(r *record) error {
	row := jsonRow{
		ID: r.id, Title: r.Title, Complaint: r.complaint, Wordings: r.wordings, Resolution: r.Resolution,
		ResolutionKind: string(r.ResolutionKind), Cause: r.Cause, Product: oneOrMore(r.Products), Model: oneOrMore(r.Models),
		Versions: r.Versions, VerifiedOn: r.VerifiedOn, State: string(r.State), Language: r.Language, Tags: r.Tags,
		Audience: string(r.Audience), Author: r.Author, Reviewer: r.Reviewer, ResolvedAt: r.ResolvedAt,
	}
	if r.Known != nil {
		row.Known = r.Known
	}
	line, err := encodeJSON(row)
	if err != nil {
		return err
	}
	j.w.Write(line)
	return j.w.WriteByte('\n')
}

func (j jsonlWriter) close() error { return j.w.Flush() }

// oneOrMore is how product and model are written: one as a text, several as a list.
func oneOrMore(list []string) any {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return list
}

type csvWriter struct{ w *csv.Writer }

func (c csvWriter) write(r *record) error {
	row := make([]string, 0, len(fields))
	for i, cell := range writeCells(r) {
		if fields[i].written() {
			row = append(row, guard(cell))
		}
	}
	return c.w.Write(row)
}

func (c csvWriter) close() error {
	c.w.Flush()
	return c.w.Error()
}

// partCounts is how many cells the longest value of each field needs.
type partCounts [len(fields)]int

// countParts reads the cases once, since the header stands before the rows.
func countParts(ctx context.Context, from Source, who corpus.Caller) (counts partCounts, err error) {
	for i := range counts {
		counts[i] = 1
	}
	err = from.EachCase(ctx, who, func(c corpus.Case) error {
		r := recordOf(c)
		for i, cell := range writeCells(&r) {
			if len(cell) > maxCell {
				counts[i] = max(counts[i], len(parts(cell)))
			}
		}
		return nil
	})
	return counts, err
}

type xlsxWriter struct {
	sheet  *sheetWriter
	counts partCounts
}

func newXLSXWriter(w io.Writer, counts partCounts) (xlsxWriter, error) {
	var header []string
	for i := range fields {
		for part := 1; part <= counts[i] && fields[i].written(); part++ {
			name := fields[i].name
			if part > 1 {
				name = fmt.Sprintf("%s_%d", name, part)
			}
			header = append(header, name)
		}
	}
	sheet, err := newSheetWriter(w, header)
	return xlsxWriter{sheet, counts}, err
}

func (x xlsxWriter) write(r *record) error {
	var row []string
	for i, cell := range writeCells(r) {
		if !fields[i].written() {
			continue
		}
		list := parts(cell)
		if len(list) > x.counts[i] {
			return fmt.Errorf("%s grew while it was exported; export again", fields[i].name)
		}
		row = append(row, append(list, make([]string, x.counts[i]-len(list))...)...)
	}
	return x.sheet.write(row)
}

func (x xlsxWriter) close() error { return x.sheet.close() }
