package cause_test

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"precedent/api/cause"
	"precedent/corpus"
	"precedent/corpus/sqlite"
)

func TestCauses(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, c := range []struct {
		ctx    context.Context
		err    error
		cause  cause.Cause
		status int
	}{
		{t.Context(), corpus.ErrNotFound, cause.NotFound, 404},
		{t.Context(), corpus.ErrStale, cause.Stale, 412},
		{t.Context(), corpus.ErrKeyReused, cause.KeyReused, 422},
		{t.Context(), fmt.Errorf("undo: %w", corpus.ErrConflict), cause.Conflict, 409},
		{t.Context(), sqlite.ErrDiskFull, cause.StorageFull, 507},
		{t.Context(), syscall.ENOSPC, cause.StorageFull, 507},
		{t.Context(), sqlite.ErrBusy, cause.Unavailable, 503},
		{t.Context(), sqlite.ErrClosed, cause.Unavailable, 503},
		{t.Context(), context.DeadlineExceeded, cause.Unavailable, 503},
		{gone, fmt.Errorf("search: %w", context.Canceled), cause.ClientGone, 499},
		{t.Context(), context.Canceled, cause.Internal, 500}, // by whom, if not the reader?
		{gone, corpus.ErrFull, cause.StorageFull, 507},
		{t.Context(), sqlite.ErrDamaged, cause.Internal, 500},
		{t.Context(), errors.New("else"), cause.Internal, 500},
	} {
		got := cause.Of(c.ctx, c.err)
		assert.Equal(t, c.cause, got, "%v", c.err)
		assert.Equal(t, c.status, got.Status(), "%v", c.err)
	}
}
