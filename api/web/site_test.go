package web_test

import (
	"context"
	"errors"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"precedent/api/web"
	"precedent/corpus"
	"precedent/corpus/demo"
	"precedent/corpus/sqlite"
	"precedent/desk"
	"precedent/indexer"
	"precedent/indexer/bleveindex"
	"precedent/indexer/embed"
	"precedent/indexer/segment"
	"precedent/indexer/vectorindex"
	"precedent/search"
)

// segmenter takes half a second to start, so the tests share one.
var segmenter = sync.OnceValues(func() (*segment.Segmenter, error) { return segment.New(segment.Config{}) })

// site is a served set of pages on a store and an index of its own.
type site struct {
	t        *testing.T
	url      string
	store    *sqlite.Store
	engine   *search.Engine
	follower *indexer.Follower
	reader   *indexer.Follower // of the vectors; nil where words alone answer
	who      corpus.Caller
	seen     *sync.Map // paths that were asked for -> how often, see count
}

func newSite(t *testing.T, cases ...corpus.Case) *site {
	t.Helper()
	return newSiteWith(t, nil, cases...)
}

// openModels reads them once for all tests.
var openModels = sync.OnceValues(func() (*embed.Models, error) { return embed.Open(filepath.Join("..", "..", "models")) })

// newSiteOfMeaning finds by words and by meaning. Where there are no models
// the test is skipped.
func newSiteOfMeaning(t *testing.T, cases ...corpus.Case) *site {
	t.Helper()
	models, err := openModels()
	if errors.Is(err, embed.ErrNoModels) {
		t.Skip("the models are missing: run `make models` first")
	}
	require.NoError(t, err)
	return newSiteWith(t, models, cases...)
}

// newSiteWith takes what reads for meaning, nil for words alone.
func newSiteWith(t *testing.T, models *embed.Models, cases ...corpus.Case) *site {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	dir, quiet := t.TempDir(), slog.New(slog.DiscardHandler)
	store, err := sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(dir, "store.db"), Logger: quiet})
	require.NoError(t, err)
	cut, err := segmenter()
	require.NoError(t, err)
	stamp, err := indexer.WantedStamp(ctx, store, indexer.TermMaker{Segmenter: cut})
	require.NoError(t, err)
	index, err := bleveindex.Open(ctx, bleveindex.Config{Dir: filepath.Join(dir, "index"), Stamp: stamp, Logger: quiet})
	require.NoError(t, err)
	follower := indexer.NewFollower(indexer.FollowerConfig{Source: store, Index: index, Maker: indexer.TermMaker{Segmenter: cut}, Logger: quiet})
	done := make(chan error, 1)
	go func() { done <- follower.Run(ctx) }()
	s := &site{t: t, store: store, follower: follower, who: corpus.LocalCaller(), seen: new(sync.Map)}
	config := search.Config{Store: store, Index: index, Segmenter: cut, Level: follower, Logger: quiet}
	if models != nil {
		config.Meaning = s.read(dir, models)
	}
	engine, err := search.New(ctx, config)
	require.NoError(t, err)
	s.engine = engine
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.Use(s.count, strict)
	cfg := web.Config{Desk: desk.New(store, engine), Store: store, Engine: engine, Caller: func(*gin.Context) corpus.Caller { return s.who }, Logger: quiet}
	web.Register(router, cfg)
	router.NoRoute(web.NotFound(cfg))
	server := httptest.NewServer(router)
	s.url = server.URL
	t.Cleanup(func() {
		server.Close()
		stop()
		require.NoError(t, <-done)
		require.NoError(t, index.Close())
		require.NoError(t, store.Close())
	})
	s.put(cases)
	return s
}

// read keeps vectors in a folder level with the store whenever the site settles.
func (s *site) read(dir string, models *embed.Models) *search.Meaning {
	s.t.Helper()
	quiet, maker := slog.New(slog.DiscardHandler), indexer.VectorMaker{Embedder: models}
	stamp, err := indexer.WantedStamp(s.t.Context(), s.store, maker)
	require.NoError(s.t, err)
	vectors, err := vectorindex.Open(s.t.Context(), vectorindex.Config{Dir: filepath.Join(dir, "vectors"), Stamp: stamp, Logger: quiet})
	require.NoError(s.t, err)
	s.t.Cleanup(func() { require.NoError(s.t, vectors.Close()) })
	maker.Index = vectors
	s.reader = indexer.NewFollower(indexer.FollowerConfig{Source: s.store, Index: vectors, Maker: maker, Logger: quiet})
	return &search.Meaning{Index: vectors, Embedder: models}
}

// put records cases and waits until they can be found.
func (s *site) put(cases []corpus.Case) {
	s.t.Helper()
	if len(cases) == 0 {
		return
	}
	out, err := s.store.PutCases(s.t.Context(), corpus.Write{Caller: corpus.LocalCaller(), Action: "import"}, cases)
	require.NoError(s.t, err)
	for _, o := range out {
		require.NoError(s.t, o.Err)
	}
	s.settled()
}

// demo records the demo cases and waits until they can be found.
func (s *site) demo() {
	s.t.Helper()
	_, err := demo.Load(s.t.Context(), s.store)
	require.NoError(s.t, err)
	s.settled()
}

// settled waits until all that is recorded can be found.
func (s *site) settled() {
	s.t.Helper()
	seq, err := s.store.LastSeq(s.t.Context())
	require.NoError(s.t, err)
	ctx, cancel := context.WithTimeout(s.t.Context(), 10*time.Second)
	defer cancel()
	require.NoError(s.t, s.follower.WaitFor(ctx, seq))
	if s.reader != nil {
		require.NoError(s.t, s.reader.CatchUp(ctx, nil))
	}
}

// strict sends the headers that the pages have to work under.
func strict(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if origin := c.GetHeader("Origin"); origin != "" && origin != "http://"+c.Request.Host {
		c.AbortWithStatus(http.StatusForbidden)
	}
}

// count notes what was asked for.
func (s *site) count(c *gin.Context) {
	key := c.Request.Method + " " + c.Request.URL.Path
	for {
		old, loaded := s.seen.LoadOrStore(key, 1)
		if !loaded || s.seen.CompareAndSwap(key, old, old.(int)+1) {
			return
		}
	}
}

// asked is how often a path was asked for, as "POST /desk/matches".
func (s *site) asked(request string) int {
	n, _ := s.seen.Load(request)
	count, _ := n.(int)
	return count
}

// visitor is a browser without JavaScript.
type visitor struct {
	t      *testing.T
	site   *site
	client *http.Client
	accept string
	script bool // asks as our scripts do
}

func (s *site) visitor(language string) *visitor {
	jar, err := cookiejar.New(nil)
	require.NoError(s.t, err)
	return &visitor{t: s.t, site: s, client: &http.Client{Jar: jar}, accept: language}
}

// page is what a visitor got.
type page struct {
	status int
	url    *url.URL // after redirections
	header http.Header
	body   string
}

func (v *visitor) do(r *http.Request, err error) page {
	v.t.Helper()
	require.NoError(v.t, err)
	r.Header.Set("Accept-Language", v.accept)
	if v.script {
		r.Header.Set("X-Part", "1")
	}
	resp, err := v.client.Do(r)
	require.NoError(v.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(v.t, err)
	return page{resp.StatusCode, resp.Request.URL, resp.Header, string(body)}
}

func (v *visitor) get(path string) page {
	v.t.Helper()
	return v.do(http.NewRequest(http.MethodGet, v.site.url+path, nil))
}

func (v *visitor) post(path string, form url.Values) page {
	v.t.Helper()
	r, err := http.NewRequest(http.MethodPost, v.site.url+path, strings.NewReader(form.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return v.do(r, err)
}

// form opens the page of a form and returns its hidden fields.
func (v *visitor) form(path string) url.Values {
	v.t.Helper()
	p := v.get(path)
	require.Equal(v.t, http.StatusOK, p.status)
	return p.hidden()
}

var hiddenField = regexp.MustCompile(`<input type="hidden"[^>]* name="([a-z_]+)" value="([^"]*)"`)

func (p page) hidden() url.Values {
	form := make(url.Values)
	for _, m := range hiddenField.FindAllStringSubmatch(p.body, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	return form
}

// with returns the form with more fields filled in.
func with(form url.Values, pairs ...string) url.Values {
	out := make(url.Values)
	for k, v := range form {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = append(out[pairs[i]], pairs[i+1])
	}
	return out
}

var tag = regexp.MustCompile(`<[^>]*>`)

// text is what a reader sees, marks in brackets.
func (p page) text() string {
	s := strings.NewReplacer("<mark>", "[", "</mark>", "]").Replace(p.body)
	return html.UnescapeString(tag.ReplaceAllString(s, ""))
}

// ids are the cases offered, best first.
func (p page) ids() []string {
	var ids []string
	for _, m := range regexp.MustCompile(`<li class="match" data-id="(c_\w+)"`).FindAllStringSubmatch(p.body, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// lamps are three cases about lamps of a box.
func lamps() []corpus.Case {
	return []corpus.Case{
		{ExternalID: "L1", Title: "LOS 红灯闪烁", Wordings: []string{"光猫亮红灯断网", "家里上不了网，LOS 一直闪红"},
			Resolution: "1. 检查尾纤有没有松\n2. 拔电源一分钟再插\n3. 见 https://help.example/los?a=1&b=2。", Cause: "光路中断",
			Products: []string{"光猫"}, Models: []string{"HG-8200"}, Versions: []string{">=2.0"}, Tags: []string{"红灯"}},
		{ExternalID: "L2", Title: "手机充不进电", Wordings: []string{"插上充电器没反应，电量不涨"},
			Resolution: "换一根数据线\n清洁充电口", Products: []string{"手机"}, State: corpus.Draft},
		{ExternalID: "L3", Title: "光猫绿灯常灭", Wordings: []string{"光猫的绿灯不亮，上不了网"}, State: corpus.Known,
			Known: &corpus.KnownCase{Handler: "接入组", TellCustomer: "正在排查，今天内答复。"}, Products: []string{"光猫"}},
	}
}

// find returns the id of the case with an external id.
func (s *site) find(externalID string) corpus.Case {
	s.t.Helper()
	var found corpus.Case
	err := s.store.EachCase(s.t.Context(), corpus.LocalCaller(), func(c corpus.Case) error {
		if c.ExternalID == externalID {
			found = c
		}
		return nil
	})
	require.NoError(s.t, err)
	require.NotEmpty(s.t, found.ID)
	return found
}
