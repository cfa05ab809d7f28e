package api

import (
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"precedent/corpus"
	"precedent/search"
)

// SearchRequest is what a search asks, as it goes over the wire.
type SearchRequest struct {
	Text     string      `json:"text"`            // up to search.MaxText characters, not blank
	Limit    *int        `json:"limit,omitempty"` // 1 to search.MaxLimit; nil means search.DefaultLimit
	Product  string      `json:"product,omitempty"`
	Language string      `json:"language,omitempty"` // BCP 47
	MinSeq   int64       `json:"min_seq,omitempty"`  // see search.Request
	Legs     search.Legs `json:"legs,omitempty"`     // see search.Request
	Typing   bool        `json:"typing,omitempty"`   // see search.Request
}

// SearchAnswer is the answer to a search, as it goes over the wire.
type SearchAnswer struct {
	QueryID  string      `json:"query_id"`
	Language string      `json:"language"`
	TookMS   float64     `json:"took_ms"` // milliseconds
	IndexSeq int64       `json:"index_seq"`
	Legs     search.Legs `json:"legs"` // what the matches were scored by
	Matches  []Match     `json:"matches"`
}

// Match is a case as a search offers it.
type Match struct {
	CaseID         string                `json:"case_id"`
	ExternalID     string                `json:"external_id"`
	Version        int                   `json:"version"`
	Title          string                `json:"title"`
	State          corpus.State          `json:"state"`
	Score          float64               `json:"score"`
	Meaning        float64               `json:"meaning"` // how near in meaning, 0 to 1
	Wordings       []string              `json:"wordings"`
	Resolution     string                `json:"resolution"`
	ResolutionKind corpus.ResolutionKind `json:"resolution_kind,omitempty"`
	Cause          string                `json:"cause,omitempty"`
	Known          *corpus.KnownCase     `json:"known,omitempty"`
	Products       []string              `json:"products,omitempty"`
	Models         []string              `json:"models,omitempty"`
	Versions       []string              `json:"versions,omitempty"`
	Language       string                `json:"language,omitempty"`
	Audience       corpus.Audience       `json:"audience"`
	Tally          corpus.Tally          `json:"tally"`
	Evidence       search.Evidence       `json:"evidence"`
}

// languageTag is the shape of a BCP 47 tag (RFC 5646, section 2.1).
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$`)

func (s *Server) search(c *call) (answer, error) {
	q := readSearch(c.fields)
	if err := c.fields.err(); err != nil {
		return answer{}, err
	}
	resp, err := s.searches.Search(c.ctx, c.who, q.request())
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, body: NewSearchAnswer(resp)}, nil
}

func readSearch(f *fields) SearchRequest {
	q := SearchRequest{
		Text:     f.required("text", search.MaxText),
		Product:  f.line("product"),
		Language: f.text("language"),
	}
	if f.has("language") && q.Language != "" && !languageTag.MatchString(q.Language) {
		f.refuse("language", "not_a_language")
	}
	if n, ok := f.whole("limit", 1, search.MaxLimit); ok {
		limit := int(n)
		q.Limit = &limit
	}
	q.MinSeq, _ = f.whole("min_seq", 0, math.MaxInt64)
	if q.Legs = search.Legs(f.text("legs")); f.has("legs") && !q.Legs.Valid() {
		f.refuse("legs", "not_allowed")
	}
	q.Typing = f.truth("typing")
	return q
}

func (q SearchRequest) request() search.Request {
	r := search.Request{
		Text: q.Text, Product: q.Product, Language: q.Language, MinSeq: q.MinSeq, Legs: q.Legs, Typing: q.Typing,
	}
	if q.Limit != nil {
		r.Limit = *q.Limit
	}
	return r
}

// line reads a text of at most one line's length.
func (f *fields) line(name string) string {
	v := f.text(name)
	if utf8.RuneCountInString(v) > corpus.MaxLine {
		f.refuse(name, "too_long", "limit", strconv.Itoa(corpus.MaxLine))
	}
	return v
}

// NewSearchAnswer gives a response the form it has on the wire: every list is
// a list, empty ones too.
func NewSearchAnswer(resp search.Response) SearchAnswer {
	out := SearchAnswer{
		QueryID: resp.QueryID, Language: resp.Language, IndexSeq: resp.IndexSeq, Legs: resp.Legs,
		TookMS: milliseconds(resp.Took), Matches: make([]Match, 0, len(resp.Matches)),
	}
	for _, m := range resp.Matches {
		out.Matches = append(out.Matches, matchOf(m))
	}
	return out
}

func matchOf(m search.Match) Match {
	k := m.Case
	return Match{
		CaseID: k.ID, ExternalID: k.ExternalID, Version: k.Version, Title: k.Title, State: k.State,
		Score: m.Score, Meaning: m.Meaning,
		Wordings: list(k.Wordings), Resolution: k.Resolution, ResolutionKind: k.ResolutionKind, Cause: k.Cause,
		Known: k.Known, Products: k.Products, Models: k.Models, Versions: k.Versions, Language: k.Language,
		Audience: k.Audience, Tally: m.Tally, Evidence: evidenceOf(m.Evidence),
	}
}

// evidenceOf gives every list of the evidence as a list, empty ones too.
func evidenceOf(e search.Evidence) search.Evidence {
	e.Terms, e.Differs = slices.Clone(list(e.Terms)), slices.Clone(list(e.Differs))
	for i, t := range e.Terms {
		e.Terms[i].Text, e.Terms[i].Matched = list(t.Text), list(t.Matched)
	}
	for i, d := range e.Differs {
		e.Differs[i].Asked, e.Differs[i].Has = list(d.Asked), list(d.Has)
	}
	return e
}

func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// milliseconds gives a duration in milliseconds, to the microsecond.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
