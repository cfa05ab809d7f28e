package corpus

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// Prepare makes the case fit to be recorded: texts are cleaned, personal data
// is masked, empty and repeated entries are dropped, and defaults are set (see
// complete). It then returns *InvalidError with everything that is wrong, or
// nil. Preparing a prepared case changes nothing.
func (c *Case) Prepare() error {
	c.mask()
	c.complete()
	var w wrong
	c.checkTexts(&w)
	c.checkState(&w)
	return w.err()
}

func (c *Case) mask() {
	c.ExternalID = cleanLine(c.ExternalID)
	c.Title = maskLine(c.Title)
	c.Wordings = maskList(c.Wordings, maskText)
	c.Resolution = maskText(c.Resolution)
	c.Cause = maskText(c.Cause)
	c.Products = maskList(c.Products, maskLine)
	c.Models = maskList(c.Models, maskLine)
	c.Versions = maskList(c.Versions, maskLine)
	c.VerifiedOn = maskList(c.VerifiedOn, maskLine)
	c.Tags = maskList(c.Tags, maskLine)
	c.Author = maskStaff(c.Author)
	c.Reviewer = maskStaff(c.Reviewer)
	c.Language = languageTag(c.Language)
	if c.Known != nil {
		k := *c.Known // the caller's stays as it is
		k.Handler = maskStaff(k.Handler)
		k.TellCustomer = maskText(k.TellCustomer)
		c.Known = &k
	}
}

// complete sets what was left out: a case with a resolution is published and
// its resolution a fix, one without is known; it is meant for agents. What
// says nothing (a kind of no resolution, an empty Known) is dropped.
func (c *Case) complete() {
	if c.Wordings == nil {
		c.Wordings = []string{} // [] rather than null in JSON
	}
	if c.State == "" {
		c.State = Known
		if c.Resolution != "" {
			c.State = Published
		}
	}
	switch {
	case c.Resolution == "":
		c.ResolutionKind = ""
	case c.ResolutionKind == "":
		c.ResolutionKind = Fix
	}
	if c.Audience == "" {
		c.Audience = Agent
	}
	c.ResolvedAt = utc(c.ResolvedAt)
	if c.Known != nil {
		c.Known.DueAt = utc(c.Known.DueAt)
		if *c.Known == (KnownCase{}) {
			c.Known = nil
		}
	}
}

func (c *Case) checkTexts(w *wrong) {
	w.length("external_id", c.ExternalID, MaxLine)
	w.length("title", c.Title, MaxLine)
	w.list("wordings", c.Wordings, MaxWordings, MaxText)
	w.length("resolution", c.Resolution, MaxText)
	w.length("cause", c.Cause, MaxLine)
	w.list("products", c.Products, MaxList, MaxLine)
	w.list("models", c.Models, MaxList, MaxLine)
	w.list("versions", c.Versions, MaxList, MaxLine)
	w.list("verified_on", c.VerifiedOn, MaxList, MaxLine)
	w.list("tags", c.Tags, MaxList, MaxLine)
	w.length("author", c.Author, MaxLine)
	w.length("reviewer", c.Reviewer, MaxLine)
	if c.Known != nil {
		w.length("known.handler", c.Known.Handler, MaxLine)
		w.length("known.tell_customer", c.Known.TellCustomer, MaxLine)
		w.time("known.due_at", c.Known.DueAt)
	}
	for i, v := range c.Versions {
		if _, err := ParseVersionRange(v); err != nil {
			w.add(fmt.Sprintf("versions[%d]", i), "invalid", err.Error())
		} else if strings.ContainsRune(v, '⟦') { // such as a⟦phone⟧ 2.0, which has a name and a version
			w.add(fmt.Sprintf("versions[%d]", i), "invalid", fmt.Sprintf("%s is no version range; %s", quote(v), errVersion))
		}
	}
	w.language(c.Language)
	w.time("resolved_at", c.ResolvedAt)
}

func (c *Case) checkState(w *wrong) {
	oneOf(w, "state", c.State, States[:])
	oneOf(w, "audience", c.Audience, Audiences[:])
	if c.Resolution == "" {
		if c.State == Published || c.State == Draft {
			w.add("resolution", "required", fmt.Sprintf("a %s case needs one; give it, or set the state to known", c.State))
		} else if c.Title == "" && len(c.Wordings) == 0 {
			w.add("wordings", "required", "there is nothing to find the case by; give a title, a wording or a resolution")
		}
	} else {
		oneOf(w, "resolution_kind", c.ResolutionKind, ResolutionKinds[:])
	}
	if c.Known != nil && c.State != Known {
		w.add("known", "not_allowed", fmt.Sprintf("belongs to cases in the state known, not %s; leave it out", c.State))
	}
}

// Prepare makes the complaint fit to be recorded, as Case.Prepare does.
func (p *Complaint) Prepare() error {
	p.Text = maskText(p.Text)
	p.Channel = maskLine(p.Channel)
	p.Product = maskLine(p.Product)
	p.Customer = maskLine(p.Customer)
	p.Owner = maskStaff(p.Owner)
	p.Language = languageTag(p.Language)
	if p.Status == "" {
		p.Status = Open
		if p.CaseID != "" {
			p.Status = Answered
		}
	}
	var w wrong
	if p.Text == "" {
		w.add("text", "required", "is empty; give what the customer said")
	}
	w.length("text", p.Text, MaxText)
	w.length("channel", p.Channel, MaxLine)
	w.length("product", p.Product, MaxLine)
	w.length("customer", p.Customer, MaxLine)
	w.length("owner", p.Owner, MaxLine)
	w.language(p.Language)
	oneOf(&w, "status", p.Status, []Status{Open, Answered})
	switch {
	case p.CaseID == "" && p.Status == Answered:
		w.add("case_id", "required", "an answered complaint names the case that answered it")
	case p.CaseID != "":
		w.id("case_id", CasePrefix, p.CaseID)
	}
	return w.err()
}

// Prepare makes the verdict fit to be recorded, as Case.Prepare does. Whether
// its case, complaint or query exist is for those who hold them to say.
func (v *Verdict) Prepare() error {
	v.By = maskStaff(v.By)
	var w wrong
	switch {
	case v.QueryID == "" && v.ComplaintID == "":
		w.add("query_id", "required", "give the query or the complaint that the verdict is about")
	case v.QueryID != "" && v.ComplaintID != "":
		w.add("complaint_id", "not_allowed", "give either query_id or complaint_id, not both")
	case v.QueryID != "":
		if queryBytes(v.QueryID) == nil {
			w.add("query_id", "invalid", fmt.Sprintf("%s is no query id; give the query_id of an answer to a search", quote(v.QueryID)))
		}
	default:
		w.id("complaint_id", ComplaintPrefix, v.ComplaintID)
	}
	if v.CaseID == "" {
		w.add("case_id", "required", "give the case that the verdict is about")
	} else {
		w.id("case_id", CasePrefix, v.CaseID)
	}
	if v.Verdict == "" {
		w.add("verdict", "required", "give one of "+join(VerdictKinds[:]))
	} else {
		oneOf(&w, "verdict", v.Verdict, VerdictKinds[:])
	}
	w.length("by", v.By, MaxLine)
	return w.err()
}

// languageTag writes a tag the way records keep it; und, which says that the
// language is not known, becomes "".
func languageTag(s string) string {
	s = strings.ReplaceAll(strings.ToLower(cleanLine(s)), "_", "-")
	if s == "und" {
		return ""
	}
	return s
}

// utc drops the zone and the monotonic reading, so that equal times compare equal.
func utc(t *time.Time) *time.Time {
	if t == nil || t.IsZero() {
		return nil
	}
	u := t.UTC().Round(0)
	return &u
}

// wrong gathers what is wrong with a record.
type wrong []FieldError

func (w *wrong) add(field, code, message string) {
	*w = append(*w, FieldError{Field: field, Code: code, Message: message})
}

func (w wrong) err() error {
	if len(w) == 0 {
		return nil
	}
	return &InvalidError{Fields: w}
}

func (w *wrong) length(field, s string, limit int) {
	if len(s) <= limit { // as many characters at most
		return
	}
	if n := utf8.RuneCountInString(s); n > limit {
		*w = append(*w, FieldError{Field: field, Code: "too_long", Limit: limit,
			Message: fmt.Sprintf("has %d characters; give at most %d", n, limit)})
	}
}

func (w *wrong) list(field string, list []string, entries, characters int) {
	if len(list) > entries {
		*w = append(*w, FieldError{Field: field, Code: "too_many", Limit: entries,
			Message: fmt.Sprintf("has %d entries; give at most %d", len(list), entries)})
	}
	for i, s := range list {
		w.length(fmt.Sprintf("%s[%d]", field, i), s, characters)
	}
}

func (w *wrong) language(tag string) {
	if tag == "" || tag == "zh" || tag == "en" {
		return
	}
	if _, err := language.Parse(tag); err != nil {
		w.add("language", "invalid", fmt.Sprintf("%s is no language tag (BCP 47); give one such as zh, en or pt-br, or none", quote(tag)))
	}
}

// time refuses what is a slip of a converter or of the keyboard rather than a
// time in the life of a case.
func (w *wrong) time(field string, t *time.Time) {
	if t != nil && (t.Year() < 1970 || t.Year() > 2199) {
		w.add(field, "invalid", fmt.Sprintf("the year %d can't be right; give a time from 1970 to 2199", t.Year()))
	}
}

func (w *wrong) id(field, prefix, id string) {
	if !ValidID(prefix, id) {
		w.add(field, "invalid", fmt.Sprintf("%s is no such id; ids begin with %s", quote(id), prefix))
	}
}

func oneOf[T ~string](w *wrong, field string, value T, allowed []T) {
	if !slices.Contains(allowed, value) {
		w.add(field, "not_allowed", fmt.Sprintf("%s is unknown; give one of %s", quote(string(value)), join(allowed)))
	}
}

func join[T ~string](values []T) string {
	s := make([]string, len(values))
	for i, v := range values {
		s[i] = string(v)
	}
	return strings.Join(s, ", ")
}

// quote shows a refused value: masked, since it may be anything, and cut short.
func quote(s string) string {
	s, _ = Mask(clean(s))
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "..."
	}
	return fmt.Sprintf("%q", s)
}
