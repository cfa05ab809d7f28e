package web

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"precedent/api/cause"
	"precedent/corpus"
)

// Cookies of the pages.
const (
	tongueCookie = "precedent_lang"  // the language chosen by hand
	tokenCookie  = "precedent_token" // repeated by every form that changes something
)

// maxForm bounds a form, in bytes. A form of percent-encoded Chinese is three
// times its text, and a case may have many wordings.
const maxForm = 4 << 20

// partHeader marks a request of our scripts, which want the part of a page
// that changed and not the whole of it.
const partHeader = "X-Part"

// visit is one request for a page.
type visit struct {
	*pages
	*tongue
	c     *gin.Context
	who   corpus.Caller
	token string
}

// layout is what every page's frame needs.
type layout struct {
	Title  string
	Tongue *tongue
	Others []link // the page in the other languages
	Desk   bool   // this is the desk itself
	Wide   bool   // the page uses the whole width
	Token  string
	Done   string // what was just done
}

type link struct{ Name, Code, URL string }

// page turns a handler that may fail into one that answers with a page.
func (p *pages) page(handle func(*visit) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		v := &visit{pages: p, c: c, who: p.Caller(c)}
		v.tongue = v.readTongue()
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxForm)
		err := c.Request.ParseForm() // gin would overlook a form that is cut off
		if err == nil {
			err = handle(v)
		}
		if err != nil {
			v.fail(err)
		}
	}
}

// readTongue takes the language named in the URL, which is then kept, or kept
// before, or of the browser.
func (v *visit) readTongue() *tongue {
	if t := v.tongues.byCode(v.c.Query("lang")); t != nil {
		v.setCookie(tongueCookie, t.Code, 365*24*time.Hour)
		return t
	}
	if kept, err := v.c.Cookie(tongueCookie); err == nil {
		if t := v.tongues.byCode(kept); t != nil {
			return t
		}
	}
	return v.tongues.choose(v.c.GetHeader("Accept-Language"))
}

func (v *visit) setCookie(name, value string, keep time.Duration) {
	http.SetCookie(v.c.Writer, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(keep.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: v.c.Request.TLS != nil,
	})
}

// formToken returns the browser's token, giving it one when it has none.
func (v *visit) formToken() string {
	if v.token == "" {
		if kept, err := v.c.Cookie(tokenCookie); err == nil && len(kept) == 32 {
			v.token = kept
		} else {
			v.token = randomHex()
			v.setCookie(tokenCookie, v.token, 365*24*time.Hour)
		}
	}
	return v.token
}

var errToken = errors.New("the form's token is not the browser's")

// guarded lets a form through only when it repeats the browser's token, which
// a page of another site cannot know.
func guarded(handle func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		kept, err := v.c.Cookie(tokenCookie)
		if err != nil || subtle.ConstantTimeCompare([]byte(kept), []byte(v.c.PostForm("token"))) != 1 {
			return errToken
		}
		return handle(v)
	}
}

// part reports whether a script wants the part of the page that changed.
func (v *visit) part() bool { return v.c.GetHeader(partHeader) != "" }

// write is the Write of a form: its hidden key makes it happen once, however
// often it is sent.
func (v *visit) write() corpus.Write {
	w := corpus.Write{Caller: v.who, Key: v.c.PostForm("key")}
	if w.Key != "" {
		said := maps.Clone(v.c.Request.PostForm)
		delete(said, "token")
		sum := sha256.Sum256([]byte(v.c.Request.URL.Path + "\n" + said.Encode()))
		w.Fingerprint = hex.EncodeToString(sum[:])
	}
	return w
}

// layout makes the frame of a page. The links to other languages lead to the
// page at path, which answers GET.
func (v *visit) layout(title, path string) layout {
	l := layout{Title: title, Tongue: v.tongue, Token: v.formToken()}
	for _, t := range v.tongues {
		if t.Code != v.Code {
			l.Others = append(l.Others, link{Name: t.say("tongue.name"), Code: t.Code, URL: path + "?lang=" + url.QueryEscape(t.Code)})
		}
	}
	return l
}

// show answers with a template: a whole page, or a part of one.
func (v *visit) show(status int, name string, data any) error {
	var b bytes.Buffer
	if err := v.templates.ExecuteTemplate(&b, name, data); err != nil {
		return err
	}
	v.c.Header("Cache-Control", "no-store")
	v.c.Header("Content-Language", v.Code)
	v.c.Header("Vary", "Accept-Language, Cookie, "+partHeader)
	v.c.Data(status, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// failures are the pages' words for why a request failed: the status that a
// form is answered with and the key of the message. What is not named is a
// fault of ours.
var failures = map[cause.Cause]struct {
	status int
	key    string
}{
	cause.NotFound:    {cause.NotFound.Status(), "not_found"},
	cause.Stale:       {http.StatusConflict, "conflict"}, // a form has no If-Match that could fail
	cause.KeyReused:   {http.StatusConflict, "conflict"},
	cause.Conflict:    {cause.Conflict.Status(), "conflict"},
	cause.StorageFull: {cause.StorageFull.Status(), "full"},
	cause.Unavailable: {cause.Unavailable.Status(), "busy"},
}

// failure says how an error is answered.
func (v *visit) failure(err error) (status int, key string) {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, errToken):
		return http.StatusForbidden, "token"
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, "too_large"
	}
	why := cause.Of(v.c.Request.Context(), err)
	if f, ok := failures[why]; ok {
		return f.status, f.key
	}
	return why.Status(), "failed"
}

// fail answers with what went wrong, in the reader's language.
func (v *visit) fail(err error) {
	status, key := v.failure(err)
	if status >= http.StatusInternalServerError {
		v.Logger.ErrorContext(v.c.Request.Context(), "page failed",
			"method", v.c.Request.Method, "route", v.c.FullPath(), "error", err)
	}
	if status == http.StatusServiceUnavailable {
		v.c.Header("Retry-After", "1")
	}
	title, advice := v.say("error."+key+".title"), v.say("error."+key+".advice")
	if v.part() {
		v.c.String(status, "%s", title+" "+advice)
		return
	}
	shown := struct {
		layout
		Status        int
		Heading, Text string
	}{v.layout(title, "/"), status, title, advice}
	if err := v.show(status, "error", shown); err != nil {
		v.c.String(http.StatusInternalServerError, "%s", title)
	}
}

// line is a form's value that is one line.
func (v *visit) line(name string) string { return strings.TrimSpace(v.c.PostForm(name)) }

// newKey is a key for a form that is to be acted on once.
func newKey() string { return randomHex() }

func randomHex() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
