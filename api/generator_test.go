package api_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"precedent/corpus"
)

// badInputs is how many bad requests the generator makes.
const badInputs = 2000

// badRequest is one request that must be refused.
type badRequest struct {
	method, path string
	body         []byte
	header       []string
	why          string
}

// generator makes bad requests out of good ones, the same for the same seed.
type generator struct {
	*rand.Rand
	caseID string
}

// goodRequests gives the good requests of which bad ones are made.
func (g *generator) good() (path string, fields obj, header []string) {
	switch g.IntN(6) {
	case 0:
		return searchPath, obj{"text": dialError, "limit": 5, "product": "宽带", "language": "zh", "min_seq": 0, "legs": "words", "typing": true}, nil
	case 1, 2:
		return casesPath, obj{"wordings": []any{dialError, "691"}, "resolution": dialFix, "title": "691", "products": []any{"宽带"},
			"tags": []any{"拨号"}, "language": "zh", "audience": "agent", "resolved_at": "2026-01-31T09:30:00Z"}, nil
	case 3:
		return complaintsPath, obj{"text": dialError, "channel": "phone", "product": "宽带", "customer": "K-2047"}, nil
	case 4:
		return verdictsPath, obj{"complaint_id": corpus.NewID(corpus.ComplaintPrefix), "case_id": g.caseID, "verdict": "helped"}, nil
	default:
		return casesPath + "/" + g.caseID, obj{"wordings": []any{dialError}, "resolution": dialFix}, []string{"If-Match", `"1"`}
	}
}

var mutations = []func(g *generator, r *badRequest, fields obj){
	wrongType, unknownField, tooLarge, cutOff, nulInside, brokenUTF8, tooDeep, duplicate, trailing,
	wrongID, wrongMethod, badHeader, wrongMedia, outOfRange, wrongHost, noise, missing,
}

func (g *generator) next() badRequest {
	path, fields, header := g.good()
	r := badRequest{method: "POST", path: path, header: header}
	if header != nil {
		r.method = "PUT"
	}
	mutations[g.IntN(len(mutations))](g, &r, fields)
	return r
}

func (r *badRequest) with(why string, fields obj) {
	r.why = why
	r.body, _ = json.Marshal(fields)
}

func (g *generator) field(fields obj) string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	// Map order is random; the seed must decide.
	for i := range names {
		for j := i + 1; j < len(names); j++ {
			if names[j] < names[i] {
				names[i], names[j] = names[j], names[i]
			}
		}
	}
	return names[g.IntN(len(names))]
}

func wrongType(g *generator, r *badRequest, fields obj) {
	name := g.field(fields)
	values := []any{nil, true, 1.5, obj{}, []any{1}, []any{nil}, []any{[]any{}}, obj{"a": obj{}}}
	if name == "typing" {
		values[1] = "true"
	}
	fields[name] = values[g.IntN(len(values))]
	r.with("wrong type of "+name, fields)
}

func unknownField(g *generator, r *badRequest, fields obj) {
	names := []string{"", "Text", "__proto__", "id ", "wording", "\u202e", "limit\n", strings.Repeat("x", 1+g.IntN(5000)), "名字"}
	fields[names[g.IntN(len(names))]] = "x"
	r.with("unknown field", fields)
}

func tooLarge(g *generator, r *badRequest, fields obj) {
	if g.IntN(2) == 0 {
		fields["product"] = strings.Repeat("大", 1+(1<<20)/3+g.IntN(1000))
		r.with("body above 1 MiB", fields)
		return
	}
	name := "resolution"
	if _, ok := fields["text"]; ok {
		name = "text"
	} else if r.path == verdictsPath {
		name = "verdict"
	}
	fields[name] = strings.Repeat("长", 20_001+g.IntN(50_000))
	r.with("text above 20,000 characters", fields)
}

func cutOff(g *generator, r *badRequest, fields obj) {
	r.with("cut off", fields)
	r.body = r.body[:g.IntN(len(r.body))]
}

func nulInside(g *generator, r *badRequest, fields obj) {
	fields[g.field(fields)] = "6\x0091"
	r.with("NUL", fields)
	if g.IntN(2) == 0 {
		r.body = []byte(strings.Replace(string(r.body), `\u0000`, "\x00", 1))
	}
}

func brokenUTF8(g *generator, r *badRequest, fields obj) {
	fields[g.field(fields)] = "@@"
	r.with("broken UTF-8", fields)
	bad := []string{"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xe4\xbd", "\xf8\x88\x80\x80\x80", `\ud800`, `\udc00\ud800`}
	r.body = []byte(strings.Replace(string(r.body), "@@", bad[g.IntN(len(bad))], 1))
}

func tooDeep(g *generator, r *badRequest, fields obj) {
	n := 33 + g.IntN(100_000)
	r.why = "too deep"
	if g.IntN(2) == 0 {
		r.body = []byte(`{"known":` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}")
	} else {
		r.body = []byte(strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n))
	}
}

func duplicate(g *generator, r *badRequest, fields obj) {
	r.with("duplicate", fields)
	name, _ := json.Marshal(g.field(fields))
	r.body = []byte(fmt.Sprintf(`{%s:"x",%s`, name, r.body[1:]))
}

func trailing(g *generator, r *badRequest, fields obj) {
	r.with("trailing", fields)
	tails := []string{"{}", "]", "null", "\x01", ",", "//"}
	r.body = append(r.body, tails[g.IntN(len(tails))]...)
}

func wrongID(g *generator, r *badRequest, fields obj) {
	ids := []string{"1", "c_", "..", "%00", "%ff", "%2e%2e%2f", strings.Repeat("c", 3000), "c_" + strings.Repeat("0", 25) + "!", "%E6%A1%88%E4%BE%8B",
		corpus.NewID(corpus.CasePrefix), corpus.NewID(corpus.VerdictPrefix), "c_" + strings.Repeat("u", 26), "a%20b", "'%20OR%201=1", "%0d%0aX:1"}
	id := ids[g.IntN(len(ids))]
	paths := []struct{ method, path string }{
		{"GET", casesPath + "/" + id}, {"GET", casesPath + "/" + id + "/history"}, {"POST", casesPath + "/" + id + "/retire"},
		{"PUT", casesPath + "/" + id}, {"GET", complaintsPath + "/" + id}, {"POST", complaintsPath + "/" + id + "/resolution"},
		{"DELETE", verdictsPath + "/" + id},
	}
	p := paths[g.IntN(len(paths))]
	r.with("wrong id", fields)
	r.method, r.path, r.header = p.method, p.path, []string{"If-Match", `"1"`}
	if p.method == "GET" || p.method == "DELETE" || strings.HasSuffix(p.path, "retire") {
		r.body = nil
	}
}

func wrongMethod(g *generator, r *badRequest, fields obj) {
	r.with("wrong method", fields)
	if r.method == "PUT" {
		r.path += "/history"
	}
	methods := []string{"PUT", "PATCH", "DELETE", "GET", "OPTIONS", "TRACE", "PROPFIND", "X"}
	r.method = methods[g.IntN(len(methods))]
	if strings.HasSuffix(r.path, "/history") && r.method == "GET" {
		r.method = "PUT"
	}
}

func badHeader(g *generator, r *badRequest, fields obj) {
	r.with("bad header", fields)
	r.path, r.method = casesPath+"/"+g.caseID, "PUT"
	headers := [][]string{
		{"If-Match", "abc"}, {"If-Match", `"1`}, {"If-Match", `"1", "2"`}, {"If-Match", `W/"1"`}, {"If-Match", "*"}, {"If-Match", `"0"`}, {"If-Match", "-1"},
		{"If-Match", `"99999999999999999999"`}, {"If-Match", ""}, {"If-Match", `"1"`, "Idempotency-Key", " "}, {"If-Match", `"1"`, "Idempotency-Key", "键"},
		{"If-Match", `"1"`, "Idempotency-Key", strings.Repeat("k", 256+g.IntN(2000))}, {"If-Match", `"1"`, "Idempotency-Key", "\xff"},
	}
	r.header = headers[g.IntN(len(headers))]
	r.body = []byte(`{"wordings":["a"],"resolution":"b"}`)
}

func wrongMedia(g *generator, r *badRequest, fields obj) {
	r.with("wrong media type", fields)
	types := []string{"", "text/plain", "application/json; charset=latin1", "application/xml", "multipart/form-data; boundary=x", "/", ";", "application/json/x", "\xff"}
	r.header = append(r.header, "Content-Type", types[g.IntN(len(types))])
}

func outOfRange(g *generator, r *badRequest, fields obj) {
	r.method, r.path, r.why, r.header = "POST", searchPath, "out of range", nil
	limits := []string{"0", "-1", "101", "1e2", "1e999999", "-0.0", "9223372036854775808", strings.Repeat("9", 1+g.IntN(4000)) + "999", "0.1"}
	name := []string{"limit", "limit", "min_seq"}[g.IntN(3)]
	value := limits[g.IntN(len(limits))]
	if name == "min_seq" {
		value = "-" + strings.TrimPrefix(value, "-") + "1"
	}
	r.body = []byte(`{"text":"691","` + name + `":` + value + `}`)
}

func wrongHost(g *generator, r *badRequest, fields obj) {
	r.with("another site", fields)
	headers := [][]string{{"Host", "evil.example"}, {"Host", "127.0.0.1.evil.example:80"}, {"Host", "localhost.evil.example"}, {"Host", "10.0.0.1"}, {"Host", "[::2]:80"},
		{"Origin", "http://evil.example"}, {"Origin", "null"}, {"Origin", "http://localhost:1"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}}
	r.header = append(r.header, headers[g.IntN(len(headers))]...)
}

func noise(g *generator, r *badRequest, fields obj) {
	r.why = "noise"
	r.body = make([]byte, 1+g.IntN(2000))
	for i := range r.body {
		r.body[i] = byte(g.Uint32())
	}
}

func missing(g *generator, r *badRequest, fields obj) {
	for name := range fields {
		delete(fields, name)
	}
	if g.IntN(2) == 0 {
		fields["title"] = "   "
	}
	r.with("missing", fields)
}

// The server refuses every bad request with a reason, and goes on.
func TestTwoThousandBadInputs(t *testing.T) {
	s := start(t)
	w := s.record(obj{"wordings": []string{dialError}, "resolution": dialFix})
	g := &generator{Rand: rand.New(rand.NewPCG(691, 2026)), caseID: w.ID}
	before, err := s.store.LastSeq(t.Context())
	require.NoError(t, err)
	statuses := map[int]int{}
	for i := range badInputs {
		bad := g.next()
		var body any
		if bad.body != nil {
			body = bad.body
		}
		req := s.request(bad.method, bad.path, body, bad.header...)
		r := s.send(req)
		told := fmt.Sprintf("input %d, %s: %s %.100s %.200q %q -> %d %s", i, bad.why, bad.method, bad.path, bad.body, bad.header, r.status, r.body)
		require.GreaterOrEqual(t, r.status, 400, told)
		require.Less(t, r.status, 500, told)
		p := r.problem(t)
		require.NotEmpty(t, p.Detail, told)
		contract(t, s.request(bad.method, bad.path, body, bad.header...), r)
		statuses[r.status]++
	}
	t.Logf("answers by status: %v", statuses)
	after, err := s.store.LastSeq(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, after, "a bad input was recorded")
	require.Equal(t, http.StatusOK, s.do("POST", searchPath, obj{"text": dialError}).status)
	require.NotContains(t, s.log.String(), `"msg":"panic"`)
}
