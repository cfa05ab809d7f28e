package exchange

import (
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// xlsxReader reads the first sheet of a workbook.
type xlsxReader struct {
	*cells
	book  *excelize.File
	rows  *excelize.Rows
	line  int
	total int64 // rows of the sheet, 0 when it does not say
}

func newXLSXReader(r io.Reader, o ReadOptions) (x *xlsxReader, err error) {
	defer func() { // the library does not expect every damage
		if p := recover(); p != nil {
			x, err = nil, fmt.Errorf("the workbook is damaged: %v", p)
		}
	}()
	parts, err := neededParts(r)
	if err != nil {
		return nil, err
	}
	book, err := excelize.OpenReader(parts, excelize.Options{UnzipXMLSizeLimit: maxInMemory, RawCellValue: true})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", noWorkbook, err)
	}
	x = &xlsxReader{book: book}
	if err := x.open(o); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

func (x *xlsxReader) open(o ReadOptions) error {
	sheets := x.book.GetSheetList()
	if len(sheets) == 0 {
		return errors.New("the workbook has no sheet")
	}
	if size, err := x.book.GetSheetDimension(sheets[0]); err == nil {
		if _, last, ok := strings.Cut(size, ":"); ok {
			if _, row, err := excelize.CellNameToCoordinates(last); err == nil {
				x.total = int64(row)
			}
		}
	}
	var err error
	if x.rows, err = x.book.Rows(sheets[0]); err != nil {
		return fmt.Errorf("the sheet %q can't be read: %w", sheets[0], err)
	}
	header, err := x.row()
	for err == nil && len(header) == 0 {
		header, err = x.row()
	}
	if err == io.EOF {
		return fmt.Errorf("the sheet %q is empty; the first row must name the columns", sheets[0])
	}
	if err != nil {
		return err
	}
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
	}
	x.cells, err = newCells(header, o)
	return err
}

// row returns the cells of the next row, without those empty at its end.
func (x *xlsxReader) row() ([]string, error) {
	if !x.rows.Next() {
		if err := x.rows.Error(); err != nil {
			return nil, fmt.Errorf("row %d: %w", x.line+1, err)
		}
		return nil, io.EOF
	}
	x.line++
	row, err := x.rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("row %d: %w", x.line, err)
	}
	for len(row) > 0 && strings.TrimSpace(row[len(row)-1]) == "" {
		row = row[:len(row)-1]
	}
	return row, nil
}

func (x *xlsxReader) Next() (row Row, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("row %d: the workbook is damaged: %v", x.line, p)
		}
	}()
	for {
		values, err := x.row()
		if err != nil {
			return Row{}, err
		}
		for i, v := range values {
			values[i] = plainNumber(v)
		}
		if row, ok := x.cells.read(x.line, values); ok {
			row.raw = slices.Clone(values)
			return row, nil
		}
	}
}

// plainNumber writes whole numbers without exponent, as people see them:
// Excel keeps 123456789012 as 1.23456789012E11.
func plainNumber(s string) string {
	mantissa, exponent, ok := strings.Cut(s, "E")
	if !ok || len(s) > 24 || len(exponent) == 0 || len(exponent) > 3 || strings.Trim(mantissa, "0123456789.-") != "" || strings.Trim(exponent, "0123456789+-") != "" {
		return s
	}
	f, _, err := big.ParseFloat(s, 10, 200, big.ToNearestEven)
	if err != nil || !f.IsInt() || !strings.Contains(mantissa, ".") {
		return s
	}
	return f.Text('f', 0)
}

func (x *xlsxReader) Unknown() []Column        { return x.unknown.columns }
func (x *xlsxReader) position() (int64, int64) { return int64(x.line), max(x.total, int64(x.line)) }

func (x *xlsxReader) Close() error {
	var err error
	if x.rows != nil {
		err = x.rows.Close()
	}
	return errors.Join(err, x.book.Close())
}

// sheetWriter writes a workbook of one sheet, every cell a text: Excel takes
// none of them for a formula or a number.
type sheetWriter struct {
	to     io.Writer
	book   *excelize.File
	stream *excelize.StreamWriter
	line   int
}

func newSheetWriter(w io.Writer, header []string) (*sheetWriter, error) {
	book := excelize.NewFile()
	stream, err := book.NewStreamWriter(book.GetSheetName(0))
	if err != nil {
		return nil, err
	}
	s := &sheetWriter{to: w, book: book, stream: stream}
	return s, s.write(header)
}

// maxSheetRows is how many rows a sheet of Excel holds.
const maxSheetRows = 1_048_576

func (s *sheetWriter) write(cells []string) error {
	if s.line == maxSheetRows {
		return fmt.Errorf("an Excel sheet holds %d rows; use jsonl or csv", maxSheetRows)
	}
	s.line++
	at, err := excelize.CoordinatesToCellName(1, s.line)
	if err != nil {
		return err
	}
	row := make([]any, len(cells))
	for i, c := range cells {
		if c != "" {
			row[i] = c
		}
	}
	return s.stream.SetRow(at, row)
}

func (s *sheetWriter) close() error {
	err := s.stream.Flush()
	if err == nil {
		_, err = s.book.WriteTo(s.to)
	}
	return errors.Join(err, s.book.Close())
}

// xlsxBad writes refused rows under the same header and the reasons.
type xlsxBad struct {
	*sheetWriter
	header []string
}

func (x *xlsxReader) badWriter(w io.Writer) (badWriter, error) {
	names, _ := badHeader(x.header)
	s, err := newSheetWriter(w, names)
	return xlsxBad{s, x.header}, err
}

func (b xlsxBad) write(row Row) error {
	cells, text := row.raw.([]string), ""
	if len(cells) > len(b.header) {
		cells, text = nil, strings.Join(cells, "\t")
	}
	return b.sheetWriter.write(badCells(b.header, cells, text, row.reason()))
}
