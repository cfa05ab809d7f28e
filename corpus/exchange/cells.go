package exchange

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"precedent/corpus"
)

// cells is the part of reading that CSV and Excel share: a header, then rows
// of cells.
type cells struct {
	header   []string
	columns  [len(fields)][]int // of each field, its parts in order
	strange  []int              // columns that name no field
	raw      int                // the column of broken rows, or -1
	location *time.Location
	unknown  unknown
}

func newCells(header []string, o ReadOptions) (*cells, error) {
	c := &cells{header: header, raw: slices.Index(header, rawColumn), location: o.Location}
	b := newBinder(o.Columns)
	places := b.bind(header)
	for i, p := range places {
		switch {
		case p != nil:
			c.columns[p.field] = append(c.columns[p.field], i)
		case header[i] != errorColumn && header[i] != rawColumn:
			c.strange = append(c.strange, i)
		}
	}
	for _, columns := range c.columns {
		slices.SortStableFunc(columns, func(i, j int) int { return places[i].part - places[j].part })
	}
	if missing := b.missing(header); len(missing) > 0 {
		return nil, fmt.Errorf("there is no column %q; the columns are %s", missing[0], quoted(header))
	}
	for _, name := range []string{"title", "complaint", "wordings", "resolution"} {
		if c.columns[fieldNamed(name)] != nil {
			return c, nil
		}
	}
	return nil, fmt.Errorf("no column holds a title, complaint or resolution; the first row must name the columns, and names %s; "+
		"say which column is which with field=column", quoted(header))
}

// quoted lists names for a person, not all when there are many.
func quoted(list []string) string {
	const most, longest = 40, 40
	var names []string
	for i, s := range list {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(list)-i))
			break
		}
		if r := []rune(s); len(r) > longest {
			s = string(r[:longest]) + "..."
		}
		names = append(names, fmt.Sprintf("%q", s))
	}
	return strings.Join(names, ", ")
}

// read makes a row of its cells. ok is false when no cell holds anything but
// what a file of bad rows says of the row after it.
func (c *cells) read(line int, row []string) (out Row, ok bool) {
	out = Row{Line: line}
	var r record
	for f, columns := range c.columns {
		if value := cellsText(row, columns); strings.TrimSpace(value) != "" {
			ok = true
			c.set(&r, &out, &fields[f], value)
		}
	}
	for _, i := range c.strange {
		if cellsText(row, []int{i}) != "" {
			ok = true
			c.unknown.add(c.header[i])
		}
	}
	for _, cell := range row[min(len(row), len(c.header)):] {
		if strings.TrimSpace(cell) != "" {
			ok = true
			out.fail("row", fmt.Sprintf("has %d cells, the header names %d columns; put a text that holds the separator in quotes", len(row), len(c.header)))
			break
		}
	}
	if !ok && c.raw >= 0 && c.raw < len(row) && row[c.raw] != "" {
		ok = true
		out.fail("row", "was broken before; write the text of "+rawColumn+" into the columns it belongs to")
	}
	out.finish(&r)
	return out, ok
}

// cellsText joins the parts of a text.
func cellsText(row []string, columns []int) string {
	switch len(columns) {
	case 0:
		return ""
	case 1:
		if columns[0] < len(row) {
			return row[columns[0]]
		}
		return ""
	}
	var b strings.Builder
	for _, i := range columns {
		if i < len(row) {
			b.WriteString(row[i])
		}
	}
	return b.String()
}

// set puts a cell's value into the record.
func (c *cells) set(r *record, out *Row, f *field, value string) {
	switch {
	case !utf8.ValidString(value):
		out.fail(f.name, "has broken characters; save the file as UTF-8")
	case f.text != nil:
		*f.text(r) = strings.TrimSpace(value)
	case f.list != nil:
		*f.list(r) = splitList(value, f.separators)
	default:
		t, err := parseDate(value, c.location)
		if err != nil {
			out.fail(f.name, fmt.Sprintf("%q %s", shortened(value), err))
			return
		}
		*f.time(r) = &t
	}
}

// write makes the cells of a record, one a field, in their order.
func writeCells(r *record) [len(fields)]string {
	var row [len(fields)]string
	for i := range fields {
		switch f := &fields[i]; {
		case f.text != nil:
			row[i] = *f.text(r)
		case f.list != nil:
			row[i] = joinList(*f.list(r), f.separators)
		default:
			if t := *f.time(r); t != nil {
				row[i] = t.Format(time.RFC3339Nano)
			}
		}
	}
	return row
}

// shortened cuts a value that is shown in a message, with personal data masked.
func shortened(s string) string {
	s, _ = corpus.Mask(strings.TrimSpace(s))
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "..."
	}
	return s
}
