package exchange_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"precedent/corpus"
	"precedent/corpus/exchange"
	"precedent/corpus/sqlite"
)

func open(t testing.TB) *sqlite.Store {
	s, err := sqlite.Open(context.Background(), sqlite.Config{Path: filepath.Join(t.TempDir(), "store.db")})
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func export(t testing.TB, from exchange.Source, f exchange.Format) []byte {
	var b bytes.Buffer
	_, err := exchange.Export(context.Background(), from, corpus.LocalCaller(), f, &b)
	require.NoError(t, err)
	return b.Bytes()
}

func read(t testing.TB, f exchange.Format, text string, columns exchange.Columns) (rows []exchange.Row, unknown []exchange.Column) {
	r, err := exchange.NewReader(f, strings.NewReader(text), 0, exchange.ReadOptions{Columns: columns, Location: time.UTC})
	require.NoError(t, err)
	defer r.Close()
	for {
		row, err := r.Next()
		if err == io.EOF {
			return rows, r.Unknown()
		}
		require.NoError(t, err)
		rows = append(rows, row)
	}
}

// nasty texts have what formats trip over.
var nasty = []string{
	"=1+1", "+86 x", "-28dBm 太低", "@all", "'quoted", "'=x", "''=x", "a,b;c\td|e", "line one\nline two\n\nline four", `back\slash \| \n \\`, `"quotes" ""inside""`,
	"emoji 😀🇨🇳", "_x000D_ and _x005F_x0041_", "<b>&amp;</b>", "  inner  blanks  ", "１２３", "null", "true", "0012", "1E5", "2025-03-04", "sep=;", "#N/A", "、；，", "\\", "|",
	"e\u0301 \u200b zero", "\uFFFD",
}

func randomCase(r *rand.Rand, i int) corpus.Case {
	text := func() string {
		if r.IntN(3) == 0 {
			return ""
		}
		return nasty[r.IntN(len(nasty))] + fmt.Sprint(" ", r.IntN(1000)) + nasty[r.IntN(len(nasty))]
	}
	line := func() string { return strings.ReplaceAll(text(), "\n", " ") }
	list := func(item func() string) (l []string) {
		for range r.IntN(4) {
			l = append(l, item())
		}
		return l
	}
	at := time.UnixMicro(r.Int64N(4e15)).UTC()
	c := corpus.Case{
		Title: line() + "t", Wordings: list(text), Resolution: text(), Cause: text(), Products: list(line), Models: list(line), VerifiedOn: list(line),
		Tags: list(line), Author: line(), Reviewer: line(), ResolvedAt: &at, Audience: corpus.Audiences[r.IntN(3)],
	}
	if r.IntN(2) == 0 {
		c.ExternalID = fmt.Sprintf("%s/%d", nasty[i%len(nasty)], i)
	}
	long := r.IntN(10) == 0
	if long {
		c.Resolution += strings.Repeat("长😀", 9_000) // beyond an Excel cell
		c.Wordings = append(c.Wordings, strings.Repeat("说\\|\n", 4_900), strings.Repeat("再", 20_000))
	}
	if c.Resolution != "" {
		c.ResolutionKind, c.State = corpus.ResolutionKinds[r.IntN(3)], corpus.States[1+r.IntN(3)]
		c.Versions = []string{">=2.0, <3", "V200R019"}
	} else if r.IntN(2) == 0 {
		c.Known = &corpus.KnownCase{Handler: line(), TellCustomer: text(), DueAt: &at}
	}
	return c
}

// TestRoundTrip: what was exported comes in elsewhere, and again, as it was.
func TestRoundTrip(t *testing.T) {
	ctx := context.Background()
	from := open(t)
	r := rand.New(rand.NewPCG(1, 2))
	var cases []corpus.Case
	for i := range 80 {
		cases = append(cases, randomCase(r, i))
	}
	outcomes, err := from.PutCases(ctx, corpus.Write{Caller: corpus.LocalCaller()}, cases)
	require.NoError(t, err)
	for i, o := range outcomes {
		require.NoError(t, o.Err, "%+v", cases[i])
	}
	want := export(t, from, exchange.JSONL)
	for _, f := range exchange.Formats {
		t.Run(string(f), func(t *testing.T) {
			file := export(t, from, f)
			to := open(t)
			report, err := exchange.Import(ctx, to, "cases."+string(f), bytes.NewReader(file))
			require.NoError(t, err)
			require.Empty(t, report.Problems)
			assert.Equal(t, len(cases), report.Created)
			assert.Empty(t, report.Unknown)
			assert.Equal(t, strings.Split(string(want), "\n"), strings.Split(string(export(t, to, exchange.JSONL)), "\n"))
			assert.Equal(t, file2text(t, f, file), file2text(t, f, export(t, to, f)))

			report, err = exchange.Import(ctx, from, "cases."+string(f), bytes.NewReader(file))
			require.NoError(t, err)
			assert.Equal(t, len(cases), report.Unchanged, "where it came from nothing changes")
		})
	}
}

// file2text makes workbooks comparable, which hold the time they were made.
func file2text(t *testing.T, f exchange.Format, file []byte) string {
	if f != exchange.XLSX {
		return string(file)
	}
	book, err := excelize.OpenReader(bytes.NewReader(file))
	require.NoError(t, err)
	defer book.Close()
	rows, err := book.GetRows("Sheet1")
	require.NoError(t, err)
	return fmt.Sprintf("%q", rows)
}

func TestExportIsReadable(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	_, err := s.PutCases(ctx, corpus.Write{Caller: corpus.LocalCaller()}, []corpus.Case{
		{ExternalID: "K-1", Wordings: []string{"<网>断了"}, Resolution: "=重启", Products: []string{"光猫"}, Models: []string{"A", "B"}},
		{ExternalID: "K-2", Title: "内部", Audience: corpus.Engineer},
	})
	require.NoError(t, err)
	var b bytes.Buffer
	n, err := exchange.Export(ctx, s, corpus.Caller{Audiences: []corpus.Audience{corpus.Agent}, Staff: true}, exchange.JSONL, &b)
	require.NoError(t, err)
	assert.Equal(t, 1, n, "only what the caller may read")
	assert.Equal(t, `{"id":"K-1","complaint":"<网>断了","resolution":"=重启","resolution_kind":"fix","product":"光猫","model":["A","B"],"state":"published","audience":"agent"}`+"\n", b.String())

	assert.Contains(t, string(export(t, s, exchange.CSV)), ",'=重启,", "no spreadsheet takes it for a formula")
	book, err := excelize.OpenReader(bytes.NewReader(export(t, s, exchange.XLSX)))
	require.NoError(t, err)
	defer book.Close()
	formula, err := book.GetCellFormula("Sheet1", "E2")
	require.NoError(t, err)
	assert.Empty(t, formula)
	value, _ := book.GetCellValue("Sheet1", "E2")
	assert.Equal(t, "=重启", value)
}

func TestReadJSONL(t *testing.T) {
	rows, unknown := read(t, exchange.JSONL, "\ufeff"+`{"id": "K-1", "title": "光猫红灯", "complaint": "断网了", "wordings": ["上不去网", " "], "resolution": "重启", "product": "光猫", "model": ["HG8245H5", "HG8145V5"], "language": "zh", "tags": ["红灯"], "audience": "public", "author": "engineer", "resolved_at": "2017-1-17 16:44", "url": "x", "date": null}

{"id": 12, "question": "it fails", "answer": "", "known": {"handler": "tier 2", "due_at": "2025-03-04", "phone": "1"}, "url": ""}
`, nil)
	require.Len(t, rows, 2)
	at := time.Date(2017, 1, 17, 16, 44, 0, 0, time.UTC)
	assert.Equal(t, corpus.Case{
		ExternalID: "K-1", Title: "光猫红灯", Wordings: []string{"断网了", "上不去网"}, Resolution: "重启", Products: []string{"光猫"}, Models: []string{"HG8245H5", "HG8145V5"},
		Language: "zh", Tags: []string{"红灯"}, Audience: corpus.Public, Author: "engineer", ResolvedAt: &at,
	}, rows[0].Case)
	assert.Equal(t, "12", rows[1].Case.ExternalID)
	assert.Equal(t, 3, rows[1].Line)
	assert.Equal(t, []string{"it fails"}, rows[1].Case.Wordings)
	assert.Equal(t, "tier 2", rows[1].Case.Known.Handler)
	assert.Empty(t, append(rows[0].Errs, rows[1].Errs...))
	assert.ElementsMatch(t, []exchange.Column{{Name: "url", Rows: 2}, {Name: "known.phone", Rows: 1}}, unknown)
}

func TestReadJSONLRefuses(t *testing.T) {
	for line, want := range map[string]string{
		`{"title": "红" x}`:                                 `row: is broken at column 15`,
		`{"title": "a"`:                                    `row: is broken at column 13`,
		`"text"`:                                           `row: is a JSON string`,
		`null`:                                             `row: is null`,
		"{\"title\": \"\xff\xfe\x80\"}":                    `row: has broken characters`,
		`{"title": 5}`:                                     `title: is a number; give a text in quotes`,
		`{"title": "a", "tags": [1, "b", null]}`:           `tags[0]: is a number`,
		`{"title": "a", "wordings": "b"}`:                  `wordings: is a text; give a list of texts`,
		`{"title": "a", "known": "b"}`:                     `known: is a text; give an object`,
		`{"title": "a", "resolved_at": "soon"}`:            `resolved_at: "soon" is no date`,
		`{"title": "a", "resolved_at": 17}`:                `resolved_at: is a number`,
		`{"title": "a", "product": {"b": 1}}`:              `product: is an object`,
		`{"id": "a", "external_id": "b", "title": "a"}`:    `external_id: differs from id`,
		`{"title": "` + strings.Repeat("x", 17<<20) + `"}`: `row: is longer than 16 MiB`,
	} {
		rows, _ := read(t, exchange.JSONL, "{\"title\": \"before\"}\n"+line+"\n{\"title\": \"after\"}", nil)
		require.Len(t, rows, 3, "%.50s", line)
		assert.Equal(t, 2, rows[1].Line)
		assert.Empty(t, append(rows[0].Errs, rows[2].Errs...), "the rows around are good")
		got := (&corpus.InvalidError{Fields: rows[1].Errs}).Error()
		assert.True(t, strings.HasPrefix(got, want), "%.50s: %s", line, got)
	}
	r, err := exchange.NewReader(exchange.JSONL, strings.NewReader(`[{"title": "a"}]`), 0, exchange.ReadOptions{})
	require.NoError(t, err)
	_, err = r.Next()
	assert.ErrorContains(t, err, "one JSON array")
}

func TestReadCSVInEveryDress(t *testing.T) {
	text := "编号,投诉内容,说法,解决方案,产品,型号,标签,解决时间,备注\r\n" +
		"K-1,\"断网，\n红灯\",上不去网|打不开网页,\"1. 重启\n2. 说\"\"好\"\"\",光猫,HG8245H5、HG8145V5,\"红灯,断网\",2025/3/4 15:30,内部\r\n" +
		"\r\nK-2,'-28dBm,,更换,,,,,\r\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	require.NoError(t, err)
	le, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewEncoder().String(text)
	require.NoError(t, err)
	be, err := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewEncoder().String(text)
	require.NoError(t, err)
	other := func(delimiter string) string {
		parts := strings.Split(text, `"`)
		for i := 0; i < len(parts); i += 2 {
			parts[i] = strings.ReplaceAll(parts[i], ",", delimiter)
		}
		return strings.Join(parts, `"`)
	}
	at := time.Date(2025, 3, 4, 15, 30, 0, 0, time.UTC)
	for name, file := range map[string]string{
		"UTF-8": text, "with mark": "\ufeff" + text, "GB18030": gb, "UTF-16 LE": le, "UTF-16 BE": be,
		"semicolons": other(";"), "tabs": other("\t"), "sep": "sep=;\r\n" + other(";"), "LF": strings.ReplaceAll(text, "\r\n", "\n"),
		"late GB18030": gb[:strings.Index(gb, "\r\n")+2] + strings.Repeat("\r\n", 50_000) + gb[strings.Index(gb, "\r\n")+2:],
	} {
		t.Run(name, func(t *testing.T) {
			rows, unknown := read(t, exchange.CSV, file, nil)
			require.Len(t, rows, 2)
			require.Empty(t, append(rows[0].Errs, rows[1].Errs...))
			assert.Equal(t, corpus.Case{
				ExternalID: "K-1", Wordings: []string{"断网，\n红灯", "上不去网", "打不开网页"}, Resolution: "1. 重启\n2. 说\"好\"", Products: []string{"光猫"},
				Models: []string{"HG8245H5", "HG8145V5"}, Tags: []string{"红灯", "断网"}, ResolvedAt: &at,
			}, rows[0].Case)
			assert.Equal(t, []string{"-28dBm"}, rows[1].Case.Wordings)
			assert.Equal(t, []exchange.Column{{Name: "备注", Rows: 1}}, unknown)
		})
	}
	rows, _ := read(t, exchange.CSV, text, nil)
	assert.Equal(t, []int{2, 6}, []int{rows[0].Line, rows[1].Line})
}

func TestReadCSVRefuses(t *testing.T) {
	rows, _ := read(t, exchange.CSV, "id,complaint,resolution,resolved_at\n"+
		"1,good,fix\n"+
		"2,5\" screen,fix\n"+
		"3,a,b,,extra\n"+
		"4,a,b,3/4/2025\n"+
		"5,\"open,fix\n6,good,fix\n", nil)
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprint(r.Line, " ", (&corpus.InvalidError{Fields: r.Errs}).Error()))
	}
	require.Len(t, got, 5, "%q", got)
	assert.Equal(t, "2 ", got[0])
	assert.Contains(t, got[1], "3 row: is broken at line 3, column 4: bare \"")
	assert.Contains(t, got[2], "4 row: has 5 cells, the header names 4 columns")
	assert.Contains(t, got[3], "5 resolved_at: \"3/4/2025\" may be day/month or month/day")
	assert.Contains(t, got[4], "6 row: is broken at line")

	for file, want := range map[string]string{
		"":            "the file is empty",
		"a,b\n1,2\n":  `names "a", "b"`,
		"\"id,title":  "the header is broken",
		"title,x\n1,": `there is no column "备注"`,
	} {
		_, err := exchange.NewReader(exchange.CSV, strings.NewReader(file), 0, exchange.ReadOptions{Columns: exchange.Columns{"cause": "备注"}})
		if want != `there is no column "备注"` {
			_, err = exchange.NewReader(exchange.CSV, strings.NewReader(file), 0, exchange.ReadOptions{})
		}
		assert.ErrorContains(t, err, want)
	}
}

func TestReadCSVTextInParts(t *testing.T) {
	rows, unknown := read(t, exchange.CSV, "resolution_3,resolution_2,resolution,resolution_x\nthree,two ,one ,x\n", nil)
	assert.Equal(t, "one two three", rows[0].Case.Resolution)
	assert.Equal(t, []exchange.Column{{Name: "resolution_x", Rows: 1}}, unknown)
}

func TestReadCSVBrokenCharacters(t *testing.T) {
	rows, _ := read(t, exchange.CSV, "title,cause\n红灯,ok\n断网,\xff\xff\n", nil)
	require.Len(t, rows, 2)
	assert.Empty(t, rows[0].Errs)
	require.NotEmpty(t, rows[1].Errs)
	assert.Contains(t, rows[1].Errs[0].Message, "broken characters")
}

func TestColumns(t *testing.T) {
	columns, err := exchange.ParseColumns([]string{"resolution=备注", "complaint= 问题 "})
	require.NoError(t, err)
	rows, unknown := read(t, exchange.CSV, "Question,问题,备注,Answer,RESOLVED AT,Known.Handler\nq,a,b,c,2025-03-04,tier 2\n", columns)
	assert.Equal(t, []string{"a"}, rows[0].Case.Wordings)
	assert.Equal(t, "b", rows[0].Case.Resolution)
	assert.NotNil(t, rows[0].Case.ResolvedAt)
	assert.Equal(t, "tier 2", rows[0].Case.Known.Handler)
	assert.Equal(t, []exchange.Column{{Name: "Question", Rows: 1}, {Name: "Answer", Rows: 1}}, unknown)

	rows, _ = read(t, exchange.JSONL, `{"备注": "b", "问题": "a", "answer": "c"}`, columns)
	assert.Equal(t, "b", rows[0].Case.Resolution)

	for _, bad := range []string{"resolution", "resolution=", "fixes=a", "=a"} {
		_, err := exchange.ParseColumns([]string{bad})
		assert.Error(t, err, bad)
	}
	_, err = exchange.ParseColumns([]string{"cause=a", "cause=b"})
	assert.ErrorContains(t, err, `both "a" and "b"`)
}

func TestReadWorkbook(t *testing.T) {
	book := excelize.NewFile()
	defer book.Close()
	day := time.Date(2025, 3, 4, 15, 30, 0, 0, time.UTC)
	require.NoError(t, book.SetSheetRow("Sheet1", "A2", &[]any{"编号", "问题", "解决方案", "解决时间", "备注"}))
	require.NoError(t, book.SetSheetRow("Sheet1", "A3", &[]any{123456789012345, "断网", "重启", day, true}))
	require.NoError(t, book.SetSheetRow("Sheet1", "A5", &[]any{"K-2", "慢", "换信道", "2025-03-04"}))
	require.NoError(t, book.SetSheetRow("Sheet1", "A6", &[]any{"K-3", "慢", "换信道", "soon"}))
	var b bytes.Buffer
	_, err := book.WriteTo(&b)
	require.NoError(t, err)

	rows, unknown := read(t, exchange.XLSX, b.String(), nil)
	require.Len(t, rows, 3)
	assert.Equal(t, []int{3, 5, 6}, []int{rows[0].Line, rows[1].Line, rows[2].Line})
	assert.Equal(t, "123456789012345", rows[0].Case.ExternalID)
	assert.Equal(t, day, *rows[0].Case.ResolvedAt)
	assert.Equal(t, []exchange.Column{{Name: "备注", Rows: 1}}, unknown)
	assert.Equal(t, "resolved_at", rows[2].Errs[0].Field)

	_, err = exchange.NewReader(exchange.XLSX, strings.NewReader("no workbook"), 0, exchange.ReadOptions{})
	assert.ErrorContains(t, err, "no Excel workbook")
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]exchange.Format{"a.jsonl": "jsonl", "a/b.CSV": "csv", "x.tsv": "csv", "x.xlsx": "xlsx"} {
		got, err := exchange.FormatOf(name)
		assert.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := exchange.FormatOf("cases.doc")
	assert.ErrorContains(t, err, "say jsonl, csv or xlsx")
	_, err = exchange.Export(context.Background(), nil, corpus.LocalCaller(), "doc", nil)
	assert.Error(t, err)
}
