package api

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// mostFaults bounds how much of a bad request an answer lists.
const mostFaults = 50

// fields reads the members of one JSON object by their names and collects what
// is wrong with them. A member that is absent reads as the zero value; null is
// not a value: a member without one is left out.
type fields struct {
	path   string
	values map[string]any
	read   map[string]bool
	wrong  *[]fault // shared with the objects within
}

func newFields(values map[string]any) *fields {
	return &fields{values: values, read: make(map[string]bool), wrong: new([]fault)}
}

// refuse notes what is wrong with a member, named as seen from this object.
func (f *fields) refuse(name, code string, args ...string) {
	f.note(fault{field: join(f.path, name), code: code, args: named(args)})
}

func (f *fields) note(w fault) {
	if len(*f.wrong) < mostFaults {
		*f.wrong = append(*f.wrong, w)
	}
}

// err is the failure of everything noted, unknown members included, or nil.
func (f *fields) err() error {
	f.unknown()
	if len(*f.wrong) == 0 {
		return nil
	}
	return &failure{kind: invalid, faults: *f.wrong}
}

// unknown notes the members that nobody has read.
func (f *fields) unknown() {
	var names []string
	for name := range f.values {
		if !f.read[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		f.refuse(name, "unknown")
	}
}

func (f *fields) has(name string) bool {
	_, ok := f.values[name]
	return ok
}

// get returns a member of type T; want names that type for the reader.
func get[T any](f *fields, name, want string) (v T, ok bool) {
	f.read[name] = true
	raw, present := f.values[name]
	if !present {
		return v, false
	}
	if v, ok = raw.(T); !ok {
		f.refuse(name, "wrong_type", "want", "@type."+want, "got", "@type."+typeOf(raw))
	}
	return v, ok
}

func (f *fields) text(name string) string {
	v, _ := get[string](f, name, "text")
	return v
}

func (f *fields) truth(name string) bool {
	v, _ := get[bool](f, name, "truth")
	return v
}

// required reads a text that must be there, not blank and at most limit
// characters long.
func (f *fields) required(name string, limit int) string {
	v, ok := get[string](f, name, "text")
	switch {
	case !f.has(name):
		f.refuse(name, "required")
	case ok && strings.TrimSpace(v) == "":
		f.refuse(name, "blank")
	case utf8.RuneCountInString(v) > limit:
		f.refuse(name, "too_long", "limit", strconv.Itoa(limit))
	}
	return v
}

func (f *fields) texts(name string) []string {
	list, ok := get[[]any](f, name, "texts")
	if !ok {
		return nil
	}
	texts := make([]string, 0, len(list))
	for i, raw := range list {
		v, ok := raw.(string)
		if !ok {
			f.refuse(name+"["+strconv.Itoa(i)+"]", "wrong_type", "want", "@type.text", "got", "@type."+typeOf(raw))
		}
		texts = append(texts, v)
	}
	return texts
}

// whole reads a whole number from low to high; absent is given as ok false.
func (f *fields) whole(name string, low, high int64) (n int64, ok bool) {
	raw, ok := get[json.Number](f, name, "whole")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(raw.String(), 10, 64)
	if err != nil && strings.ContainsAny(raw.String(), ".eE") {
		f.refuse(name, "wrong_type", "want", "@type.whole", "got", "@type.fraction")
		return 0, false
	}
	if err != nil || n < low || n > high {
		f.refuse(name, "out_of_range", "low", strconv.FormatInt(low, 10), "high", strconv.FormatInt(high, 10))
		return 0, false
	}
	return n, true
}

// instant reads a time as RFC 3339 writes it.
func (f *fields) instant(name string) *time.Time {
	raw, ok := get[string](f, name, "instant")
	if !ok {
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, raw)
	if err != nil || t.Year() < 1 {
		f.refuse(name, "not_a_time")
		return nil
	}
	return &t
}

// object reads an object; nil when it is absent.
func (f *fields) object(name string) *fields {
	v, ok := get[map[string]any](f, name, "object")
	if !ok {
		return nil
	}
	return &fields{path: join(f.path, name), values: v, read: make(map[string]bool), wrong: f.wrong}
}

// typeOf names the type of a JSON value, as the catalogues list them.
func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "truth"
	case string:
		return "text"
	case []any:
		return "list"
	case map[string]any:
		return "object"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "fraction"
		}
		return "whole"
	default:
		return "text"
	}
}
