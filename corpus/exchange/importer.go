package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"precedent/corpus"
)

// Target takes the cases that are imported; a corpus.Store does.
type Target interface {
	PutCases(ctx context.Context, w corpus.Write, cases []corpus.Case) ([]corpus.Outcome, error)
}

// Importer brings files of cases into a store. Good rows go in, bad rows go to
// a file of the same format, each with its reason, to be mended and imported
// again. The same rows again change nothing. It writes in short transactions,
// so a server may run on the same data meanwhile.
type Importer struct {
	Target Target        // required
	Caller corpus.Caller // on whose behalf
	Format Format        // "" means by the file's name
	Read   ReadOptions
	DryRun bool // check every row, write none

	// Bad opens the file for bad rows, called at the first of them. nil means
	// they are only counted.
	Bad func() (io.WriteCloser, error)
	// Progress is called now and then, on the goroutine of Import. May be nil.
	Progress func(Progress)
	Now      func() time.Time // nil means time.Now
}

// Progress is how far an import is.
type Progress struct {
	Checking bool // the first reading, which only looks at the rows
	Rows     int  // read so far
	// Done of Total is read: bytes, or rows of an Excel sheet. Total is 0 when
	// not known.
	Done, Total int64
}

// Problem is one bad row.
type Problem struct {
	Line   int                 `json:"line"`
	Fields []corpus.FieldError `json:"fields"`
}

// Report says what an import did, or would do when it was a dry run.
type Report struct {
	Rows int `json:"rows"` // all rows, bad ones included
	// Accepted counts the rows that went in, or would have gone in: all of
	// them but Bad and Repeated. Outside of a dry run it is the sum of Created,
	// Updated and Unchanged, which a dry run does not tell apart.
	Accepted  int `json:"accepted"`
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Bad       int `json:"bad"`      // rows that did not go in
	Repeated  int `json:"repeated"` // rows left out as a later one has the same id
	// SaysNothing counts the rows whose resolution says nothing (see
	// corpus.SaysNothing). They went in, and are kept out of ranking.
	SaysNothing int       `json:"says_nothing"`
	Problems    []Problem `json:"problems,omitempty"` // the first MaxProblems bad rows
	Unknown     []Column  `json:"unknown_columns,omitempty"`
	LastSeq     int64     `json:"last_seq"` // of the last change, 0 when nothing changed
}

// MaxProblems is how many bad rows a Report names; the file of bad rows has all.
const MaxProblems = 20

// Import brings a file into the store on behalf of the local caller.
func Import(ctx context.Context, into Target, name string, r io.Reader) (Report, error) {
	return Importer{Target: into, Caller: corpus.LocalCaller()}.Import(ctx, name, r)
}

// Import reads the rows of r, whose name tells the format when Format does
// not, and puts them into the store. The error is about the file or the store
// as a whole, and the report then tells how far it came; rows that are wrong
// are in the report only.
func (im Importer) Import(ctx context.Context, name string, r io.Reader) (report Report, err error) {
	if im.Now == nil {
		im.Now = time.Now
	}
	if im.Format == "" {
		if im.Format, err = FormatOf(name); err != nil {
			return report, err
		}
	}
	file, size, done, err := rereadable(r)
	if err != nil {
		return report, err
	}
	defer done()
	run := &run{Importer: im, report: &report, pace: newPace()}
	if run.last, err = run.lastLines(ctx, file, size); err != nil {
		return report, fmt.Errorf("%s: %w", name, err)
	}
	if _, err = file.Seek(0, io.SeekStart); err != nil {
		return report, err
	}
	if err = run.rows(ctx, file, size); err != nil {
		return report, fmt.Errorf("%s: %w", name, err)
	}
	return report, nil
}

// rereadable returns the file from its present place on as one that can be
// read twice: itself, or a temporary copy that done removes.
func rereadable(r io.Reader) (file io.ReadSeeker, size int64, done func(), err error) {
	if s, ok := r.(io.ReadSeeker); ok {
		if from, err := s.Seek(0, io.SeekCurrent); err == nil && from == 0 {
			if size, err = s.Seek(0, io.SeekEnd); err == nil {
				_, err = s.Seek(0, io.SeekStart)
				return s, size, func() {}, err
			}
		}
	}
	f, err := os.CreateTemp("", "precedent-import-*")
	if err != nil {
		return nil, 0, nil, err
	}
	done = func() {
		f.Close()
		os.Remove(f.Name())
	}
	if size, err = io.Copy(f, r); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		done()
		return nil, 0, nil, err
	}
	return f, size, done, nil
}

// run is one import under way.
type run struct {
	Importer
	report *Report
	reader Reader
	pace   *pace
	last   map[string]int // id -> the last line that has it, for ids that repeat
	bad    badWriter
	badTo  io.WriteCloser
}

// caseKey is under what a row's case is found in the store.
func caseKey(c corpus.Case) string {
	if c.ID != "" {
		return c.ID
	}
	return c.ExternalID
}

// lastLines finds the ids that several rows have, and the last good row of
// each, which wins. Without this first reading an import of the same file
// would write every earlier row of such an id anew each time.
func (r *run) lastLines(ctx context.Context, file io.Reader, size int64) (map[string]int, error) {
	reader, err := NewReader(r.Format, file, size, r.Read)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	seen := make(map[string]bool)
	last := make(map[string]int)
	for n := 1; ; n++ {
		row, err := reader.Next()
		if err == io.EOF {
			return last, nil
		}
		if err != nil {
			return nil, err
		}
		key := caseKey(row.Case)
		if len(row.Errs) > 0 {
			continue
		}
		if c := row.Case; seen[key] && c.Prepare() == nil {
			last[key] = row.Line
		}
		seen[key] = true
		if n%1000 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			r.tell(reader, n, true)
		}
	}
}

func (r *run) tell(reader Reader, rows int, checking bool) {
	if r.Progress != nil {
		done, total := reader.position()
		r.Progress(Progress{Checking: checking, Rows: rows, Done: done, Total: total})
	}
}

// rows puts the rows in, batch by batch.
func (r *run) rows(ctx context.Context, file io.Reader, size int64) (err error) {
	if r.reader, err = NewReader(r.Format, file, size, r.Read); err != nil {
		return err
	}
	defer func() {
		r.report.Unknown = r.reader.Unknown()
		err = errors.Join(err, r.closeBad(), r.reader.Close())
	}()
	var batch []Row
	for {
		row, err := r.reader.Next()
		if err != nil && err != io.EOF {
			return errors.Join(r.put(ctx, batch), err)
		}
		if err == nil {
			r.report.Rows++
			if r.repeated(row) {
				r.report.Repeated++
			} else {
				batch = append(batch, row)
			}
		}
		if len(batch) >= r.pace.size || err == io.EOF {
			if err := r.put(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
			r.tell(r.reader, r.report.Rows, false)
		}
		if err == io.EOF {
			return nil
		}
	}
}

// repeated reports whether a later good row has the same id.
func (r *run) repeated(row Row) bool {
	last, ok := r.last[caseKey(row.Case)]
	return ok && len(row.Errs) == 0 && row.Line < last
}

// put writes a batch in one transaction and counts what came of it.
func (r *run) put(ctx context.Context, rows []Row) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	cases := make([]corpus.Case, 0, len(rows))
	for _, row := range rows {
		if len(row.Errs) == 0 {
			cases = append(cases, row.Case)
		}
	}
	outcomes, err := r.write(ctx, cases)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if len(row.Errs) == 0 {
			o := outcomes[0]
			outcomes = outcomes[1:]
			if row.Errs, err = columnErrors(o.Err, row.hasComplaint); err != nil {
				return err
			}
			if o.Err == nil {
				r.count(row, o)
				continue
			}
		}
		if err := r.refuse(row); err != nil {
			return err
		}
	}
	return nil
}

// write puts the cases into the store; a dry run only looks at them.
func (r *run) write(ctx context.Context, cases []corpus.Case) ([]corpus.Outcome, error) {
	if len(cases) == 0 {
		return nil, nil
	}
	if r.DryRun {
		outcomes := make([]corpus.Outcome, len(cases))
		for i := range cases {
			outcomes[i].Err = cases[i].Prepare()
		}
		return outcomes, nil
	}
	start := r.Now()
	outcomes, err := r.Target.PutCases(ctx, corpus.Write{Caller: r.Caller, Action: "import"}, cases)
	r.pace.took(len(cases), r.Now().Sub(start))
	if err == nil && len(outcomes) != len(cases) {
		err = fmt.Errorf("the store answered for %d of %d cases", len(outcomes), len(cases))
	}
	return outcomes, err
}

// columnErrors returns what is wrong with a case under the names of columns;
// any other error is the store's.
func columnErrors(err error, hasComplaint bool) ([]corpus.FieldError, error) {
	var invalid *corpus.InvalidError
	if err == nil {
		return nil, nil
	}
	if !errors.As(err, &invalid) {
		return nil, err
	}
	fields := slices.Clone(invalid.Fields)
	for i, f := range fields {
		name, index, _ := strings.Cut(f.Field, "[")
		switch name {
		case "products", "models":
			fields[i].Field = strings.TrimSuffix(name, "s") + f.Field[len(name):]
		case "external_id":
			fields[i].Field = "id"
		case "wordings":
			n, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
			switch {
			case err != nil || !hasComplaint:
			case n == 0:
				fields[i].Field = "complaint"
			default:
				fields[i].Field = fmt.Sprintf("wordings[%d]", n-1)
			}
		}
	}
	return fields, nil
}

func (r *run) count(row Row, o corpus.Outcome) {
	r.report.Accepted++
	switch {
	case r.DryRun:
	case o.Created:
		r.report.Created++
	case o.Changed:
		r.report.Updated++
	default:
		r.report.Unchanged++
	}
	r.report.LastSeq = max(r.report.LastSeq, o.Seq)
	if corpus.SaysNothing(row.Case.Resolution) {
		r.report.SaysNothing++
	}
}

// refuse counts a bad row and writes it to the file of bad rows.
func (r *run) refuse(row Row) (err error) {
	r.report.Bad++
	if len(r.report.Problems) < MaxProblems {
		r.report.Problems = append(r.report.Problems, Problem{Line: row.Line, Fields: row.Errs})
	}
	if r.Bad == nil {
		return nil
	}
	if r.bad == nil {
		if r.badTo, err = r.Bad(); err != nil {
			return fmt.Errorf("the file for bad rows: %w", err)
		}
		if r.bad, err = r.reader.badWriter(r.badTo); err != nil {
			return fmt.Errorf("the file for bad rows: %w", err)
		}
	}
	if err = r.bad.write(row); err != nil {
		return fmt.Errorf("the file for bad rows: %w", err)
	}
	return nil
}

func (r *run) closeBad() (err error) {
	if r.bad != nil {
		err = r.bad.close()
	}
	if r.badTo != nil {
		err = errors.Join(err, r.badTo.Close())
	}
	if err != nil {
		return fmt.Errorf("the file for bad rows: %w", err)
	}
	return nil
}
