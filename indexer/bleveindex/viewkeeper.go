package bleveindex

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// viewPolicy says which views are written to files. The zero value means the
// defaults.
type viewPolicy struct {
	from  int           // segments of at least this many documents; smaller ones are decoded as fast
	after time.Duration // that have been there for this long: bleve may merge them soon
}

func (p viewPolicy) orDefault() viewPolicy {
	if p.from == 0 {
		p.from = 20_000
	}
	if p.after == 0 {
		p.after = 5 * time.Second
	}
	return p
}

func viewsFolder(dir string) string { return filepath.Join(dir, "views") }

// viewPath is where the view of a segment's file is kept.
func (g *generation) viewPath(segmentFile string) string {
	return filepath.Join(viewsFolder(g.dir), filepath.Base(segmentFile)+viewSuffix)
}

// segmentFile is the file of a segment, "" while it is in memory only.
func segmentFile(s *scorch.SegmentSnapshot) string {
	if file, ok := s.Segment().(segment.PersistedSegment); ok {
		return file.Path()
	}
	return ""
}

// viewOf returns the view of a segment: from its file, or else decoded.
func (g *generation) viewOf(s *scorch.SegmentSnapshot) (*segmentView, error) {
	if file := segmentFile(s); file != "" {
		view, err := readView(g.viewPath(file), file)
		if err == nil && view.count == int(s.Segment().Count()) {
			view.id = s.Id()
			return view, nil
		}
		if !errors.Is(err, errNoView) {
			g.logger.Warn("a view file can't be used and is made anew", "index", g.dir, "error", fmt.Sprint(err))
			if err := os.Remove(g.viewPath(file)); ignoreMissing(err) != nil {
				return nil, err
			}
		}
	}
	return buildView(s.Id(), s.Segment())
}

// keepViews writes the files of large views, and removes those of segments
// that are gone, until the context ends.
func (g *generation) keepViews(ctx context.Context) {
	since := map[string]time.Time{} // segment file -> when it was first seen
	every := min(g.views.after, time.Second)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		tick.Reset(every)
		if err := g.writeViews(ctx, since); err != nil && ctx.Err() == nil {
			g.logger.Error("writing view files; a start takes longer without", "index", g.dir, "error", err)
			tick.Reset(time.Minute) // the disk may be full
		}
	}
}

// writeViews writes the files that are due.
func (g *generation) writeViews(ctx context.Context, since map[string]time.Time) error {
	snap, err := g.snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	views := map[uint64]*segmentView{}
	for _, s := range g.published.Load().segments {
		views[s.view.id] = s.view
	}
	present := map[string]bool{}
	for _, s := range snap.Segments() {
		file := segmentFile(s)
		if file == "" {
			continue
		}
		path := g.viewPath(file)
		present[filepath.Base(path)] = true
		view := views[s.Id()]
		if view == nil || view.count < g.views.from {
			continue
		}
		if _, known := since[file]; !known {
			since[file] = time.Now()
		}
		if _, err := os.Stat(path); err == nil || time.Since(since[file]) < g.views.after {
			continue
		}
		if err := writeView(ctx, path, file, view); err != nil {
			return err
		}
	}
	maps.DeleteFunc(since, func(file string, _ time.Time) bool { return !present[filepath.Base(g.viewPath(file))] })
	return g.removeViews(present)
}

// removeViews removes the files of views but those present.
func (g *generation) removeViews(present map[string]bool) error {
	names, err := g.viewNames()
	for _, name := range names {
		if !present[name] {
			err = errors.Join(err, ignoreMissing(os.Remove(filepath.Join(viewsFolder(g.dir), name))))
		}
	}
	return err
}

func (g *generation) viewNames() (names []string, err error) {
	entries, err := os.ReadDir(viewsFolder(g.dir))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, ignoreMissing(err)
}

// checkViews reads the view files of a state of bleve. A damaged one is
// removed, so that it is made anew, and told of.
func (g *generation) checkViews(snap *scorch.IndexSnapshot) error {
	var damaged []string
	for _, s := range snap.Segments() {
		file := segmentFile(s)
		if file == "" {
			continue
		}
		if _, err := readView(g.viewPath(file), file); err != nil && !errors.Is(err, errNoView) {
			damaged = append(damaged, err.Error())
			if err := os.Remove(g.viewPath(file)); ignoreMissing(err) != nil {
				return err
			}
		}
	}
	if len(damaged) > 0 {
		return fmt.Errorf("%w (%s)", errViews, strings.Join(damaged, "; "))
	}
	return nil
}

// errViews is what Verify finds when only view files are damaged.
var errViews = errors.New("files that speed up a start were damaged; they are removed and made anew, nothing else is needed")
