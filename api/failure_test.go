package api

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"precedent/corpus"
	"precedent/corpus/sqlite"
)

// A panic is a problem that says nothing of its cause; the log has the stack.
func TestAPanicLeaksNothing(t *testing.T) {
	log := new(strings.Builder)
	locales, err := loadLocales()
	require.NoError(t, err)
	s := &Server{logger: slog.New(slog.NewTextHandler(log, nil)), locales: locales}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(s.identify, s.recover)
	r.GET("/", func(*gin.Context) { panic("secret of the store") })
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Contains(t, w.Body.String(), "/problems/internal")
	require.NotContains(t, w.Body.String(), "secret")
	require.Contains(t, log.String(), "secret of the store")
	require.Contains(t, log.String(), "failure_test.go")
}

// What the store says of a full disk or a lock reaches the caller as such.
func TestErrorsBecomeStatuses(t *testing.T) {
	for err, status := range map[error]int{
		corpus.ErrNotFound: 404, corpus.ErrStale: 412, corpus.ErrKeyReused: 422, corpus.ErrConflict: 409,
		sqlite.ErrDiskFull: 507, sqlite.ErrBusy: 503, sqlite.ErrClosed: 503, sqlite.ErrDamaged: 500,
		&corpus.InvalidError{Fields: []corpus.FieldError{{Field: "title", Code: "too_long"}}}: 422,
	} {
		require.Equal(t, status, failureOf(t.Context(), err).kind.status, "%v", err)
	}
}
