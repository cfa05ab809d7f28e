package api

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"precedent/api/cause"
	"precedent/corpus"
)

// failure is an error that knows how it is answered. Its texts are keys of
// the message catalogues, so that they reach the reader in their language.
type failure struct {
	kind   kind
	detail string            // key of the explanation; "" means about.NAME of the kind
	args   map[string]string // what the explanation's {names} stand for
	faults []fault
	cause  error // for the log, never shown
}

// fault is one thing wrong with one field or header.
type fault struct {
	field string
	code  string            // key of the message is field.CODE
	key   string            // of the message, when not field.CODE
	args  map[string]string // what the message's {names} stand for; a value "@KEY" is itself looked up
	text  string            // the English message when it was made below the API
}

func (f *failure) Error() string {
	var b strings.Builder
	b.WriteString(f.kind.name)
	for _, w := range f.faults {
		b.WriteString(": " + w.field + " " + w.code)
	}
	if f.cause != nil {
		b.WriteString(": " + f.cause.Error())
	}
	return b.String()
}

func (f *failure) Unwrap() error { return f.cause }

func fail(k kind, detail string, args ...string) *failure {
	return &failure{kind: k, detail: detail, args: named(args)}
}

// refuse is a failure about one field.
func refuse(k kind, field, code string, args ...string) *failure {
	return &failure{kind: k, faults: []fault{{field: field, code: code, args: named(args)}}}
}

// named makes a map of names and values that follow each other.
func named(pairs []string) map[string]string {
	if len(pairs) == 0 {
		return nil
	}
	m := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

// failureOf says how any error is answered. The context is the request's: once
// its reader has gone there is nobody to answer.
func failureOf(ctx context.Context, err error) *failure {
	var known *failure
	if errors.As(err, &known) {
		return known
	}
	var bad *corpus.InvalidError
	if errors.As(err, &bad) {
		f := &failure{kind: invalid, cause: err}
		if errors.Is(err, corpus.ErrConflict) {
			f.kind = conflict
		}
		for _, w := range bad.Fields {
			f.faults = append(f.faults, fault{field: w.Field, code: w.Code, text: w.Message,
				args: named([]string{"limit", fmt.Sprint(w.Limit)})})
		}
		return f
	}
	return &failure{kind: kindOf(cause.Of(ctx, err)), cause: err}
}
