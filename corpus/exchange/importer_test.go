package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/corpus"
	"precedent/corpus/exchange"
)

// badFile is a file of bad rows in memory.
type badFile struct {
	bytes.Buffer
	opened, closed int
}

func (b *badFile) open() (io.WriteCloser, error) { b.opened++; return b, nil }
func (b *badFile) Close() error                  { b.closed++; return nil }

func runImport(t *testing.T, im exchange.Importer, name, file string) exchange.Report {
	t.Helper()
	im.Caller = corpus.LocalCaller()
	report, err := im.Import(context.Background(), name, strings.NewReader(file))
	require.NoError(t, err)
	return report
}

func TestImportAgainChangesNothing(t *testing.T) {
	s := open(t)
	file := `{"id": "K-1", "complaint": "断网", "resolution": "重启", "url": "x"}
{"complaint": "没有编号", "resolution": "已处理"}
{"id": "K-1", "complaint": "断网了", "resolution": "重启光猫"}
{"id": "K-2", "complaint": "还没有办法"}
`
	im := exchange.Importer{Target: s}
	first := runImport(t, im, "a.jsonl", file)
	assert.NotZero(t, first.LastSeq)
	first.LastSeq = 0
	assert.Equal(t, exchange.Report{Rows: 4, Accepted: 3, Created: 3, Repeated: 1, SaysNothing: 1, Unknown: []exchange.Column{{Name: "url", Rows: 1}}}, first)
	seq, _ := s.LastSeq(context.Background())

	again := runImport(t, im, "a.jsonl", file)
	assert.Equal(t, exchange.Report{Rows: 4, Accepted: 3, Unchanged: 3, Repeated: 1, SaysNothing: 1, Unknown: first.Unknown}, again)
	now, _ := s.LastSeq(context.Background())
	assert.Equal(t, seq, now)

	changed := runImport(t, im, "a.jsonl", strings.Replace(file, "重启光猫", "更换光猫", 1))
	assert.Equal(t, 1, changed.Updated)

	states := map[string]corpus.State{}
	require.NoError(t, s.EachCase(context.Background(), corpus.LocalCaller(), func(c corpus.Case) error {
		states[c.Wordings[0]] = c.State
		return nil
	}))
	assert.Equal(t, map[string]corpus.State{"断网了": corpus.Published, "没有编号": corpus.Published, "还没有办法": corpus.Known}, states, "the later row won")
}

// mend makes the bad rows of the formats below good.
var mend = strings.NewReplacer(
	"soon", "2025-03-04", `{"id": "4", "complaint": "d" "resolution": "x"}`, `{"id": "4", "complaint": "d", "resolution": "x"}`, "xx-yy-", "zh",
	`,,,,,"line 6: the row is broken at line 6, column 4: bare "" in non-quoted-field; put a text with quotes in quotes and double those inside","4,d"",x"`, `4,d,x,,,,`)

func TestBadRowsAreMended(t *testing.T) {
	for name, file := range map[string]string{
		"a.jsonl": `{"id": "1", "complaint": "a", "resolution": "x", "resolved_at": "soon"}
{"id": "2", "complaint": "b", "resolution": "x"}
{"id": "3", "complaint": "c", "resolution": "x", "language": "xx-yy-"}
{"id": "4", "complaint": "d" "resolution": "x"}
`,
		"a.csv": "id,complaint,resolution,resolved_at,language\n\n1,a,x,soon,\n2,b,x,,\n3,c,x,,xx-yy-\n4,d\",x\n",
	} {
		t.Run(name, func(t *testing.T) {
			s, bad := open(t), new(badFile)
			report := runImport(t, exchange.Importer{Target: s, Bad: bad.open}, name, file)
			assert.Equal(t, []int{4, 1, 3}, []int{report.Rows, report.Created, report.Bad})
			var problems []string
			for _, p := range report.Problems {
				problems = append(problems, fmt.Sprint(p.Line, " ", p.Fields[0].Field))
			}
			from := map[string]int{"a.jsonl": 1, "a.csv": 3}[name]
			assert.Equal(t, []string{fmt.Sprint(from, " resolved_at"), fmt.Sprint(from+2, " language"), fmt.Sprint(from+3, " row")}, problems)
			assert.Equal(t, []int{1, 1}, []int{bad.opened, bad.closed})
			assert.Contains(t, bad.String(), fmt.Sprintf("line %d: ", from))
			assert.Contains(t, bad.String(), "is no language tag")

			again := new(badFile)
			report = runImport(t, exchange.Importer{Target: s, Bad: again.open}, name, bad.String())
			assert.Equal(t, []int{3, 3}, []int{report.Rows, report.Bad}, "nothing goes in that was not mended")
			assert.Empty(t, report.Unknown, "the reasons are no unknown column")

			good := new(badFile)
			mended := mend.Replace(again.String())
			if name == "a.csv" { // the lines are those of the file of bad rows now
				mended = mend.Replace(bad.String())
			}
			report = runImport(t, exchange.Importer{Target: s, Bad: good.open}, name, mended)
			assert.Equal(t, []int{3, 3, 0}, []int{report.Rows, report.Created, report.Bad}, "%v\n%s", report.Problems, mended)
			assert.Zero(t, good.opened, "no file without a bad row")
		})
	}
}

// TestTooManyCells: a row cut in the wrong places does not go in cut short.
func TestTooManyCells(t *testing.T) {
	s, bad := open(t), new(badFile)
	im := exchange.Importer{Target: s, Bad: bad.open}
	report := runImport(t, im, "a.csv", "id,resolution\n1,first, then second\n")
	assert.Equal(t, 1, report.Bad)
	assert.Contains(t, bad.String(), `"1,first, then second"`)
	report = runImport(t, exchange.Importer{Target: s}, "a.csv", bad.String())
	assert.Equal(t, []int{1, 1}, []int{report.Rows, report.Bad})
}

func TestBadRowsOfWorkbook(t *testing.T) {
	s := open(t)
	good := corpus.Case{ExternalID: "K-1", Wordings: []string{"a"}, Resolution: "=x", State: corpus.Published, Audience: corpus.Agent}
	bad := good
	bad.ExternalID, bad.Language = "K-2", "xx-yy-"
	file := export(t, eachOf{good, bad}, exchange.XLSX)
	refused := new(badFile)
	report := runImport(t, exchange.Importer{Target: s, Bad: refused.open}, "a.xlsx", string(file))
	assert.Equal(t, []int{2, 1, 1}, []int{report.Rows, report.Created, report.Bad})
	assert.Equal(t, 3, report.Problems[0].Line)
	assert.Equal(t, "language", report.Problems[0].Fields[0].Field)

	rows, unknown := read(t, exchange.XLSX, refused.String(), nil)
	require.Len(t, rows, 1)
	assert.Equal(t, bad, withoutKind(rows[0].Case))
	assert.Empty(t, unknown)
}

func withoutKind(c corpus.Case) corpus.Case { c.ResolutionKind = ""; return c }

// eachOf exports cases that no store would take.
type eachOf []corpus.Case

func (e eachOf) EachCase(_ context.Context, _ corpus.Caller, fn func(corpus.Case) error) error {
	for _, c := range e {
		if err := fn(c); err != nil {
			return err
		}
	}
	return nil
}

func TestErrorsNameColumns(t *testing.T) {
	long := strings.Repeat("字", 20_001)
	report := runImport(t, exchange.Importer{Target: open(t)}, "a.jsonl",
		`{"complaint": "`+long+`", "wordings": ["a", "`+long+`!"], "product": ["a", "`+long+`"], "id": "`+long+`"}`)
	var names []string
	for _, f := range report.Problems[0].Fields {
		names = append(names, f.Field)
	}
	assert.Equal(t, []string{"id", "complaint", "wordings[1]", "product[1]"}, names)
}

func TestDryRunWritesNothing(t *testing.T) {
	s := open(t)
	bad := new(badFile)
	report := runImport(t, exchange.Importer{Target: s, DryRun: true, Bad: bad.open}, "a.csv", "id,complaint,resolution,state\n1,a,ok,\n2,b,,published\n3,c,x,\n")
	assert.Equal(t, 3, report.Rows)
	assert.Equal(t, 1, report.Bad)
	assert.Equal(t, 1, report.SaysNothing)
	assert.Equal(t, []int{2, 0, 0, 0}, []int{report.Accepted, report.Created, report.Updated, report.Unchanged})
	assert.Contains(t, bad.String(), "resolution")
	seq, _ := s.LastSeq(context.Background())
	assert.Zero(t, seq)
}

func TestProgressAndShortTransactions(t *testing.T) {
	s := &timed{Store: open(t)}
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, "{\"id\": \"%d\", \"complaint\": \"光猫红灯 %d\", \"resolution\": \"重启\"}\n", i, i)
	}
	var last exchange.Progress
	checked := false
	report := runImport(t, exchange.Importer{Target: s, Progress: func(p exchange.Progress) {
		checked = checked || p.Checking
		assert.Equal(t, int64(b.Len()), p.Total)
		assert.LessOrEqual(t, p.Done, p.Total)
		if !p.Checking {
			assert.GreaterOrEqual(t, p.Rows, last.Rows)
			last = p
		}
	}}, "a.jsonl", b.String())
	assert.Equal(t, 3000, report.Created)
	assert.True(t, checked)
	assert.Equal(t, exchange.Progress{Rows: 3000, Done: int64(b.Len()), Total: int64(b.Len())}, last)
	assert.Greater(t, len(s.sizes), 3, "not all in one transaction: %v", s.sizes)
	t.Logf("%d transactions of up to %d rows", len(s.sizes), maximum(s.sizes))
}

func maximum(list []int) (m int) {
	for _, n := range list {
		m = max(m, n)
	}
	return m
}

// timed counts the rows of each transaction.
type timed struct {
	corpus.Store
	sizes []int
}

func (s *timed) PutCases(ctx context.Context, w corpus.Write, cases []corpus.Case) ([]corpus.Outcome, error) {
	s.sizes = append(s.sizes, len(cases))
	return s.Store.PutCases(ctx, w, cases)
}

func TestImportStops(t *testing.T) {
	s := open(t)
	im := exchange.Importer{Target: s, Caller: corpus.LocalCaller()}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := im.Import(ctx, "a.jsonl", strings.NewReader(`{"complaint": "a"}`))
	assert.ErrorIs(t, err, context.Canceled)

	_, err = im.Import(context.Background(), "a.csv", strings.NewReader("a,b\n"))
	assert.ErrorContains(t, err, "a.csv: no column holds")
	_, err = im.Import(context.Background(), "a.doc", strings.NewReader(""))
	assert.ErrorContains(t, err, "does not tell the format")

	im.Bad = func() (io.WriteCloser, error) { return nil, errors.New("disk is full") }
	_, err = im.Import(context.Background(), "a.jsonl", strings.NewReader("{\n"))
	assert.ErrorContains(t, err, "disk is full")

	// What can't be read twice is copied first.
	im.Bad = nil
	report, err := im.Import(context.Background(), "a.jsonl", io.MultiReader(strings.NewReader(`{"complaint": "a"}`)))
	assert.NoError(t, err)
	assert.Equal(t, 1, report.Created)
}

// drain reads everything and holds the reader to what it promises.
func drain(t *testing.T, f exchange.Format, file []byte) {
	r, err := exchange.NewReader(f, bytes.NewReader(file), int64(len(file)), exchange.ReadOptions{Location: time.UTC})
	if err != nil {
		return
	}
	defer r.Close()
	line := 0
	for {
		row, err := r.Next()
		if err != nil {
			break
		}
		assert.Greater(t, row.Line, line)
		line = row.Line
	}
	bad := new(badFile)
	im := exchange.Importer{Target: refuseAll{}, Format: f, Bad: bad.open}
	report, err := im.Import(context.Background(), "a", bytes.NewReader(file))
	if err != nil {
		return
	}
	// Every bad row is in the file of bad rows, which is read as well.
	again, err := im.Import(context.Background(), "a", bytes.NewReader(bytes.Clone(bad.Bytes())))
	if report.Bad > 0 && f != exchange.JSONL {
		require.NoError(t, err)
		require.Equal(t, report.Bad, again.Rows)
	}
}

// refuseAll makes every row a bad one.
type refuseAll struct{}

func (refuseAll) PutCases(_ context.Context, _ corpus.Write, cases []corpus.Case) ([]corpus.Outcome, error) {
	outcomes := make([]corpus.Outcome, len(cases))
	for i := range outcomes {
		outcomes[i].Err = &corpus.InvalidError{Fields: []corpus.FieldError{{Field: "title", Code: "invalid", Message: "is refused"}}}
	}
	return outcomes, nil
}

func FuzzReadJSONL(f *testing.F) {
	for _, s := range []string{`{"id": 1, "complaint": "a", "tags": ["b"]}`, "{}\n[\n", "\ufeff{\"known\": {\"due_at\": \"2025-01-01\"}}", "\xff\xfe{", `{"_error": "x"}`, `{"resolved_at": "2025年3月4日"}`, "null\n1\n\"a\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) { drain(t, exchange.JSONL, b) })
}

func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{"id,complaint\n1,a\n", "title;tags\n\"a\n\";b|c\n", "sep=\t\ntitle\n'=x\n", "title,_error,_raw\n,,x\n", "\xfe\xff\x00t", "标题\n\xb1\xea\n", "title,resolution,resolution_2\na,b\"c,d\n", "title\n\"open\nb\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) { drain(t, exchange.CSV, b) })
}

func FuzzReadXLSX(f *testing.F) {
	f.Add(export(f, eachOf{{ExternalID: "1", Title: "a"}, {ExternalID: "2", Resolution: "=b"}}, exchange.XLSX))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) { drain(t, exchange.XLSX, b) })
}
