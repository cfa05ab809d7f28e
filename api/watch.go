package api

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"
)

const requestKey = "request"

// identify gives each request an id, which its answer and the log carry.
func (s *Server) identify(c *gin.Context) {
	id := "r_" + rand.Text()
	c.Set(requestKey, id)
	c.Header("X-Request-Id", id)
	c.Next()
}

func requestID(c *gin.Context) string { return c.GetString(requestKey) }

// observe logs and measures each request once it is answered. It keeps the
// route and never the address, the query or the body: these may hold personal
// data.
func (s *Server) observe(c *gin.Context) {
	began := time.Now()
	c.Next()
	took, route, status := time.Since(began), c.FullPath(), c.Writer.Status()
	if route == "" {
		route = "none"
	}
	s.measures.request(c.Request.Method, route, status, took)
	s.logger.InfoContext(c.Request.Context(), "request", "request", requestID(c), "method", method(c.Request.Method),
		"route", route, "status", status, "bytes", c.Writer.Size(), "took", took)
}

// method keeps what a client may make up out of logs and measures.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// recover turns a panic into a problem that says nothing of its cause; the log
// has it, with the stack.
func (s *Server) recover(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if cause == http.ErrAbortHandler {
			panic(cause)
		}
		s.logger.ErrorContext(c.Request.Context(), "panic", "request", requestID(c), "route", c.FullPath(),
			"cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
		if c.Writer.Written() {
			panic(http.ErrAbortHandler) // half an answer is out: the reader must see that it broke off
		}
		s.refuse(c, fail(internal, ""))
	}()
	c.Next()
}

// turnAway takes nothing new once the server stops, and counts what is under
// way until then. Health checks are answered throughout.
func (s *Server) turnAway(c *gin.Context) {
	switch c.FullPath() {
	case "/healthz", "/readyz", "/metrics":
		c.Next()
		return
	}
	s.underWay.Add(1)
	defer s.underWay.Add(-1)
	if s.stopping.Load() {
		c.Header("Connection", "close")
		s.refuse(c, fail(stopping, ""))
		return
	}
	c.Next()
}
