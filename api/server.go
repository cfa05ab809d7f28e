package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"precedent/corpus"
	"precedent/desk"
	"precedent/indexer"
	"precedent/search"
)

// Follower tells the seq up to which the index holds every change;
// indexer.Follower does.
type Follower interface {
	Seq() int64
}

// Limits of a connection. A request is small and its answer quick, so what
// takes longer is somebody holding the connection.
const (
	headerWait  = 5 * time.Second  // for the headers
	bodyWait    = 20 * time.Second // for headers and body
	answerWait  = 40 * time.Second // from the headers' end to the answer's
	idleWait    = 2 * time.Minute  // between requests
	handlerWait = 15 * time.Second // for the store and the index, the body being read
	stopWait    = 10 * time.Second // for what is under way when the server stops
	maxHeaders  = 32 << 10         // bytes
)

// Config is what a Server works with. All fields are required unless said.
type Config struct {
	Store    corpus.Store
	Desk     *desk.Desk
	Engine   *search.Engine
	Index    indexer.Index
	Follower Follower

	// Of the leg of meaning, to be measured; nil where there are no models.
	Vectors   indexer.VectorIndex
	Embedding *indexer.Follower // keeps Vectors level with the store

	Listen   string               // HOST:PORT it will serve on, see CheckListen; "" leaves the check to Serve
	Logger   *slog.Logger         // nil means slog.Default
	Now      func() time.Time     // nil means time.Now
	Version  string               // of the program, shown by /healthz; "" when not known
	Registry *prometheus.Registry // where the measures go; nil means a new one
}

// Server answers the HTTP API and serves the pages.
type Server struct {
	store     corpus.Store
	desk      *desk.Desk
	engine    *search.Engine
	index     indexer.Index
	follower  Follower
	vectors   indexer.VectorIndex
	embedding *indexer.Follower
	logger    *slog.Logger
	now       func() time.Time
	version   string
	locales   locales
	measures  *measures
	searches  searches
	router    *gin.Engine

	stopping atomic.Bool  // nothing new is taken
	underWay atomic.Int64 // requests being answered, health checks aside
	level    atomic.Bool  // the index has been level with the store once
}

// New returns a server, or why the configuration cannot be served.
func New(cfg Config) (*Server, error) {
	if cfg.Store == nil || cfg.Desk == nil || cfg.Engine == nil || cfg.Index == nil || cfg.Follower == nil {
		return nil, errors.New("api: Store, Desk, Engine, Index and Follower are required")
	}
	if cfg.Listen != "" {
		if err := CheckListen(cfg.Listen); err != nil {
			return nil, err
		}
	}
	s := &Server{
		store: cfg.Store, desk: cfg.Desk, engine: cfg.Engine, index: cfg.Index, follower: cfg.Follower,
		vectors: cfg.Vectors, embedding: cfg.Embedding, logger: cfg.Logger, now: cfg.Now, version: cfg.Version,
	}
	if s.logger == nil {
		s.logger = slog.Default()
	}
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	if s.locales, err = loadLocales(); err != nil {
		return nil, err
	}
	registry := cfg.Registry
	if registry == nil {
		registry = prometheus.NewRegistry()
	}
	if s.measures, err = newMeasures(registry, s); err != nil {
		return nil, fmt.Errorf("api: measures: %w", err)
	}
	s.searches = searches{engine: cfg.Engine, measures: s.measures}
	s.router = s.routes()
	return s, nil
}

// Handler answers everything the server serves.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead || !strings.HasPrefix(r.URL.Path, "/") {
			r = routable(r)
		}
		s.router.ServeHTTP(w, r)
	})
}

// routable returns the request as the router takes it: HEAD is GET whose body
// net/http leaves out, and a target without a path is found nowhere.
func routable(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	if r.Method == http.MethodHead {
		r.Method = http.MethodGet
	}
	if !strings.HasPrefix(r.URL.Path, "/") {
		r.URL.Path = "/" + r.URL.Path
	}
	return r
}

// Serve answers on the listener, which must be on loopback, until ctx ends.
// Then it takes nothing new, answers 503 on /readyz, and returns once what is
// under way is done, or stopWait has passed. A stop asked for is no error.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	if err := CheckListen(ln.Addr().String()); err != nil {
		ln.Close()
		return err
	}
	base, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	srv := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: headerWait,
		ReadTimeout:       bodyWait,
		WriteTimeout:      answerWait,
		IdleTimeout:       idleWait,
		MaxHeaderBytes:    maxHeaders,
		BaseContext:       func(net.Listener) context.Context { return base },
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	err := s.stop(srv)
	abandon()
	<-failed
	return err
}

// stop lets what is under way finish. The listener stays open meanwhile, so
// that who asks /readyz is told, and who asks anything else too.
func (s *Server) stop(srv *http.Server) error {
	s.stopping.Store(true)
	bound, cancel := context.WithTimeout(context.Background(), stopWait)
	defer cancel()
	s.logger.Info("stopping", "under_way", s.underWay.Load())
	for s.underWay.Load() > 0 && bound.Err() == nil {
		select {
		case <-bound.Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
	if err := srv.Shutdown(bound); err != nil {
		left := s.underWay.Load()
		srv.Close()
		return fmt.Errorf("stopped with %d requests unanswered after %s: %w", left, stopWait, err)
	}
	return nil
}
