package api

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// probeWait bounds what a health check or a scrape waits for the store.
const probeWait = 2 * time.Second

// healthy says that the process answers; it asks nothing of the store.
func (s *Server) healthy(g *gin.Context) {
	s.send(g, answer{status: http.StatusOK, body: map[string]string{"status": "ok", "version": s.version}})
}

// readiness is the answer of /readyz.
type readiness struct {
	Ready    bool     `json:"ready"`
	StoreSeq int64    `json:"store_seq"`
	IndexSeq int64    `json:"index_seq"`
	Behind   int64    `json:"behind"`  // changes the index has still to take
	Missing  []string `json:"missing"` // what keeps the server from being ready
}

// ready says whether requests should be sent here: once the index has been
// level with the store. Falling behind afterwards, as during an import, does
// not make the server unready, since it answers all the while.
func (s *Server) ready(g *gin.Context) {
	ctx, cancel := context.WithTimeout(g.Request.Context(), probeWait)
	defer cancel()
	r := s.readiness(ctx)
	status := http.StatusOK
	if !r.Ready {
		status = http.StatusServiceUnavailable
	}
	g.Header("Cache-Control", "no-store")
	s.send(g, answer{status: status, body: r})
}

func (s *Server) readiness(ctx context.Context) readiness {
	r := readiness{Missing: []string{}}
	var err error
	if r.StoreSeq, err = s.store.LastSeq(ctx); err != nil {
		r.Missing = append(r.Missing, "the store does not answer")
		s.logger.ErrorContext(ctx, "store does not answer", "err", err)
	}
	r.IndexSeq = s.follower.Seq()
	r.Behind = max(0, r.StoreSeq-r.IndexSeq)
	if len(r.Missing) == 0 && r.Behind == 0 {
		s.level.Store(true)
	}
	if !s.level.Load() && r.Behind > 0 {
		r.Missing = append(r.Missing, "the index is not yet level with the store")
	}
	if s.stopping.Load() {
		r.Missing = append(r.Missing, "the server is stopping")
	}
	r.Ready = len(r.Missing) == 0
	return r
}
