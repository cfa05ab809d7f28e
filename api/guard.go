package api

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
)

// guard refuses what a page of another site makes a browser send here: there
// is no sign-in that would tell it apart.
func (s *Server) guard(c *gin.Context) {
	secure(c)
	if !loopbackName(c.Request.Host) {
		s.refuse(c, fail(misdirected, ""))
		return
	}
	if !sameOrigin(c.Request) {
		s.refuse(c, fail(crossSite, ""))
		return
	}
	c.Next()
}

// sameOrigin trusts what browsers say of where a request comes from; programs
// that are no browser send neither header.
func sameOrigin(r *http.Request) bool {
	for _, origin := range r.Header.Values("Origin") {
		u, err := url.Parse(origin)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || !strings.EqualFold(u.Host, r.Host) {
			return false
		}
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	return false
}

// secure sets the headers that keep a browser from doing with an answer what
// was not meant. A room that serves pages may set its own Cache-Control.
func secure(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if strings.HasPrefix(c.Request.URL.Path, "/api/") {
		h.Set("Cache-Control", "no-store")
	}
}
