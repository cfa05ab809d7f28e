package api

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"precedent/api/web"
)

// apiRoot is where the API of this version lives.
const apiRoot = "/api/v1"

// routes is everything that is served, in one place.
func (s *Server) routes() *gin.Engine {
	gin.SetMode(gin.ReleaseMode) // gin keeps this for the process; otherwise it prints every route
	r := gin.New()
	r.RedirectTrailingSlash = false
	r.RedirectFixedPath = false
	r.HandleMethodNotAllowed = true
	r.ForwardedByClientIP = false
	r.Use(s.identify, s.observe, s.recover, s.guard, s.turnAway)
	pages := web.Config{Desk: s.desk, Store: s.store, Engine: s.searches, Caller: callerOf, Now: s.now, Logger: s.logger}
	r.NoRoute(s.noRoute(web.NotFound(pages)))
	r.NoMethod(func(c *gin.Context) { s.refuse(c, fail(methodNotAllowed, "")) })

	r.GET("/healthz", s.healthy)
	r.GET("/readyz", s.ready)
	r.GET("/metrics", gin.WrapH(s.measures.handler()))
	r.GET("/problems/:id", s.handle(takesNone, s.explain))

	v := r.Group(apiRoot)
	v.GET("/openapi.json", s.description)
	v.POST("/search", s.handle(takesObject, s.search))

	v.POST("/cases", s.handle(takesObject, s.createCase))
	v.GET("/cases/:id", s.handle(takesNone, s.showCase))
	v.PUT("/cases/:id", s.handle(takesObject, s.replaceCase))
	v.GET("/cases/:id/history", s.handle(takesNone, s.caseHistory))
	v.POST("/cases/:id/retire", s.handle(takesEmpty, s.retireCase))

	v.POST("/complaints", s.handle(takesObject, s.createComplaint))
	v.GET("/complaints/:id", s.handle(takesNone, s.showComplaint))
	v.POST("/complaints/:id/resolution", s.handle(takesObject, s.resolveComplaint))

	v.POST("/verdicts", s.handle(takesObject, s.createVerdict))
	v.DELETE("/verdicts/:id", s.handle(takesNone, s.undoVerdict))

	web.Register(r, pages)
	return r
}

// noRoute answers an address that leads nowhere: a browser that follows a
// link with a page, a program with a problem.
func (s *Server) noRoute(page gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		program := strings.HasPrefix(c.Request.URL.Path, "/api/") || !strings.Contains(c.GetHeader("Accept"), "text/html")
		if program || c.Request.Method != http.MethodGet {
			s.refuse(c, fail(notFound, ""))
			return
		}
		page(c)
	}
}

// explain answers the type URI of a problem with what it means.
func (s *Server) explain(c *call) (answer, error) {
	k, known := kindNamed(c.id)
	if !known {
		return answer{}, fail(notFound, "")
	}
	in := s.locales.of(c.http.Header.Get("Accept-Language"))
	return answer{status: http.StatusOK, body: map[string]any{
		"type": k.uri(), "status": k.status,
		"title": in.say("problem."+k.name, nil), "detail": in.say("about."+k.name, nil),
	}}, nil
}
