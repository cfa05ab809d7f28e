package api

import (
	"encoding/json"
	"net/http"
	"strings"
)

// Problem is the body of every answer that is not a success (RFC 9457). Title,
// Detail and messages are in the reader's language, see Accept-Language.
type Problem struct {
	Type     string         `json:"type"` // "/problems/NAME", which answers with what the name means
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail"`
	Instance string         `json:"instance"` // "/requests/ID", the id under which the server logged the request
	Errors   []FieldProblem `json:"errors,omitempty"`
}

// FieldProblem is one thing wrong with one field of the body, or one header.
type FieldProblem struct {
	Field   string `json:"field"` // such as wordings[2] or known.due_at
	Code    string `json:"code"`  // stable, for programs
	Message string `json:"message"`
}

// problem is what a reader of the language is told of the failure.
func (f *failure) problem(in locale, requestID string) Problem {
	key := f.detail
	if key == "" {
		key = "about." + f.kind.name
	}
	p := Problem{
		Type: f.kind.uri(), Title: in.say("problem."+f.kind.name, nil), Status: f.kind.status,
		Detail: in.say(key, f.args), Instance: "/requests/" + requestID,
	}
	for _, w := range f.faults {
		p.Errors = append(p.Errors, FieldProblem{Field: w.field, Code: w.code, Message: in.fault(w)})
	}
	if len(p.Errors) > 0 && f.detail == "" {
		p.Detail = in.say("detail.fields", map[string]string{"first": sentence(p.Errors[0])})
	}
	return p
}

func sentence(e FieldProblem) string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// write sends the problem. It replaces what a handler may have announced.
func (p Problem) write(w http.ResponseWriter, in locale) {
	h := w.Header()
	for name := range h {
		if strings.HasPrefix(name, "Content-") && name != "Content-Security-Policy" {
			h.Del(name)
		}
	}
	h.Del("ETag")
	h.Del("Location")
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", in.tag)
	h.Set("Cache-Control", "no-store")
	body, _ := json.Marshal(p) // strings and a number: cannot fail
	w.WriteHeader(p.Status)
	w.Write(append(body, '\n'))
}
