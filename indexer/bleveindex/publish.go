package bleveindex

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"precedent/indexer"
)

// part is a segment as published, with bleve's own, on which a reference is
// held, to find ids in.
type part struct {
	live   liveSegment
	handle segment.Segment
}

// fewDocuments is how many documents' views may be built while writers wait:
// about 50 ms of work.
const fewDocuments = 4096

// publish makes a batch that bleve took visible. It does not wait for bleve's
// merges: what is published may be segments that bleve has merged since. From
// these, what the batch replaces is deleted here too, and the batch's own
// segment is added, which gives the same documents. view is of that segment.
func (g *generation) publish(b indexer.Batch, view *segmentView) error {
	snap, err := g.snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	present := map[uint64]*scorch.SegmentSnapshot{}
	for _, s := range snap.Segments() {
		present[s.Id()] = s
	}
	puts, touched := batchIDs(b)
	parts := make([]part, 0, len(g.parts)+1)
	for _, p := range g.parts {
		// Where bleve has merged it, what the batch touches is deleted from it.
		var deleted *roaring.Bitmap
		if s := present[p.live.view.id]; s != nil {
			deleted = s.Deleted()
			delete(present, p.live.view.id)
		} else if deleted, err = p.handle.DocNumbers(touched); err != nil {
			return err
		}
		p.live = p.live.without(deleted)
		parts = append(parts, p)
	}
	if len(puts) > 0 {
		fresh, err := segmentOf(puts, present)
		if err != nil {
			return err
		}
		if fresh == nil { // bleve has merged it already
			return g.republish(snap, nil)
		}
		view.id = fresh.Id()
		fresh.Segment().AddRef()
		parts = append(parts, part{live: newLiveSegment(view).without(fresh.Deleted()), handle: fresh.Segment()})
	}
	g.setParts(position{seq: b.Seq, mark: b.Mark}, parts)
	return nil
}

// batchIDs returns the ids put, and all ids that the batch touches.
func batchIDs(b indexer.Batch) (puts, touched []string) {
	for i := range b.Put {
		puts = append(puts, b.Put[i].ID)
	}
	slices.Sort(puts)
	puts = slices.Compact(puts)
	return puts, slices.Concat(puts, b.Delete)
}

// segmentOf returns the segment that is made of the documents with these ids:
// the batch's own, or one into which bleve has merged it with nothing that is
// alive, which has the same documents in the same order.
func segmentOf(ids []string, among map[uint64]*scorch.SegmentSnapshot) (*scorch.SegmentSnapshot, error) {
	for _, s := range among {
		if s.Segment().Count() != uint64(len(ids)) || s.Count() != uint64(len(ids)) {
			continue
		}
		docs, err := s.Segment().DocNumbers(ids)
		if err != nil {
			return nil, err
		}
		if docs.GetCardinality() == uint64(len(ids)) {
			return s, nil
		}
	}
	return nil, nil
}

// republish publishes a state of bleve as it is. Views that are neither
// published nor among the made are built.
func (g *generation) republish(snap *scorch.IndexSnapshot, made map[uint64]*segmentView) error {
	at, err := storedPosition(snap)
	if err != nil {
		return err
	}
	published := map[uint64]liveSegment{}
	for _, p := range g.parts {
		published[p.live.view.id] = p.live
	}
	parts := make([]part, 0, len(snap.Segments()))
	for _, s := range snap.Segments() {
		live, ok := published[s.Id()]
		if !ok {
			view := made[s.Id()]
			if view == nil {
				if view, err = g.viewOf(s); err != nil {
					return err
				}
			}
			live = newLiveSegment(view)
		}
		parts = append(parts, part{live: live.without(s.Deleted()), handle: s.Segment()})
	}
	former := g.parts
	for _, p := range parts {
		p.handle.AddRef()
	}
	g.setParts(at, parts)
	g.release(former)
	return nil
}

func (g *generation) setParts(at position, parts []part) {
	g.parts = parts
	live := make([]liveSegment, len(parts))
	for i, p := range parts {
		live[i] = p.live
	}
	g.published.Store(newPublication(at, live, g.published.Load()))
}

func (g *generation) release(parts []part) {
	for _, p := range parts {
		if err := p.handle.DecRef(); err != nil {
			g.logger.Warn("closing a segment that was merged", "index", g.dir, "error", err)
		}
	}
}

// refresh brings what is published level with bleve. Views are built while
// neither searches nor writers wait, but for the last few small ones.
func (g *generation) refresh(ctx context.Context) error {
	g.refreshing.Lock()
	defer g.refreshing.Unlock()
	made := map[uint64]*segmentView{}
	for {
		if err := g.buildMissing(ctx, made); err != nil {
			return err
		}
		level, err := g.tryRepublish(made)
		if err != nil || level {
			return err
		}
	}
}

// tryRepublish publishes bleve's present state unless that still lacks views
// of more than a few documents.
func (g *generation) tryRepublish(made map[uint64]*segmentView) (bool, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false, errClosed
	}
	snap, err := g.snapshot()
	if err != nil {
		return false, err
	}
	defer snap.Close()
	missing := 0
	for _, s := range g.missing(snap, made) {
		missing += int(s.Segment().Count())
	}
	if missing > fewDocuments {
		return false, nil
	}
	return true, g.republish(snap, made)
}

// missing returns the segments that have no view.
func (g *generation) missing(snap *scorch.IndexSnapshot, made map[uint64]*segmentView) []*scorch.SegmentSnapshot {
	var missing []*scorch.SegmentSnapshot
	for _, s := range snap.Segments() {
		known := slices.ContainsFunc(g.parts, func(p part) bool { return p.live.view.id == s.Id() })
		if !known && made[s.Id()] == nil {
			missing = append(missing, s)
		}
	}
	return missing
}

// buildMissing reads or builds the views that bleve's present state lacks, one worker
// a core.
func (g *generation) buildMissing(ctx context.Context, made map[uint64]*segmentView) error {
	g.mu.Lock()
	snap, err := g.snapshot()
	if err != nil {
		g.mu.Unlock()
		return err
	}
	defer snap.Close()
	missing := g.missing(snap, made)
	g.mu.Unlock()
	var (
		next    atomic.Int64
		results = make([]*segmentView, len(missing))
		errs    = make([]error, len(missing))
		workers sync.WaitGroup
	)
	for range min(len(missing), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(missing); i = int(next.Add(1)) - 1 {
				if errs[i] = ctx.Err(); errs[i] == nil {
					results[i], errs[i] = g.viewOf(missing[i])
				}
			}
		})
	}
	workers.Wait()
	for i, s := range missing {
		if errs[i] == nil {
			made[s.Id()] = results[i]
		}
	}
	return errors.Join(errs...)
}

// watchEvery is how often the generation looks whether bleve has moved on.
const watchEvery = 100 * time.Millisecond

// watch publishes what bleve merges, and says when bleve can't write.
func (g *generation) watch(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	stats := g.bleve.Stats().(*scorch.Stats)
	var level, errorsSeen uint64
	var said time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if n := g.failures(); n > errorsSeen && time.Since(said) > time.Minute {
			g.logger.Error("bleve can't write the index; searches go on from memory, the disk may be full", "index", g.dir, "errors", n)
			errorsSeen, said = n, time.Now()
		}
		epoch := atomic.LoadUint64(&stats.CurRootEpoch)
		if epoch == level || g.lazy.Load() {
			continue
		}
		if err := g.refresh(ctx); err != nil {
			if ctx.Err() == nil && !errors.Is(err, errClosed) {
				g.logger.Error("reading what bleve merged", "index", g.dir, "error", fmt.Sprint(err))
			}
			continue
		}
		level = epoch
	}
}
