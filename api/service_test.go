package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"precedent/api"
	"precedent/corpus/sqlite"
	"precedent/desk"
	"precedent/indexer"
	"precedent/indexer/bleveindex"
	"precedent/indexer/embed"
	"precedent/indexer/segment"
	"precedent/indexer/vectorindex"
	"precedent/search"
)

// segmenter is one for all tests: it takes half a second and 120 MB.
var segmenter = sync.OnceValues(func() (*segment.Segmenter, error) { return segment.New(segment.Config{}) })

// service is a running server on real parts: a store and an index in a
// temporary folder, a follower, and a port of its own.
type service struct {
	t      *testing.T
	url    string
	server *api.Server
	store  *sqlite.Store
	reader *indexer.Follower // of the vectors; nil where words alone answer
	log    *syncBuffer
	stop   func() error // asks the server to stop and waits for it
}

func start(t *testing.T) *service { t.Helper(); return startWith(t, nil) }

// startWithMeaning has both legs; the vectors are made when the test says so.
// Where there are no models the test is skipped.
func startWithMeaning(t *testing.T) *service {
	t.Helper()
	models, err := embed.Open(filepath.Join("..", "models"))
	if errors.Is(err, embed.ErrNoModels) {
		t.Skip("the models are missing: run `make models` first")
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, models.Close()) })
	return startWith(t, models)
}

// startWith takes what reads for meaning, nil for words alone.
func startWith(t *testing.T, models *embed.Models) *service {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	dir := t.TempDir()
	log := new(syncBuffer)
	logger := slog.New(slog.NewJSONHandler(log, nil))
	store, err := sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(dir, "store.db"), Logger: logger})
	require.NoError(t, err)
	seg, err := segmenter()
	require.NoError(t, err)
	stamp, err := indexer.WantedStamp(ctx, store, indexer.TermMaker{Segmenter: seg})
	require.NoError(t, err)
	index, err := bleveindex.Open(ctx, bleveindex.Config{Dir: filepath.Join(dir, "index"), Stamp: stamp, Logger: logger})
	require.NoError(t, err)
	follower := indexer.NewFollower(indexer.FollowerConfig{Source: store, Index: index, Maker: indexer.TermMaker{Segmenter: seg}, Logger: logger})
	engines := search.Config{Store: store, Index: index, Segmenter: seg, Level: follower, Logger: logger}
	served := api.Config{Store: store, Index: index, Follower: follower, Logger: logger, Version: "test"}
	if models != nil {
		maker := indexer.VectorMaker{Embedder: models}
		stamp, err := indexer.WantedStamp(ctx, store, maker)
		require.NoError(t, err)
		vectors, err := vectorindex.Open(ctx, vectorindex.Config{Dir: filepath.Join(dir, "vectors"), Stamp: stamp, Logger: logger})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, vectors.Close()) })
		maker.Index = vectors
		engines.Meaning = &search.Meaning{Index: vectors, Embedder: models}
		served.Vectors = vectors
		served.Embedding = indexer.NewFollower(indexer.FollowerConfig{Source: store, Index: vectors, Maker: maker, Logger: logger})
	}
	engine, err := search.New(ctx, engines)
	require.NoError(t, err)
	served.Engine, served.Desk = engine, desk.New(store, engine)
	server, err := api.New(served)
	require.NoError(t, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)

	followed, ended := make(chan error, 1), make(chan error, 1)
	following, unfollow := context.WithCancel(context.Background())
	go func() { followed <- follower.Run(following) }()
	go func() { ended <- server.Serve(ctx, ln) }()
	stop := sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() {
		stop()
		unfollow()
		<-followed
		index.Close()
		store.Close()
	})
	s := &service{t: t, url: "http://" + ln.Addr().String(), server: server, store: store, reader: served.Embedding, log: log, stop: stop}
	require.Eventually(t, func() bool { return s.do("GET", "/readyz", nil).status == 200 }, 5*time.Second, 5*time.Millisecond)
	return s
}

// reply is an answer of the server.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// into decodes the body.
func (r reply) into(t *testing.T, v any) {
	t.Helper()
	require.NoError(t, json.Unmarshal(r.body, v), "%s", r.body)
}

// problem decodes a refusal, which must be one.
func (r reply) problem(t *testing.T) api.Problem {
	t.Helper()
	require.Equal(t, "application/problem+json", r.header.Get("Content-Type"), "%d %s", r.status, r.body)
	var p api.Problem
	r.into(t, &p)
	require.Equal(t, r.status, p.Status)
	require.NotEmpty(t, p.Title)
	require.NotEmpty(t, p.Detail)
	require.Equal(t, "/requests/"+r.header.Get("X-Request-Id"), p.Instance)
	for _, e := range p.Errors {
		require.NotEmpty(t, e.Message, "%+v", e)
	}
	return p
}

// do sends a request, body as JSON unless it is bytes, and holds what goes
// over the wire against the OpenAPI document. Headers come in pairs.
func (s *service) do(method, path string, body any, header ...string) reply {
	s.t.Helper()
	req := s.request(method, path, body, header...)
	r := s.send(req)
	contract(s.t, s.request(method, path, body, header...), r)
	return r
}

func (s *service) request(method, path string, body any, header ...string) *http.Request {
	s.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		reader = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		require.NoError(s.t, err)
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, s.url+path, reader)
	require.NoError(s.t, err)
	if reader != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		} else if header[i+1] == "" {
			req.Header.Del(header[i])
		} else {
			req.Header.Set(header[i], header[i+1])
		}
	}
	return req
}

func (s *service) send(req *http.Request) reply {
	s.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err, "%s %s", req.Method, req.URL)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	return reply{resp.StatusCode, resp.Header, raw}
}

// obj is a JSON object.
type obj = map[string]any

// written is what a write of a case answers.
type written struct {
	ID      string
	CaseID  string `json:"case_id"`
	Version int
	Seq     int64
}

// record records a case and returns the answer.
func (s *service) record(fields obj) (w written) {
	s.t.Helper()
	r := s.do("POST", "/api/v1/cases", fields)
	require.Equal(s.t, 201, r.status, "%s", r.body)
	r.into(s.t, &w)
	return w
}

// find searches after the change seq is in the index.
func (s *service) find(text string, seq int64) (found api.SearchAnswer) {
	s.t.Helper()
	r := s.do("POST", "/api/v1/search", obj{"text": text, "min_seq": seq})
	require.Equal(s.t, 200, r.status, "%s", r.body)
	r.into(s.t, &found)
	require.GreaterOrEqual(s.t, found.IndexSeq, seq)
	return found
}

// syncBuffer is a log that tests read while the server writes.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
