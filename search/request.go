package search

import (
	"fmt"
	"time"
	"unicode/utf8"

	"precedent/corpus"
)

// Limits of a request.
const (
	MaxText      = 20_000 // characters (Unicode code points)
	MaxLimit     = 100
	DefaultLimit = 10
)

// Request is what a caller asks.
type Request struct {
	Text     string // what the customer says; up to MaxText characters
	Limit    int    // matches wanted, 1 to MaxLimit; 0 means DefaultLimit
	Product  string // narrows to cases of this product or of none; "" does not narrow
	Language string // BCP 47; narrows to cases in this language; "" does not narrow
	MinSeq   int64  // wait, at most WaitForSeq, until the index holds this change; 0 does not wait
	Legs     Legs   // what to score by; "" means AllLegs, or WordsLeg with Typing

	// Typing says that the text is still being typed: the last word may be
	// unfinished and also finds what begins so.
	Typing bool
}

// Legs are the ways of scoring that a search uses.
type Legs string

const (
	AllLegs    Legs = "all" // both, or words alone where there are no models
	WordsLeg   Legs = "words"
	MeaningLeg Legs = "meaning"
)

// Valid reports whether l is one of the three.
func (l Legs) Valid() bool { return l == AllLegs || l == WordsLeg || l == MeaningLeg }

// validate refuses a request out of its limits, and completes it.
func (r *Request) validate() error {
	var wrong []corpus.FieldError
	if n := utf8.RuneCountInString(r.Text); n > MaxText {
		wrong = append(wrong, corpus.FieldError{Field: "text", Code: "too_long", Limit: MaxText,
			Message: fmt.Sprintf("has %d characters; give at most %d", n, MaxText)})
	}
	if r.Limit == 0 {
		r.Limit = DefaultLimit
	}
	if r.Limit < 1 || r.Limit > MaxLimit {
		wrong = append(wrong, corpus.FieldError{Field: "limit", Code: "not_allowed", Limit: MaxLimit,
			Message: fmt.Sprintf("is %d; give 1 to %d", r.Limit, MaxLimit)})
	}
	for _, f := range [...]struct{ name, text string }{{"product", r.Product}, {"language", r.Language}} {
		if n := utf8.RuneCountInString(f.text); n > corpus.MaxLine {
			wrong = append(wrong, corpus.FieldError{Field: f.name, Code: "too_long", Limit: corpus.MaxLine,
				Message: fmt.Sprintf("has %d characters; give at most %d", n, corpus.MaxLine)})
		}
	}
	if r.Legs == "" {
		r.Legs = AllLegs
		if r.Typing {
			r.Legs = WordsLeg
		}
	}
	if !r.Legs.Valid() {
		wrong = append(wrong, corpus.FieldError{Field: "legs", Code: "not_allowed",
			Message: fmt.Sprintf("is %q; give all, words or meaning", r.Legs)})
	}
	if r.MinSeq < 0 {
		wrong = append(wrong, corpus.FieldError{Field: "min_seq", Code: "not_allowed",
			Message: fmt.Sprintf("is %d; give the seq of an answer to a write", r.MinSeq)})
	}
	if wrong != nil {
		return &corpus.InvalidError{Fields: wrong}
	}
	return nil
}

// WaitForSeq bounds how long a search waits for Request.MinSeq.
const WaitForSeq = 2 * time.Second

// Response is the answer to a Request.
type Response struct {
	QueryID  string
	Language string // of the text, BCP 47, "und" when it can't be told
	Took     time.Duration
	IndexSeq int64 // the index held every change up to this one
	Legs     Legs  // what the matches were scored by
	Matches  []Match
}

// Match is a case offered for a complaint.
type Match struct {
	Case     corpus.Case
	Score    float64 // above 0; comparable within one response only
	Meaning  float64 // how near in meaning, 0 to 1; 0 when words alone answered
	Tally    corpus.Tally
	Evidence Evidence
}
