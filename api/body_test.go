package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
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
