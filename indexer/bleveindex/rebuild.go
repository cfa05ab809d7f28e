package bleveindex

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"precedent/indexer"
)

// Rebuild implements indexer.Index. The new generation is whole on disk before
// it becomes the current one, so that a crash leaves the one or the other. A
// batch applied to the index after fill returned, and before Rebuild did, may
// be lacking from the new generation; Status tells its seq.
func (ix *Index) Rebuild(ctx context.Context, stamp indexer.Stamp, fill func(context.Context, indexer.Applier) error) error {
	ix.rebuilding.Lock()
	defer ix.rebuilding.Unlock()
	if ix.closed.Load() {
		return errClosed
	}
	name, err := makeGeneration(ix.dir, stamp)
	if err != nil {
		return err
	}
	g, err := ix.serve(ctx, filepath.Join(ix.dir, name), stamp, false, true)
	if err != nil {
		return errors.Join(err, os.RemoveAll(filepath.Join(ix.dir, name)))
	}
	g.lazy.Store(true)
	err = fill(ctx, filling{g})
	if err == nil {
		err = g.becomeWhole(ctx)
	}
	if err == nil {
		err = ix.swapIn(g, name)
	}
	if err != nil {
		return errors.Join(err, discard(g))
	}
	return nil
}

// becomeWhole makes a filled generation ready to be served.
func (g *generation) becomeWhole(ctx context.Context) error {
	if err := g.flush(ctx); err != nil {
		return err
	}
	g.lazy.Store(false)
	g.stale.Store(false)
	return g.refresh(ctx)
}

// swapIn serves a generation instead of the present one.
func (ix *Index) swapIn(g *generation, name string) error {
	ix.swap.Lock()
	if err := writeCurrent(ix.dir, name); err != nil {
		ix.swap.Unlock()
		return err
	}
	former := ix.served.Swap(g)
	ix.swap.Unlock()
	if err := discard(former); err != nil {
		ix.logger.Warn("removing the index that was replaced", "index", former.dir, "error", err)
	}
	return nil
}

// discard closes a generation and removes it.
func discard(g *generation) error {
	_, err := g.close()
	return errors.Join(err, os.RemoveAll(g.dir))
}

// filling is a generation that is being filled, as an Index of its own.
type filling struct{ g *generation }

var (
	errNested = errors.New("an index that is being filled can't be rebuilt")
	errLent   = errors.New("an index that is being filled is closed by the Rebuild that lent it")
)

func (f filling) Apply(ctx context.Context, b indexer.Batch) error { return f.g.apply(ctx, b) }

func (f filling) Search(ctx context.Context, q indexer.Query) (indexer.Result, error) {
	return f.g.search(ctx, q)
}

func (f filling) Stats(ctx context.Context, terms []indexer.Term) (indexer.Stats, error) {
	return f.g.stats(ctx, terms)
}

func (f filling) Complete(ctx context.Context, field indexer.Field, prefix string, limit int) ([]indexer.Completion, error) {
	return f.g.complete(ctx, field, prefix, limit)
}

func (f filling) Status(ctx context.Context) (indexer.Status, error) { return f.g.status(ctx) }

func (f filling) Verify(ctx context.Context) error { return f.g.verify(ctx) }

func (f filling) Rebuild(context.Context, indexer.Stamp, func(context.Context, indexer.Applier) error) error {
	return errNested
}

func (f filling) Close() error { return errLent }
