package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"

	"precedent/corpus"
)

// What the store says of a full disk or a lock reaches the reader as such, in
// their language; what is not a fault of ours is not logged as one.
func TestFailuresAsPages(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	leave()
	gin.SetMode(gin.ReleaseMode)
	for _, c := range []struct {
		ctx      context.Context
		err      error
		status   int
		zh, en   string
		isLogged bool
	}{
		{t.Context(), corpus.ErrFull, 507, "服务器磁盘已满", "disk is full", true},
		{t.Context(), corpus.ErrBusy, 503, "服务器正忙", "too busy", true},
		{t.Context(), context.DeadlineExceeded, 503, "服务器正忙", "too busy", true},
		{t.Context(), corpus.ErrStale, 409, "期间有了变化", "changed meanwhile", false},
		{t.Context(), corpus.ErrKeyReused, 409, "期间有了变化", "changed meanwhile", false},
		{t.Context(), corpus.ErrNotFound, 404, "没有内容", "nothing at this address", false},
		{t.Context(), &http.MaxBytesError{}, 413, "内容太多", "more than can be taken", false},
		{t.Context(), fmt.Errorf("else"), 500, "是我们的问题", "the fault is ours", true},
		{gone, fmt.Errorf("search: %w", context.Canceled), 499, "", "", false},
	} {
		for tongue, said := range map[string]string{"zh": c.zh, "en": c.en} {
			log := new(strings.Builder)
			p := newPages(Config{Logger: slog.New(slog.NewTextHandler(log, nil)),
				Caller: func(*gin.Context) corpus.Caller { return corpus.LocalCaller() }})
			router := gin.New()
			router.GET("/", p.page(func(*visit) error { return c.err }))
			w := httptest.NewRecorder()
			r := httptest.NewRequestWithContext(c.ctx, http.MethodGet, "/", nil)
			r.Header.Set("Accept-Language", tongue)
			router.ServeHTTP(w, r)
			assert.Equal(t, c.status, w.Code, "%v", c.err)
			assert.Contains(t, w.Body.String(), said, "%v", c.err)
			assert.Equal(t, c.isLogged, log.Len() > 0, "%v: %s", c.err, log)
		}
	}
}
