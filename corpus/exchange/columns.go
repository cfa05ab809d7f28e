package exchange

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Columns says which column holds which field, by field name, where the
// column's own name does not tell: {"resolution": "备注"}. Other columns are
// recognised by the fields' names and common other names for them.
type Columns map[string]string

// ParseColumns reads field=column pairs.
func ParseColumns(pairs []string) (Columns, error) {
	columns := make(Columns)
	for _, p := range pairs {
		name, column, ok := strings.Cut(p, "=")
		name, column = strings.TrimSpace(name), strings.TrimSpace(column)
		if !ok || column == "" {
			return nil, fmt.Errorf("%q is no mapping; give field=column", p)
		}
		if fieldNamed(name) < 0 {
			return nil, fmt.Errorf("there is no field %q; there are %s", name, strings.Join(fieldNames(), ", "))
		}
		if former, ok := columns[name]; ok {
			return nil, fmt.Errorf("%s is mapped to both %q and %q; give one", name, former, column)
		}
		columns[name] = column
	}
	return columns, nil
}

func fieldNamed(name string) int {
	for i := range fields {
		if fields[i].name == name {
			return i
		}
	}
	return -1
}

func fieldNames() []string {
	names := make([]string, len(fields))
	for i := range fields {
		names[i] = fields[i].name
	}
	return names
}

// Columns that a file of bad rows has beside the others; reading passes them over.
const (
	errorColumn = "_error" // what is wrong with the row
	rawColumn   = "_raw"   // the text of a row that could not be cut into cells
)

// foldName makes column names comparable: case, blanks and signs don't count.
func foldName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		if unicode.IsSpace(r) || strings.ContainsRune("_-*:：\uFEFF", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// place is where a column's values go.
type place struct {
	field int // index in fields
	part  int // 1, or more for the continuation of a long text (resolution_2)
	rank  int // lower wins when several columns name one field
}

const (
	mapped = iota
	named
	aliased
)

// binder finds the field of a column by its name.
type binder struct {
	byMapping map[string]int // exact column names
	byName    map[string]place
}

func newBinder(columns Columns) *binder {
	b := &binder{byMapping: make(map[string]int), byName: make(map[string]place)}
	for i, f := range fields {
		b.byName[foldName(f.name)] = place{field: i, part: 1, rank: named}
		for rank, a := range f.aliases {
			b.byName[a] = place{field: i, part: 1, rank: aliased + rank}
		}
	}
	for name, column := range columns {
		b.byMapping[column] = fieldNamed(name)
	}
	return b
}

// find returns where the column's values go; false when it names no field.
func (b *binder) find(column string) (place, bool) {
	if f, ok := b.byMapping[strings.TrimSpace(column)]; ok {
		return place{field: f, part: 1, rank: mapped}, true
	}
	if p, ok := b.byName[foldName(column)]; ok {
		return p, true
	}
	i := strings.LastIndexByte(column, '_')
	if i < 0 {
		return place{}, false
	}
	part, err := strconv.Atoi(strings.TrimSpace(column[i+1:]))
	f := fieldNamed(strings.TrimSpace(column[:i]))
	return place{field: f, part: part, rank: named}, err == nil && f >= 0 && part >= 2 && part <= maxParts && fields[f].time == nil
}

// bind finds the fields of all columns. When several name one field the best
// name wins and the others count as unknown. A nil place means unknown.
func (b *binder) bind(columns []string) []*place {
	places := make([]*place, len(columns))
	best := make(map[[2]int]int) // field and part -> column
	for i, c := range columns {
		p, ok := b.find(c)
		if !ok {
			continue
		}
		key := [2]int{p.field, p.part}
		if j, taken := best[key]; taken {
			if places[j].rank <= p.rank {
				continue
			}
			places[j] = nil
		}
		best[key] = i
		places[i] = &p
	}
	return places
}

// missing returns the mapped columns that are not among the given.
func (b *binder) missing(columns []string) []string {
	var missing []string
	for want := range b.byMapping {
		found := false
		for _, c := range columns {
			found = found || strings.TrimSpace(c) == want
		}
		if !found {
			missing = append(missing, want)
		}
	}
	return missing
}

// Column is a column that names no field, and how many rows have a value in it.
type Column struct {
	Name string `json:"name"`
	Rows int    `json:"rows"`
}

// maxUnknown bounds how many such columns are told apart.
const maxUnknown = 1000

// unknown counts them in the order in which they were met.
type unknown struct {
	columns []Column
	index   map[string]int
}

func (u *unknown) add(name string) {
	i, ok := u.index[name]
	if !ok {
		if len(u.columns) == maxUnknown {
			return
		}
		if u.index == nil {
			u.index = make(map[string]int)
		}
		i = len(u.columns)
		u.index[name] = i
		u.columns = append(u.columns, Column{Name: name})
	}
	u.columns[i].Rows++
}
