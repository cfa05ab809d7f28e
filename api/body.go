package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of a request's body.
const (
	maxBody  = 1 << 20 // bytes
	maxDepth = 32      // objects and lists within each other; the API's own forms need 3
)

// readBody returns the body of a request that must carry JSON.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if err := wantJSON(r.Header); err != nil {
		return nil, err
	}
	return readAll(w, r)
}

// wantJSON refuses a body that is not declared as plain JSON in UTF-8.
func wantJSON(h http.Header) error {
	declared := h.Get("Content-Type")
	media, params, err := mime.ParseMediaType(declared)
	if err != nil || media != "application/json" {
		return fail(unsupportedMedia, "")
	}
	if set, ok := params["charset"]; ok && !strings.EqualFold(set, "utf-8") && !strings.EqualFold(set, "utf8") {
		return fail(unsupportedMedia, "detail.charset")
	}
	if enc := h.Get("Content-Encoding"); enc != "" && !strings.EqualFold(enc, "identity") {
		return fail(unsupportedMedia, "detail.encoding")
	}
	return nil
}

func readAll(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, fail(tooLarge, "")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var over *http.MaxBytesError
	switch {
	case err == nil:
		return body, nil
	case errors.As(err, &over):
		return nil, fail(tooLarge, "")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, fail(tooSlow, "")
	default:
		return nil, fail(malformed, "detail.cut_off")
	}
}

// parseObject reads one JSON object, more strictly than encoding/json does:
// valid UTF-8 without NUL, no name twice in an object, nothing behind it and at
// most maxDepth levels. Values are map[string]any, []any, string, json.Number,
// bool and nil.
func parseObject(body []byte) (map[string]any, error) {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return nil, fail(malformed, "detail.empty")
	case !utf8.Valid(body):
		return nil, fail(malformed, "detail.utf8", "at", strconv.Itoa(firstInvalid(body)))
	case bytes.IndexByte(body, 0) >= 0:
		return nil, fail(malformed, "detail.nul")
	}
	p := &parser{body: body, dec: json.NewDecoder(bytes.NewReader(body))}
	p.dec.UseNumber()
	v, err := p.value("", 1)
	if err != nil {
		return nil, err
	}
	if _, err := p.dec.Token(); err != io.EOF {
		return nil, fail(malformed, "detail.trailing")
	}
	o, ok := v.(map[string]any)
	if !ok {
		return nil, fail(malformed, "detail.not_object")
	}
	if loneSurrogate(body) {
		return nil, fail(malformed, "detail.surrogate")
	}
	return o, nil
}

// parser builds the value of a token stream.
type parser struct {
	body []byte
	dec  *json.Decoder
}

func (p *parser) value(path string, depth int) (any, error) {
	t, err := p.dec.Token()
	if err != nil {
		return nil, p.syntax(err)
	}
	switch t := t.(type) {
	case json.Delim:
		if depth > maxDepth {
			return nil, fail(malformed, "detail.deep", "limit", strconv.Itoa(maxDepth))
		}
		if t == '{' {
			return p.object(path, depth)
		}
		return p.list(path, depth)
	case string:
		if strings.IndexByte(t, 0) >= 0 {
			return nil, refuse(malformed, path, "nul")
		}
		return t, nil
	default:
		return t, nil
	}
}

func (p *parser) object(path string, depth int) (any, error) {
	o := make(map[string]any)
	for p.dec.More() {
		t, err := p.dec.Token()
		if err != nil {
			return nil, p.syntax(err)
		}
		name := t.(string) // the decoder lets nothing else stand for a name
		at := join(path, name)
		if _, twice := o[name]; twice {
			return nil, refuse(malformed, at, "duplicate")
		}
		if o[name], err = p.value(at, depth+1); err != nil {
			return nil, err
		}
	}
	if _, err := p.dec.Token(); err != nil {
		return nil, p.syntax(err)
	}
	return o, nil
}

func (p *parser) list(path string, depth int) (any, error) {
	l := []any{}
	for p.dec.More() {
		v, err := p.value(path+"["+strconv.Itoa(len(l))+"]", depth+1)
		if err != nil {
			return nil, err
		}
		l = append(l, v)
	}
	if _, err := p.dec.Token(); err != nil {
		return nil, p.syntax(err)
	}
	return l, nil
}

// syntax says where the text stops being JSON: line and column, in characters.
func (p *parser) syntax(err error) error {
	offset := p.dec.InputOffset()
	var s *json.SyntaxError
	if errors.As(err, &s) {
		offset = s.Offset
	}
	before := p.body[:min(int(offset), len(p.body))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fail(malformed, "detail.syntax", "line", strconv.Itoa(line), "column", strconv.Itoa(max(column, 1)))
}

// join names a member of the object at path. Names come from outside and are
// cut, so that an answer stays short.
func join(path, name string) string {
	const longest = 80
	if r := []rune(name); len(r) > longest {
		name = string(r[:longest]) + "…"
	}
	if name == "" {
		name = `""`
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

func firstInvalid(b []byte) int {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(b)
}

// loneSurrogate reports whether valid JSON holds an escaped half of a
// character, such as \ud83d alone: encoding/json would replace it unsaid.
func loneSurrogate(b []byte) bool {
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		r, size := escaped(b[i:])
		i += size - 1
		if !utf16.IsSurrogate(r) {
			continue
		}
		low, size := escaped(b[i+1:])
		if utf16.DecodeRune(r, low) == utf8.RuneError {
			return true
		}
		i += size
	}
	return false
}

// escaped reads one escape sequence; the size of what is none is 0.
func escaped(b []byte) (r rune, size int) {
	if len(b) < 2 || b[0] != '\\' {
		return 0, 0
	}
	if b[1] != 'u' || len(b) < 6 {
		return 0, 2
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	if err != nil {
		return 0, 2
	}
	return rune(n), 6
}
