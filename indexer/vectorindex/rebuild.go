package vectorindex

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"precedent/indexer"
)

// Rebuild implements indexer.VectorIndex. Searches find what fill has brought
// so far. What the index held stays known, if the stamp differs in nothing but
// the epoch: its vectors are used again and need no embedding, also when fill
// fails or the program ends in the middle; then the index has the new stamp and
// the seq that fill came to, and whoever fills goes on from there.
func (ix *Index) Rebuild(ctx context.Context, stamp indexer.Stamp, fill func(context.Context, indexer.Applier) error) error {
	ix.rebuilding.Lock()
	defer ix.rebuilding.Unlock()
	if err := ix.beginAnew(ctx, stamp); err != nil {
		return err
	}
	err := fill(ctx, filling{ix})
	ix.mu.Lock()
	ix.refilling = false
	ix.mu.Unlock()
	if err != nil {
		return err
	}
	return ix.Settled(ctx)
}

// beginAnew serves an empty log, and makes the one served a former one.
func (ix *Index) beginAnew(ctx context.Context, stamp indexer.Stamp) error {
	ix.compacting.Lock()
	defer ix.compacting.Unlock()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.closed.Load() {
		return errClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	former, was := ix.log, ix.stamp
	if err := former.mend(); err != nil {
		return err
	}
	ix.stamp = stamp
	if err := ix.begin(logNumber(filepath.Base(former.path)) + 1); err != nil {
		ix.stamp = was
		return fmt.Errorf("making an empty index in %s: %w", ix.dir, err)
	}
	ix.refilling = true
	err := former.f.Close()
	if !alike(was, stamp) {
		err = errors.Join(err, ix.formers.drop(), os.Remove(former.path))
	} else {
		err = errors.Join(err, ix.formers.add(context.WithoutCancel(ctx), former.path, stamp))
	}
	if err != nil {
		ix.logger.Warn("keeping the vectors that the index had", "log", former.path, "error", err)
	}
	return nil
}

// Settled removes the former logs, whose vectors are used again while the
// index is filled anew. A Rebuild that comes to its end does so by itself;
// after one that did not, or an Open that found the index unusable, whoever
// runs the Follower calls Settled when it has caught up with the store. Without
// former logs it does nothing.
func (ix *Index) Settled(context.Context) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.closed.Load() {
		return errClosed
	}
	if len(ix.formers.files) == 0 {
		return nil
	}
	ix.logger.Info("the index is filled; former vectors are removed", "index", ix.dir, "logs", ix.formers.names())
	return ix.formers.drop()
}

// filling is the index while a Rebuild fills it.
type filling struct{ ix *Index }

var errNested = errors.New("an index that is being filled can't be rebuilt")

func (f filling) Apply(ctx context.Context, b indexer.Batch) error { return f.ix.apply(ctx, b, true) }

func (f filling) Status(ctx context.Context) (indexer.Status, error) { return f.ix.Status(ctx) }

func (f filling) Rebuild(context.Context, indexer.Stamp, func(context.Context, indexer.Applier) error) error {
	return errNested
}
