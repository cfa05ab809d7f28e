package exchange

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// csvReader reads CSV with a header.
type csvReader struct {
	*cells
	csv  *csv.Reader
	tape *tape
	read *counter
	size int64
}

func newCSVReader(r io.Reader, size int64, o ReadOptions) (*csvReader, error) {
	read := &counter{r: r}
	text := bufio.NewReaderSize(utf8Text(read), 64<<10)
	delimiter, err := sniffDelimiter(text)
	if err != nil {
		return nil, err
	}
	tape := &tape{r: text}
	c := csv.NewReader(tape)
	c.Comma = delimiter
	c.FieldsPerRecord = -1
	c.ReuseRecord = true
	header, err := c.Read()
	if err == io.EOF {
		return nil, errors.New("the file is empty; the first line must name the columns")
	}
	if err != nil {
		return nil, fmt.Errorf("the header is broken: %w", err)
	}
	header = slices.Clone(header)
	for i, name := range header {
		header[i] = strings.TrimSpace(unguard(name))
	}
	cells, err := newCells(header, o)
	if err != nil {
		return nil, err
	}
	tape.cut(c.InputOffset())
	return &csvReader{cells: cells, csv: c, tape: tape, read: read, size: size}, nil
}

// sniffDelimiter tells the delimiter from the first line: what parts it most
// often outside of quotes. A line sep=; as spreadsheets write it is passed over.
func sniffDelimiter(text *bufio.Reader) (rune, error) {
	head, err := text.Peek(text.Size())
	if len(head) == 0 && err != nil && err != io.EOF {
		return 0, err
	}
	if line, _, ok := bytes.Cut(head, []byte("\n")); ok {
		if d := bytes.TrimSuffix(line, []byte("\r")); len(d) == 5 && bytes.EqualFold(d[:4], []byte("sep=")) && strings.IndexByte(",;\t|", d[4]) >= 0 {
			text.Discard(len(line) + 1)
			return rune(d[4]), nil
		}
	}
	counts := map[byte]int{}
	inQuotes := false
	for _, b := range head {
		if b == '"' {
			inQuotes = !inQuotes
		}
		if !inQuotes && (b == '\n' || b == '\r') && len(counts) > 0 {
			break
		}
		if !inQuotes && strings.IndexByte(",;\t", b) >= 0 {
			counts[b]++
		}
	}
	best := byte(',')
	for _, d := range []byte{'\t', ';'} {
		if counts[d] > counts[best] {
			best = d
		}
	}
	return rune(best), nil
}

func (c *csvReader) Unknown() []Column        { return c.unknown.columns }
func (c *csvReader) Close() error             { return nil }
func (c *csvReader) position() (int64, int64) { return c.read.n, c.size }

// csvRaw is what a row was: its cells, or its text when it has none.
type csvRaw struct {
	cells []string
	text  string
}

func (c *csvReader) Next() (Row, error) {
	for {
		record, err := c.csv.Read()
		text := c.tape.cut(c.csv.InputOffset())
		var broken *csv.ParseError
		switch {
		case errors.As(err, &broken):
			row := Row{Line: broken.StartLine, raw: csvRaw{text: strings.TrimRight(text, "\r\n")}}
			row.fail("row", fmt.Sprintf("is broken at line %d, column %d: %s; put a text with quotes in quotes and double those inside", broken.Line, broken.Column, broken.Err))
			return row, nil
		case err != nil:
			return Row{}, err
		}
		line, _ := c.csv.FieldPos(0)
		for i, cell := range record {
			record[i] = unguard(cell)
		}
		row, ok := c.cells.read(line, record)
		if !ok {
			continue
		}
		row.raw = csvRaw{cells: slices.Clone(record)}
		if len(record) > len(c.header) { // its cells can't be told apart
			row.raw = csvRaw{text: strings.TrimRight(text, "\r\n")}
		}
		return row, nil
	}
}

// tape keeps what was read since the last cut, so that a row that can't be
// parsed is not lost.
type tape struct {
	r    io.Reader
	kept []byte
	from int64 // offset of kept
}

func (t *tape) Read(p []byte) (int, error) {
	if len(t.kept) > maxRow {
		return 0, fmt.Errorf("a row is longer than %d MiB; a quote is opened and never closed", maxRow>>20)
	}
	n, err := t.r.Read(p)
	t.kept = append(t.kept, p[:n]...)
	return n, err
}

// cut returns what was read up to the offset, and forgets it.
func (t *tape) cut(offset int64) string {
	n := int(offset - t.from)
	s := string(t.kept[:n])
	t.kept = append(t.kept[:0], t.kept[n:]...)
	t.from = offset
	return s
}

// csvBad writes refused rows under the same header and the reasons.
type csvBad struct {
	w      *csv.Writer
	header []string
}

// badHeader is the header of bad rows, without what an earlier try added.
func badHeader(header []string) (names []string, kept []int) {
	for i, name := range header {
		if name != errorColumn && name != rawColumn {
			names, kept = append(names, name), append(kept, i)
		}
	}
	return append(names, errorColumn, rawColumn), kept
}

func (c *csvReader) badWriter(w io.Writer) (badWriter, error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return nil, err
	}
	names, _ := badHeader(c.header)
	b := csvBad{w: csv.NewWriter(w), header: c.header}
	return b, b.w.Write(guarded(names))
}

func (b csvBad) write(row Row) error {
	raw := row.raw.(csvRaw)
	return b.w.Write(guarded(badCells(b.header, raw.cells, raw.text, row.reason())))
}

// badCells puts a refused row under badHeader.
func badCells(header, cells []string, text, reason string) []string {
	names, kept := badHeader(header)
	out := make([]string, 0, len(names))
	for _, i := range kept {
		cell := ""
		if i < len(cells) {
			cell = cells[i]
		}
		out = append(out, cell)
	}
	if i := slices.Index(header, rawColumn); text == "" && i >= 0 && i < len(cells) {
		text = cells[i]
	}
	return append(out, reason, text)
}

func guarded(cells []string) []string {
	out := make([]string, len(cells))
	for i, s := range cells {
		out[i] = guard(s)
	}
	return out
}

func (b csvBad) close() error {
	b.w.Flush()
	return b.w.Error()
}
