package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"precedent/corpus"
)

// call is one request: who asks, and what.
type call struct {
	ctx    context.Context
	who    corpus.Caller
	http   *http.Request
	id     string // the {id} of the path, "" when it has none
	raw    []byte // the body as sent
	fields *fields
}

// answer is what an action gives back when all went well.
type answer struct {
	status   int
	body     any    // nil for none
	version  int    // of the case answered, for the ETag; 0 for none
	location string // of the record made; "" for none
	replayed bool   // the write had been made before, under the same Idempotency-Key
}

// action carries out one request.
type action func(c *call) (answer, error)

// takes says what body an action reads.
type takes int

const (
	takesNone   takes = iota // whatever comes is left unread
	takesObject              // a JSON object
	takesEmpty               // nothing, or {}
)

// handle reads the request, carries out the action and writes its answer or
// what its error means.
func (s *Server) handle(body takes, do action) gin.HandlerFunc {
	return func(g *gin.Context) {
		c := &call{ctx: g.Request.Context(), who: callerOf(g), http: g.Request, id: g.Param("id")}
		if err := c.read(g.Writer, body); err != nil {
			s.refuse(g, err)
			return
		}
		ctx, cancel := context.WithTimeout(c.ctx, handlerWait)
		defer cancel()
		c.ctx = ctx
		a, err := do(c)
		if err != nil {
			s.refuse(g, err)
			return
		}
		s.send(g, a)
	}
}

func (c *call) read(w http.ResponseWriter, body takes) (err error) {
	switch body {
	case takesNone:
		return nil
	case takesObject:
		c.raw, err = readBody(w, c.http)
	case takesEmpty:
		c.raw, err = readAll(w, c.http)
		if err == nil && len(bytes.TrimSpace(c.raw)) == 0 {
			return nil
		}
		if err == nil {
			err = wantJSON(c.http.Header)
		}
	}
	if err != nil {
		return err
	}
	values, err := parseObject(c.raw)
	if err != nil {
		return err
	}
	c.fields = newFields(values)
	if body == takesEmpty {
		return c.fields.err()
	}
	return nil
}

// send writes an answer.
func (s *Server) send(g *gin.Context, a answer) {
	h := g.Writer.Header()
	if a.version > 0 {
		h.Set("ETag", etag(a.version))
	}
	if a.location != "" {
		h.Set("Location", a.location)
	}
	if a.replayed {
		h.Set("Idempotency-Replayed", "true")
	}
	if a.body == nil {
		g.Status(a.status)
		g.Writer.WriteHeaderNow()
		return
	}
	body, err := json.Marshal(a.body)
	if err != nil {
		s.refuse(g, err)
		return
	}
	h.Set("Content-Type", "application/json")
	g.Status(a.status)
	g.Writer.Write(append(body, '\n'))
}

// refuse answers with the problem that the error is, and ends the request.
func (s *Server) refuse(g *gin.Context, err error) {
	f := failureOf(g.Request.Context(), err)
	if f.kind.status >= http.StatusInternalServerError {
		s.logger.ErrorContext(g.Request.Context(), "request failed", "request", requestID(g), "route", g.FullPath(), "err", err)
	}
	g.Abort()
	if g.Writer.Written() {
		return
	}
	if f.kind == stopping || f.kind == unavailable {
		g.Header("Retry-After", "1")
	}
	in := s.locales.of(g.GetHeader("Accept-Language"))
	f.problem(in, requestID(g)).write(g.Writer, in)
}

// write says on whose behalf and under which key the call records something.
// The fingerprint tells a retry from another request under the same key.
func (c *call) write(action string) (corpus.Write, error) {
	w := corpus.Write{Caller: c.who, Action: action}
	keys := c.http.Header.Values("Idempotency-Key")
	if len(keys) == 0 {
		return w, nil
	}
	if len(keys) > 1 || !visible(keys[0]) {
		return w, fail(badHeader, "detail.key")
	}
	sum := sha256.New()
	for _, part := range []string{c.http.Method, c.http.URL.EscapedPath(), string(c.raw)} {
		sum.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	w.Key, w.Fingerprint = keys[0], hex.EncodeToString(sum.Sum(nil))
	return w, nil
}

func visible(key string) bool {
	return len(key) >= 1 && len(key) <= 255 && !strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' })
}

func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// ifMatch returns the version that If-Match names, 0 when the header is
// absent. A version without its quotes is taken too; a tag that no version
// has is stale, like a version that has passed.
func (c *call) ifMatch() (int, error) {
	tags := c.http.Header.Values("If-Match")
	if len(tags) == 0 {
		return 0, nil
	}
	tag := strings.TrimSpace(tags[0])
	if len(tags) > 1 || !versionTag.MatchString(tag) {
		return 0, fail(badHeader, "detail.if_match")
	}
	n, err := strconv.Atoi(strings.Trim(tag, `"`))
	if err != nil || n < 1 {
		return 0, fail(stale, "")
	}
	return n, nil
}

// versionTag is a strong entity tag (RFC 9110, section 8.8.3), or a number.
var versionTag = regexp.MustCompile(`^("[\x21\x23-\x7e]*"|[0-9]+)$`)
