package exchange

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// maxRow bounds one row, in bytes: what the longest case can take, twice over.
const maxRow = 16 << 20

// jsonlReader reads JSON Lines.
type jsonlReader struct {
	lines    *bufio.Reader
	read     *counter
	size     int64
	line     int
	binder   *binder
	location *time.Location
	unknown  unknown
}

func newJSONLReader(r io.Reader, size int64, o ReadOptions) *jsonlReader {
	read := &counter{r: r}
	return &jsonlReader{lines: bufio.NewReaderSize(utf8Text(read), 64<<10), read: read, size: size, binder: newBinder(o.Columns), location: o.Location}
}

func (j *jsonlReader) Unknown() []Column          { return j.unknown.columns }
func (j *jsonlReader) Close() error               { return nil }
func (j *jsonlReader) position() (int64, int64)   { return j.read.n, j.size }
func (j *jsonlReader) Next() (row Row, err error) { return j.next() }

func (j *jsonlReader) next() (Row, error) {
	for {
		line, tooLong, err := j.readLine()
		if err != nil && (err != io.EOF || len(line) == 0) {
			return Row{}, err
		}
		if len(bytes.TrimSpace(line)) == 0 && !tooLong {
			continue
		}
		row := Row{Line: j.line, raw: line}
		if tooLong {
			row.raw = []byte(nil)
			row.fail("row", fmt.Sprintf("is longer than %d MiB; a case holds far less", maxRow>>20))
			return row, nil
		}
		if j.line == 1 && line[0] == '[' {
			return Row{}, errors.New("line 1: this is one JSON array; write one object a line, without brackets and commas around")
		}
		if j.object(&row, line) {
			return row, nil
		}
	}
}

// readLine returns the next line without its end; of one that is too long
// only the beginning.
func (j *jsonlReader) readLine() (line []byte, tooLong bool, err error) {
	j.line++
	for {
		part, err := j.lines.ReadSlice('\n')
		if !tooLong {
			line = append(line, part...)
		}
		tooLong = tooLong || len(line) > maxRow
		if err != bufio.ErrBufferFull {
			return bytes.TrimRight(line, "\r\n"), tooLong, err
		}
	}
}

// object reads one object into the row; false when it only says what is wrong
// with the line after it.
func (j *jsonlReader) object(row *Row, line []byte) bool {
	if !utf8.Valid(line) {
		row.fail("row", "has broken characters; save the file as UTF-8")
		return true
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(line, &values); err != nil {
		row.fail("row", jsonProblem(line, err))
		return true
	}
	if values == nil {
		row.fail("row", "is null; each line holds one object")
		return true
	}
	if _, ok := values[errorColumn]; ok && len(values) == 1 {
		return false
	}
	delete(values, errorColumn)
	names := make([]string, 0, len(values))
	for name, v := range values {
		if string(v) != "null" {
			names = append(names, name)
		}
	}
	var r record
	for i, p := range j.binder.bind(names) {
		switch name := names[i]; {
		case p != nil && p.part == 1:
			j.set(&r, row, &fields[p.field], name, values[name])
		case foldName(name) == "known":
			j.known(&r, row, values[name])
		default:
			j.unknown.add(name)
		}
	}
	row.finish(&r)
	return true
}

// jsonProblem says where a line is broken.
func jsonProblem(line []byte, err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		at := utf8.RuneCount(line[:max(0, min(int(syntax.Offset)-1, len(line)))]) + 1
		return fmt.Sprintf("is broken at column %d: %s; each line holds one whole JSON object", at, syntax)
	case errors.As(err, &kind):
		return fmt.Sprintf("is a JSON %s; each line holds one object", kind.Value)
	}
	return err.Error()
}

func (j *jsonlReader) known(r *record, row *Row, value json.RawMessage) {
	var known map[string]json.RawMessage
	if err := json.Unmarshal(value, &known); err != nil {
		row.fail("known", "is "+jsonKind(value)+"; give an object {handler, due_at, tell_customer}")
		return
	}
	for name, v := range known {
		if f := fieldNamed("known." + name); f < 0 {
			j.unknown.add("known." + name)
		} else if string(v) != "null" {
			j.set(r, row, &fields[f], "known."+name, v)
		}
	}
}

// set puts a JSON value into the record. Errors name the field as the file does.
func (j *jsonlReader) set(r *record, row *Row, f *field, name string, value json.RawMessage) {
	var s string
	isText := json.Unmarshal(value, &s) == nil
	switch {
	case f.text != nil && isText:
		*f.text(r) = strings.TrimSpace(s)
	case f.name == "id" && jsonKind(value) == "a number":
		*f.text(r) = string(value)
	case f.text != nil:
		row.fail(name, "is "+jsonKind(value)+"; give a text in quotes")
	case f.list != nil && f.one && isText:
		if s = strings.TrimSpace(s); s != "" {
			*f.list(r) = []string{s}
		}
	case f.list != nil:
		j.list(r, row, f, name, value)
	case isText && strings.TrimSpace(s) == "":
	case isText:
		t, err := parseDate(s, j.location)
		if err != nil {
			row.fail(name, fmt.Sprintf("%q %s", shortened(s), err))
			return
		}
		*f.time(r) = &t
	default:
		row.fail(name, "is "+jsonKind(value)+"; give a date in quotes, like \"2025-03-04\"")
	}
}

func (j *jsonlReader) list(r *record, row *Row, f *field, name string, value json.RawMessage) {
	var items []json.RawMessage
	if json.Unmarshal(value, &items) != nil {
		row.fail(name, "is "+jsonKind(value)+"; give a list of texts")
		return
	}
	for i, item := range items {
		var s string
		if json.Unmarshal(item, &s) != nil || string(item) == "null" {
			row.fail(fmt.Sprintf("%s[%d]", name, i), "is "+jsonKind(item)+"; give a text in quotes")
			continue
		}
		if s = strings.TrimSpace(s); s != "" {
			*f.list(r) = append(*f.list(r), s)
		}
	}
}

// jsonKind names a JSON value's kind for a person.
func jsonKind(value json.RawMessage) string {
	switch value[0] {
	case '"':
		return "a text"
	case '{':
		return "an object"
	case '[':
		return "a list"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}

// jsonlBad writes refused lines: those that are objects with the reason in
// them, broken ones as they are behind an object that holds the reason.
type jsonlBad struct{ w *bufio.Writer }

func (j *jsonlReader) badWriter(w io.Writer) (badWriter, error) {
	return jsonlBad{bufio.NewWriter(w)}, nil
}

func (b jsonlBad) write(row Row) error {
	line := row.raw.([]byte)
	reason, err := encodeJSON(row.reason())
	if err != nil {
		return err
	}
	var values map[string]json.RawMessage
	if json.Unmarshal(line, &values) != nil || values == nil {
		_, err = fmt.Fprintf(b.w, "{%q: %s}\n%s\n", errorColumn, reason, line)
		return err
	}
	if _, ok := values[errorColumn]; ok { // of an earlier try
		delete(values, errorColumn)
		if line, err = encodeJSON(values); err != nil {
			return err
		}
	}
	rest := bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(line), []byte("{")))
	comma := ", "
	if rest[0] == '}' {
		comma = ""
	}
	_, err = fmt.Fprintf(b.w, "{%q: %s%s%s\n", errorColumn, reason, comma, rest)
	return err
}

func (b jsonlBad) close() error { return b.w.Flush() }

// encodeJSON writes a value on one line, without escaping < > &.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
