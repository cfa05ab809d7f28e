package exchange

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
	"time"

	"precedent/corpus"
)

// Row is one row of a file.
type Row struct {
	Line int // where it begins; the first line or row of the file is 1
	Case corpus.Case
	Errs []corpus.FieldError // why it can't be taken; the case holds what could be read
	raw  any                 // what the reader's bad writer needs to write it again

	hasComplaint bool // the case's first wording stands in a column of its own
}

// Reader reads rows one after another.
type Reader interface {
	// Next returns the next row, or io.EOF. A row that is wrong is returned
	// with Errs; another error ends the reading.
	Next() (Row, error)
	// Unknown lists the columns met so far that name no field.
	Unknown() []Column
	Close() error

	// position says how much has been read of how much, in the reader's own unit.
	position() (done, total int64)
	// badWriter writes rows of this reader to a file of the same format.
	badWriter(w io.Writer) (badWriter, error)
}

// badWriter writes rows that were refused, with the reasons.
type badWriter interface {
	write(row Row) error
	close() error
}

// ReadOptions say how a file is read.
type ReadOptions struct {
	Columns  Columns        // fields whose columns have unusual names
	Location *time.Location // of dates that name no zone; nil means time.Local
}

// NewReader reads a file of the given format. size, its length in bytes, is
// for progress only; 0 when not known.
func NewReader(f Format, r io.Reader, size int64, o ReadOptions) (Reader, error) {
	if o.Location == nil {
		o.Location = time.Local
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	switch f {
	case JSONL:
		return newJSONLReader(r, size, o), nil
	case CSV:
		return newCSVReader(r, size, o)
	default:
		return newXLSXReader(r, o)
	}
}

func (r *Row) fail(field, message string) {
	r.Errs = append(r.Errs, corpus.FieldError{Field: field, Code: "invalid", Message: message})
}

// finish makes the row's case of its record.
func (r *Row) finish(rec *record) {
	r.hasComplaint = rec.complaint != ""
	c, errs := rec.toCase()
	r.Case, r.Errs = c, append(r.Errs, errs...)
}

// contentID is the external id of a case that came without one: of what it
// says and applies to, so that rows which differ there are different cases.
func contentID(c corpus.Case) string {
	h := sha256.New()
	for _, list := range [][]string{{c.Title}, c.Wordings, {c.Resolution}, c.Products, c.Models, c.Versions} {
		for _, s := range list {
			io.WriteString(h, strings.TrimSpace(s))
			h.Write([]byte{0})
		}
		h.Write([]byte{1})
	}
	sum := h.Sum(nil)
	return "row-" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

// reason says on one line what is wrong with the row, and where.
func (r *Row) reason() string {
	parts := make([]string, len(r.Errs))
	for i, e := range r.Errs {
		parts[i] = e.Field + " " + e.Message
		if e.Field == "row" {
			parts[i] = "the row " + e.Message
		}
	}
	return fmt.Sprintf("line %d: %s", r.Line, strings.Join(parts, "; "))
}
