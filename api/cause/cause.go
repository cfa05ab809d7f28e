// Package cause tells apart why a request failed, in one table that the HTTP
// API and the pages share, so that both answer the same failure alike.
package cause

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"syscall"

	"precedent/corpus"
)

// Cause is why a request failed. Its text is the stable name of the API's
// problem.
type Cause string

// Every cause that errors of the rooms below come down to.
const (
	NotFound    Cause = "not-found"
	Stale       Cause = "stale"        // the version given is not the present one
	KeyReused   Cause = "key-reused"   // the idempotency key belongs to another request
	Conflict    Cause = "conflict"     // the record's state does not allow it
	StorageFull Cause = "storage-full" // nothing was written
	Unavailable Cause = "unavailable"  // busy, closed or too slow; may go well if tried again
	ClientGone  Cause = "client-gone"  // nobody is left to answer
	Internal    Cause = "internal"     // a fault of the program or its machine
)

var causes = []struct {
	err   error
	cause Cause
}{
	{corpus.ErrNotFound, NotFound},
	{corpus.ErrStale, Stale},
	{corpus.ErrKeyReused, KeyReused},
	{corpus.ErrConflict, Conflict},
	{corpus.ErrFull, StorageFull},
	{corpus.ErrBusy, Unavailable},
	{syscall.ENOSPC, StorageFull},
	{syscall.EDQUOT, StorageFull},
	{fs.ErrClosed, Unavailable},
	{context.DeadlineExceeded, Unavailable},
}

// Of returns why a request failed. The context is the request's own, without
// the limits a handler sets: once it is cancelled its reader has gone.
func Of(ctx context.Context, err error) Cause {
	if errors.Is(err, context.Canceled) && errors.Is(ctx.Err(), context.Canceled) {
		return ClientGone
	}
	for _, row := range causes {
		if errors.Is(err, row.err) {
			return row.cause
		}
	}
	return Internal
}

// Status is the HTTP status a cause is answered with. 499 is read by nobody
// but the log and the measures.
func (c Cause) Status() int {
	switch c {
	case NotFound:
		return http.StatusNotFound
	case Stale:
		return http.StatusPreconditionFailed
	case KeyReused:
		return http.StatusUnprocessableEntity
	case Conflict:
		return http.StatusConflict
	case StorageFull:
		return http.StatusInsufficientStorage
	case Unavailable:
		return http.StatusServiceUnavailable
	case ClientGone:
		return 499
	}
	return http.StatusInternalServerError
}
