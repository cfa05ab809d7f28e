package web

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"precedent/corpus"
)

// formFields are the fields of the form that records or changes a case, in
// the order they stand in. Lists are written an entry a line; wordings have a
// box each, since one may be many lines long.
var formFields = []string{
	"wordings", "state", "resolution", "resolution_kind", "handler", "due_at", "tell_customer",
	"title", "cause", "products", "models", "versions", "verified_on", "tags", "audience",
}

// values are what stands in the form, by field.
type values map[string][]string

// dueLayout is what a datetime-local input writes, in the server's zone.
const dueLayout = "2006-01-02T15:04"

// valuesOf are what the form shows for a case.
func valuesOf(c corpus.Case) values {
	one := func(s string) []string { return []string{normalLines(s)} }
	list := func(l []string) []string { return []string{strings.Join(l, "\n")} }
	vs := values{
		"state": one(string(c.State)), "resolution": one(c.Resolution), "resolution_kind": one(string(c.ResolutionKind)),
		"title": one(c.Title), "cause": one(c.Cause), "audience": one(string(c.Audience)),
		"products": list(c.Products), "models": list(c.Models), "versions": list(c.Versions),
		"verified_on": list(c.VerifiedOn), "tags": list(c.Tags),
		"handler": {""}, "due_at": {""}, "tell_customer": {""},
	}
	for _, w := range c.Wordings {
		vs["wordings"] = append(vs["wordings"], normalLines(w))
	}
	if c.Known != nil {
		vs["handler"], vs["tell_customer"] = one(c.Known.Handler), one(c.Known.TellCustomer)
		if c.Known.DueAt != nil {
			vs["due_at"] = one(c.Known.DueAt.Local().Format(dueLayout))
		}
	}
	return vs
}

// readValues takes the form's fields from a request.
func readValues(form url.Values) values {
	vs := make(values, len(formFields))
	for _, name := range formFields {
		sent := form[name]
		if name != "wordings" {
			sent = []string{form.Get(name)}
		}
		for _, s := range sent {
			if s = strings.TrimRightFunc(normalLines(s), unicode.IsSpace); name != "wordings" || s != "" {
				vs[name] = append(vs[name], s)
			}
		}
	}
	return vs
}

// First returns a field's only value.
func (vs values) First(name string) string {
	if len(vs[name]) == 0 {
		return ""
	}
	return vs[name][0]
}

// onto writes the form over a case; what the form does not show stays.
func (vs values) onto(c corpus.Case) (corpus.Case, []corpus.FieldError) {
	var faults []corpus.FieldError
	before := valuesOf(c)
	c.Wordings = slices.Clone(vs["wordings"])
	c.Resolution, c.ResolutionKind = vs.First("resolution"), corpus.ResolutionKind(vs.First("resolution_kind"))
	c.Title, c.Cause = vs.First("title"), vs.First("cause")
	// A form cut short must not publish, put back or show to more people.
	c.State = cmp.Or(corpus.State(vs.First("state")), c.State)
	c.Audience = cmp.Or(corpus.Audience(vs.First("audience")), c.Audience)
	c.Products, c.Models, c.Versions = vs.list("products"), vs.list("models"), vs.list("versions")
	c.VerifiedOn, c.Tags = vs.list("verified_on"), vs.list("tags")
	if c.State != corpus.Known {
		c.Known = nil
		return c, nil
	}
	known := corpus.KnownCase{Handler: vs.First("handler"), TellCustomer: vs.First("tell_customer")}
	switch due := vs.First("due_at"); {
	case due == "":
	case due == before.First("due_at"):
		known.DueAt = c.Known.DueAt // the input has no seconds
	default:
		at, err := time.ParseInLocation(dueLayout, due, time.Local)
		if err != nil {
			faults = append(faults, corpus.FieldError{Field: "known.due_at", Code: "invalid"})
		} else {
			known.DueAt = &at
		}
	}
	c.Known = &known
	if c.Resolution == "" {
		c.ResolutionKind = ""
	}
	return c, faults
}

func (vs values) list(name string) []string {
	var out []string
	for line := range strings.Lines(vs.First(name)) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

var entry = regexp.MustCompile(`\[\d+\]$`)

// formField is the form's name of a field that an error names.
func formField(field string) string {
	return entry.ReplaceAllString(strings.TrimPrefix(field, "known."), "")
}

// faults says in the reader's language what is wrong, by the form's fields.
func (v *visit) faults(fields []corpus.FieldError) map[string]string {
	said := make(map[string]string, len(fields))
	for _, f := range fields {
		if name := formField(f.Field); said[name] == "" {
			said[name] = v.fault(f)
		}
	}
	return said
}

// fault says what is wrong with one field: in words of its own where the
// catalogue has some, else by the kind of error.
func (v *visit) fault(f corpus.FieldError) string {
	for _, key := range []string{"fault." + f.Code + "." + formField(f.Field), "fault." + f.Code} {
		if _, ok := v.catalogue[key]; ok {
			return v.say(key, "limit", f.Limit)
		}
	}
	return f.Message
}

// normalLines ends lines as the rest of the program does: browsers send CRLF.
func normalLines(s string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }
