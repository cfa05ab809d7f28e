package api

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"precedent/corpus"
	"precedent/corpus/sqlite"
)

// What the strict parser takes is what encoding/json takes, and the same
// value; what it refuses has a reason in both languages.
func FuzzParseObject(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"text":"宽带 691","limit":5}`, `{"a":{"b":[1,true,null,"\ud83d\ude00"]}}`, `{"a":1,"a":2}`, `{"a":"\ud83d"}`,
		`{"a":"\u0000"}`, "{\"a\":\"\xff\"}", `[1]`, `{"a":1}{}`, `{"":""}`, strings.Repeat(`{"a":`, 40), `{"a":"\\ud83d"}`, "\ufeff{}", `{"a":1e999}`,
	} {
		f.Add([]byte(seed))
	}
	locales, err := loadLocales()
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := parseObject(body)
		if err != nil {
			for _, l := range []locale{locales.en, locales.zh} {
				p := failureOf(t.Context(), err).problem(l, "r")
				require.Equal(t, http.StatusBadRequest, p.Status)
				require.NotEmpty(t, p.Detail)
				require.True(t, utf8.ValidString(p.Detail))
			}
			return
		}
		var want map[string]any
		dec := json.NewDecoder(strings.NewReader(string(body)))
		dec.UseNumber()
		require.NoError(t, dec.Decode(&want))
		require.Equal(t, want, got)
		readCase(newFields(got)) // whatever the types are
		readSearch(newFields(got))
	})
}

// Both catalogues hold every message, and every message that the code names.
func TestCataloguesAreComplete(t *testing.T) {
	locales, err := loadLocales()
	require.NoError(t, err)
	names := regexp.MustCompile(`\{\w+\}`)
	ofOneField := regexp.MustCompile(`^field\.\w+\.`)
	for key, text := range locales.en.messages {
		require.NotEmpty(t, locales.zh.messages[key], key)
		require.ElementsMatch(t, names.FindAllString(text, -1), names.FindAllString(locales.zh.messages[key], -1), key)
	}
	for key := range locales.zh.messages {
		if !ofOneField.MatchString(key) {
			require.Contains(t, locales.en.messages, key)
		}
	}
	for _, k := range kinds {
		require.Contains(t, locales.en.messages, "problem."+k.name)
		require.Contains(t, locales.en.messages, "about."+k.name)
	}
	used := regexp.MustCompile(`"(detail\.\w+)"|refuse\([\w, ]+, "(\w+)"|"@(type\.\w+)"`)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	seen := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range used.FindAllStringSubmatch(string(src), -1) {
			key := m[1] + m[3]
			if m[2] != "" {
				key = "field." + m[2]
			}
			require.Contains(t, locales.en.messages, key, file)
			seen++
		}
	}
	require.Greater(t, seen, 25)
}

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
	require.Contains(t, log.String(), "inside_test.go")
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
