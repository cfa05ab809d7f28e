package corpus

import (
	"errors"
	"strings"
)

// Errors that the rooms above tell apart with errors.Is.
var (
	ErrNotFound  = errors.New("not found")
	ErrStale     = errors.New("changed by someone else meanwhile") // the version given is not the present one
	ErrKeyReused = errors.New("idempotency key was used for another request")
	ErrConflict  = errors.New("conflict") // the record's state does not allow it, such as undoing twice
	ErrFull      = errors.New("the disk is full; nothing was written")
	ErrBusy      = errors.New("the store is busy or closed; nothing was written, try again")
)

// FieldError is one thing wrong with one field.
type FieldError struct {
	Field   string `json:"field"`           // the JSON name, such as wordings[2]
	Code    string `json:"code"`            // required, too_long, too_many, not_allowed, invalid: message catalogues key on it
	Message string `json:"message"`         // English, for a person: what is wrong and what to do
	Limit   int    `json:"limit,omitempty"` // the limit that was passed, when there is one
}

// InvalidError says why a record was refused, field by field.
type InvalidError struct {
	Fields []FieldError
}

func (e *InvalidError) Error() string {
	var b strings.Builder
	for i, f := range e.Fields {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(f.Field + ": " + f.Message)
	}
	return b.String()
}
