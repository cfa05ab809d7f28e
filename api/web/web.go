// Package web serves the pages: the agent's desk, a case with its history, and
// the forms that record and change one. Pages are rendered on the server and
// work without JavaScript; the scripts under static only quicken them.
package web

import (
	"context"
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"

	"precedent/corpus"
	"precedent/desk"
	"precedent/search"
)

// Config is what the pages work with. All fields are required unless said.
type Config struct {
	Desk   *desk.Desk
	Store  corpus.Store
	Engine Searcher
	Caller func(*gin.Context) corpus.Caller // on whose behalf a request is made
	Now    func() time.Time                 // nil means time.Now
	Logger *slog.Logger                     // nil means slog.Default
}

// Searcher answers what is typed; a search.Engine does.
type Searcher interface {
	Search(ctx context.Context, who corpus.Caller, r search.Request) (search.Response, error)
}

// pages answers the requests for pages.
type pages struct {
	Config
	tongues  tongues
	assets   assets
	products *products
}

// Register adds the routes of the pages to r. Whoever mounts them checks Host
// and Origin and sends a Content-Security-Policy: the pages need no more than
// default-src 'self'.
func Register(r gin.IRouter, cfg Config) {
	p := newPages(cfg)
	r.GET("/static/:version/:file", p.page(serveAsset))

	r.GET("/", p.page(showDesk))
	r.POST("/", p.page(showDesk))
	r.POST("/desk/matches", p.page(showMatches))
	r.POST("/desk/verdict", p.page(guarded(judge)))
	r.POST("/desk/undo", p.page(guarded(undo)))

	r.GET("/cases/new", p.page(newCase))
	r.POST("/cases/new", p.page(newCase))
	r.POST("/cases", p.page(guarded(recordCase)))
	r.GET("/cases/:id", p.page(showCase))
	r.GET("/cases/:id/recorded", p.page(showRecorded))
	r.GET("/cases/:id/edit", p.page(editCase))
	r.POST("/cases/:id/edit", p.page(guarded(saveCase)))
	r.POST("/cases/:id/retire", p.page(guarded(retireCase)))
}

// NotFound answers an address that leads nowhere with a page that says so. It
// is for whoever mounts the pages, who alone knows every address.
func NotFound(cfg Config) gin.HandlerFunc {
	return newPages(cfg).page(func(*visit) error { return corpus.ErrNotFound })
}

func newPages(cfg Config) *pages {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	a := loadAssets()
	return &pages{Config: cfg, assets: a, tongues: loadTongues(a), products: new(products)}
}
