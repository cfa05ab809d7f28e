package api_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"precedent/corpus"
)

const (
	searchPath     = "/api/v1/search"
	casesPath      = "/api/v1/cases"
	complaintsPath = "/api/v1/complaints"
	verdictsPath   = "/api/v1/verdicts"
)

func TestBadRequestsAreToldWhatIsWrong(t *testing.T) {
	s := start(t)
	w := s.record(obj{"wordings": []string{dialError}, "resolution": dialFix})
	one := casesPath + "/" + w.ID
	noCase := casesPath + "/" + corpus.NewID(corpus.CasePrefix)
	tests := []struct {
		name         string
		method, path string
		body         string
		header       []string
		status       int
		kind         string
		field, code  string // of the first field error, when there is one
		says         string // part of the detail
	}{
		{name: "no body", method: "POST", path: searchPath, status: 400, kind: "malformed", says: "empty"},
		{name: "not JSON", method: "POST", path: searchPath, body: "text=691", status: 400, kind: "malformed", says: "line 1, column 2"},
		{name: "cut off", method: "POST", path: searchPath, body: "{\n\"text\": \"691\"", status: 400, kind: "malformed", says: "line 2"},
		{name: "a list", method: "POST", path: searchPath, body: `["691"]`, status: 400, kind: "malformed", says: "must be a JSON object"},
		{name: "two objects", method: "POST", path: searchPath, body: `{"text":"691"}{}`, status: 400, kind: "malformed", says: "follows"},
		{name: "given twice", method: "POST", path: searchPath, body: `{"text":"691","text":"692"}`, status: 400, kind: "malformed", field: "text", code: "duplicate"},
		{name: "given twice inside", method: "POST", path: casesPath, body: `{"known":{"handler":"a","handler":"b"}}`, status: 400, kind: "malformed", field: "known.handler", code: "duplicate"},
		{name: "not UTF-8", method: "POST", path: searchPath, body: "{\"text\":\"\xff691\"}", status: 400, kind: "malformed", says: "byte 9"},
		{name: "a NUL byte", method: "POST", path: searchPath, body: "{\"text\":\"6\x0091\"}", status: 400, kind: "malformed", says: "NUL"},
		{name: "an escaped NUL", method: "POST", path: casesPath, body: `{"wordings":["ok","6\u000091"]}`, status: 400, kind: "malformed", field: "wordings[1]", code: "nul"},
		{name: "half a character", method: "POST", path: searchPath, body: `{"text":"\ud83d"}`, status: 400, kind: "malformed", says: "half of a character"},
		{name: "too deep", method: "POST", path: searchPath, body: `{"text":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, status: 400, kind: "malformed", says: "32 levels"},
		{name: "too large", method: "POST", path: searchPath, body: `{"text":"` + strings.Repeat("a", 1<<20) + `"}`, status: 413, kind: "too-large", says: "1 MiB"},
		{name: "a form", method: "POST", path: searchPath, body: `{"text":"691"}`, header: []string{"Content-Type", "application/x-www-form-urlencoded"}, status: 415, kind: "unsupported-media-type"},
		{name: "no type", method: "POST", path: searchPath, body: `{"text":"691"}`, header: []string{"Content-Type", ""}, status: 415, kind: "unsupported-media-type"},
		{name: "another charset", method: "POST", path: searchPath, body: `{"text":"691"}`, header: []string{"Content-Type", "application/json; charset=gb18030"}, status: 415, kind: "unsupported-media-type", says: "UTF-8"},
		{name: "compressed", method: "POST", path: searchPath, body: `{"text":"691"}`, header: []string{"Content-Encoding", "gzip"}, status: 415, kind: "unsupported-media-type", says: "Content-Encoding"},

		{name: "no text", method: "POST", path: searchPath, body: `{}`, status: 422, kind: "invalid", field: "text", code: "required"},
		{name: "blank text", method: "POST", path: searchPath, body: `{"text":" \n\u3000"}`, status: 422, kind: "invalid", field: "text", code: "blank"},
		{name: "long text", method: "POST", path: searchPath, body: `{"text":"` + strings.Repeat("网", 20_001) + `"}`, status: 422, kind: "invalid", field: "text", code: "too_long", says: "20000 characters"},
		{name: "text is a number", method: "POST", path: searchPath, body: `{"text":691}`, status: 422, kind: "invalid", field: "text", code: "wrong_type", says: "must be a text, but is a whole number"},
		{name: "text is null", method: "POST", path: searchPath, body: `{"text":null}`, status: 422, kind: "invalid", field: "text", code: "wrong_type", says: "but is null"},
		{name: "limit 0", method: "POST", path: searchPath, body: `{"text":"691","limit":0}`, status: 422, kind: "invalid", field: "limit", code: "out_of_range", says: "from 1 to 100"},
		{name: "limit 101", method: "POST", path: searchPath, body: `{"text":"691","limit":101}`, status: 422, kind: "invalid", field: "limit", code: "out_of_range"},
		{name: "limit 1.5", method: "POST", path: searchPath, body: `{"text":"691","limit":1.5}`, status: 422, kind: "invalid", field: "limit", code: "wrong_type", says: "whole number"},
		{name: "huge limit", method: "POST", path: searchPath, body: `{"text":"691","limit":99999999999999999999}`, status: 422, kind: "invalid", field: "limit", code: "out_of_range"},
		{name: "huge seq", method: "POST", path: searchPath, body: `{"text":"691","min_seq":9223372036854775808}`, status: 422, kind: "invalid", field: "min_seq", code: "out_of_range"},
		{name: "negative seq", method: "POST", path: searchPath, body: `{"text":"691","min_seq":-1}`, status: 422, kind: "invalid", field: "min_seq", code: "out_of_range"},
		{name: "no language", method: "POST", path: searchPath, body: `{"text":"691","language":"中文"}`, status: 422, kind: "invalid", field: "language", code: "not_a_language"},
		{name: "no such leg", method: "POST", path: searchPath, body: `{"text":"691","legs":"both"}`, status: 422, kind: "invalid", field: "legs", code: "not_allowed", says: "all, words or meaning"},
		{name: "an empty leg", method: "POST", path: searchPath, body: `{"text":"691","legs":""}`, status: 422, kind: "invalid", field: "legs", code: "not_allowed"},
		{name: "legs are no text", method: "POST", path: searchPath, body: `{"text":"691","legs":["words"]}`, status: 422, kind: "invalid", field: "legs", code: "wrong_type", says: "but is a list"},
		{name: "typing is no truth", method: "POST", path: searchPath, body: `{"text":"691","typing":1}`, status: 422, kind: "invalid", field: "typing", code: "wrong_type", says: "must be true or false"},
		{name: "unknown field", method: "POST", path: searchPath, body: `{"text":"691","Limit":3}`, status: 422, kind: "invalid", field: "Limit", code: "unknown"},

		{name: "no resolution", method: "POST", path: casesPath, body: `{"wordings":["691"],"state":"published"}`, status: 422, kind: "invalid", field: "resolution", code: "required"},
		{name: "nothing to find it by", method: "POST", path: casesPath, body: `{}`, status: 422, kind: "invalid", field: "wordings", code: "required"},
		{name: "a wording is no text", method: "POST", path: casesPath, body: `{"wordings":["a",{}],"resolution":"b"}`, status: 422, kind: "invalid", field: "wordings[1]", code: "wrong_type"},
		{name: "wordings are no list", method: "POST", path: casesPath, body: `{"wordings":"a","resolution":"b"}`, status: 422, kind: "invalid", field: "wordings", code: "wrong_type", says: "a list of texts"},
		{name: "unknown field inside", method: "POST", path: casesPath, body: `{"wordings":["a"],"known":{"who":"x"}}`, status: 422, kind: "invalid", field: "known.who", code: "unknown"},
		{name: "no such state", method: "POST", path: casesPath, body: `{"wordings":["a"],"resolution":"b","state":"open"}`, status: 422, kind: "invalid", field: "state", code: "not_allowed"},
		{name: "no time", method: "POST", path: casesPath, body: `{"wordings":["a"],"resolution":"b","resolved_at":"yesterday"}`, status: 422, kind: "invalid", field: "resolved_at", code: "not_a_time"},
		{name: "one and more", method: "POST", path: casesPath, body: `{"wordings":["a"],"resolution":"b","product":"x","products":["y"]}`, status: 422, kind: "invalid", field: "product", code: "not_with"},
		{name: "an id of one's own", method: "POST", path: casesPath, body: `{"wordings":["a"],"resolution":"b","id":"c_1"}`, status: 422, kind: "invalid", field: "id", code: "read_only"},
		{name: "a version without quotes", method: "PUT", path: one, body: `{"wordings":["a"],"resolution":"b"}`, header: []string{"If-Match", "abc"}, status: 400, kind: "bad-header", says: "If-Match"},
		{name: "no version", method: "PUT", path: one, body: `{"wordings":["a"],"resolution":"b"}`, status: 428, kind: "version-required"},
		{name: "a former version", method: "PUT", path: one, body: `{"wordings":["a"],"resolution":"b"}`, header: []string{"If-Match", `"9"`}, status: 412, kind: "stale"},
		{name: "fields where none are", method: "POST", path: one + "/retire", body: `{"reason":"x"}`, status: 422, kind: "invalid", field: "reason", code: "unknown"},

		{name: "no such case", method: "GET", path: noCase, status: 404, kind: "not-found", says: "c_"},
		{name: "an id that cannot be", method: "GET", path: casesPath + "/1", status: 404, kind: "not-found", says: "c_"},
		{name: "a complaint's id", method: "GET", path: casesPath + "/" + corpus.NewID(corpus.ComplaintPrefix), status: 404, kind: "not-found"},
		{name: "history of no case", method: "GET", path: noCase + "/history", status: 404, kind: "not-found"},
		{name: "retire no case", method: "POST", path: noCase + "/retire", status: 404, kind: "not-found"},
		{name: "change no case", method: "PUT", path: noCase, body: `{"wordings":["a"],"resolution":"b"}`, header: []string{"If-Match", `"1"`}, status: 404, kind: "not-found"},
		{name: "no such complaint", method: "GET", path: complaintsPath + "/" + corpus.NewID(corpus.ComplaintPrefix), status: 404, kind: "not-found", says: "p_"},
		{name: "resolve no complaint", method: "POST", path: complaintsPath + "/p_1/resolution", body: `{"resolution":"b"}`, status: 404, kind: "not-found"},
		{name: "no such verdict", method: "DELETE", path: verdictsPath + "/v_1", status: 404, kind: "not-found", says: "v_"},
		{name: "a NUL in the path", method: "GET", path: casesPath + "/%00", status: 404, kind: "not-found"},
		{name: "broken UTF-8 in the path", method: "GET", path: casesPath + "/%ff%fe", status: 404, kind: "not-found"},
		{name: "no such address", method: "GET", path: "/api/v2/search", status: 404, kind: "not-found"},
		{name: "no such problem", method: "GET", path: "/problems/none", status: 404, kind: "not-found"},
		{name: "wrong method", method: "GET", path: searchPath, status: 405, kind: "method-not-allowed"},

		{name: "verdict on nothing", method: "POST", path: verdictsPath, body: `{"case_id":"` + w.ID + `","verdict":"helped"}`, status: 422, kind: "invalid", field: "query_id", code: "required"},
		{name: "verdict on a made-up search", method: "POST", path: verdictsPath, body: `{"query_id":"q_0000000000000000000000000000000000","case_id":"` + w.ID + `","verdict":"helped"}`, status: 422, kind: "invalid", field: "query_id", code: "invalid"},
		{name: "verdict on no complaint", method: "POST", path: verdictsPath, body: `{"complaint_id":"` + corpus.NewID(corpus.ComplaintPrefix) + `","case_id":"` + w.ID + `","verdict":"helped"}`, status: 422, kind: "invalid", field: "complaint_id", code: "invalid"},
		{name: "no such verdict", method: "POST", path: verdictsPath, body: `{"complaint_id":"` + corpus.NewID(corpus.ComplaintPrefix) + `","case_id":"` + w.ID + `","verdict":"great"}`, status: 422, kind: "invalid", field: "verdict", code: "not_allowed"},

		{name: "empty key", method: "POST", path: casesPath, body: `{"wordings":["a"],"resolution":"b"}`, header: []string{"Idempotency-Key", " "}, status: 400, kind: "bad-header", says: "Idempotency-Key"},
		{name: "long key", method: "POST", path: casesPath, body: `{"wordings":["a"],"resolution":"b"}`, header: []string{"Idempotency-Key", strings.Repeat("k", 256)}, status: 400, kind: "bad-header"},
		{name: "key with a blank", method: "POST", path: casesPath, body: `{"wordings":["a"],"resolution":"b"}`, header: []string{"Idempotency-Key", "a b"}, status: 400, kind: "bad-header"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := &service{t: t, url: s.url}
			var body any
			if test.body != "" {
				body = []byte(test.body)
			}
			header := test.header
			if test.body == "" && test.method == "POST" {
				header = append(header, "Content-Type", "application/json")
			}
			r := s.do(test.method, test.path, body, header...)
			require.Equal(t, test.status, r.status, "%s", r.body)
			p := r.problem(t)
			require.Equal(t, "/problems/"+test.kind, p.Type)
			require.Contains(t, p.Detail, test.says)
			if test.code != "" {
				require.NotEmpty(t, p.Errors)
				require.Equal(t, test.field, p.Errors[0].Field, "%+v", p.Errors)
				require.Equal(t, test.code, p.Errors[0].Code)
			}
			if r.status == 405 {
				require.Equal(t, "POST", r.header.Get("Allow"))
			}
			require.Equal(t, 200, s.do("GET", p.Type, nil).status)
		})
	}
}

func TestEveryUnknownFieldIsNamedButNotWithoutEnd(t *testing.T) {
	s := start(t)
	p := s.do("POST", searchPath, []byte(`{"text":1,"a":1,"b":2}`)).problem(t)
	require.Len(t, p.Errors, 3)
	var body bytes.Buffer
	body.WriteString(`{"text":"691"`)
	for i := range 5000 {
		fmt.Fprintf(&body, `,"%d%s":1`, i, strings.Repeat("x", 150))
	}
	body.WriteString("}")
	r := s.do("POST", searchPath, body.Bytes())
	require.Len(t, r.problem(t).Errors, 50)
	require.Less(t, len(r.body), 16<<10)
}

func TestProblemsSpeakTheReadersLanguage(t *testing.T) {
	s := start(t)
	for accept, want := range map[string]string{
		"zh-CN,zh;q=0.9,en;q=0.8": "limit: 必须在 1 到 100 之间",
		"zh-Hant-TW":              "limit: 必须在 1 到 100 之间",
		"fr, zh;q=0.5, en;q=0.4":  "limit: 必须在 1 到 100 之间",
		"en-GB, zh;q=0.9":         "limit: must be from 1 to 100",
		"zh;q=0, fr":              "limit: must be from 1 to 100",
		"":                        "limit: must be from 1 to 100",
		"\"broken;;q=x":           "limit: must be from 1 to 100",
	} {
		r := s.do("POST", searchPath, obj{"text": "691", "limit": 0}, "Accept-Language", accept)
		require.Equal(t, want, r.problem(t).Detail, accept)
	}
	r := s.do("POST", searchPath, obj{"text": "691", "legs": "both"}, "Accept-Language", "zh")
	require.Equal(t, "legs: 只能填写 all、words 或 meaning", r.problem(t).Detail)
	// What the rooms below the API refuse is told in Chinese too.
	r = s.do("POST", casesPath, obj{"wordings": []string{"691"}, "state": "published", "audience": "all", "language": "klingonisch!"}, "Accept-Language", "zh")
	require.NotEmpty(t, r.problem(t).Errors)
	for _, e := range r.problem(t).Errors {
		require.Regexp(t, `\p{Han}`, e.Message, "%+v", e)
	}
}

// What is just within the limits is taken, and the description says the same.
func TestTheLimitsThemselvesAreTaken(t *testing.T) {
	s := start(t)
	longest := strings.Repeat("网", corpus.MaxText)
	line := strings.Repeat("线", corpus.MaxLine)
	require.Equal(t, 200, s.do("POST", searchPath, obj{"text": longest, "limit": 100, "product": line, "language": "zh-Hans-CN"}).status)
	require.Equal(t, 200, s.do("POST", searchPath, obj{"text": "6", "limit": 1}).status)
	require.Equal(t, 201, s.do("POST", complaintsPath, obj{"text": longest, "channel": line, "customer": line}).status)
	wordings, tags := make([]string, corpus.MaxWordings), make([]string, corpus.MaxList)
	for i := range wordings {
		wordings[i] = fmt.Sprintf("第 %d 种说法", i)
	}
	for i := range tags {
		tags[i] = fmt.Sprintf("tag %d", i)
	}
	wordings[0] = longest
	r := s.do("POST", casesPath, obj{"wordings": wordings, "resolution": longest, "title": line, "tags": tags, "products": tags})
	require.Equal(t, 201, r.status, "%s", r.body)
	r = s.do("POST", casesPath, obj{"wordings": append(wordings, "one more"), "resolution": "b"})
	require.Equal(t, "too_many", r.problem(t).Errors[0].Code)
}
