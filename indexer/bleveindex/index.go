package bleveindex

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/gofrs/flock"

	"precedent/indexer"
)

// Config says what to open. Dir is required.
type Config struct {
	Dir    string        // the index's own folder; made when missing
	Stamp  indexer.Stamp // what the index must have been made from and how; else it is emptied
	Logger *slog.Logger  // nil means slog.Default

	views viewPolicy
}

// Index is an indexer.Index on disk. One process may have it open.
type Index struct {
	dir    string
	lock   *flock.Flock
	logger *slog.Logger
	views  viewPolicy
	reason string
	sealed bool

	rebuilding sync.Mutex
	swap       sync.RWMutex // held for writing while the generation changes; writers hold it for reading
	served     atomic.Pointer[generation]
	closed     atomic.Bool
}

var _ indexer.Index = (*Index)(nil)

// errNone is the reason of an index that is new.
var errNone = errors.New("there was no index")

// Open opens the index in a folder. It never fails for what the folder holds:
// an index that is missing, damaged, of another stamp or format is replaced by
// an empty one with seq 0, which Reason tells of, so that a Follower fills it.
// It returns indexer.ErrOwned at once when another process has the index.
func Open(ctx context.Context, cfg Config) (*Index, error) {
	logger := cfg.Logger
	if logger == nil {
		logger = slog.Default()
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("index folder: %w", err)
	}
	lock, err := indexer.Own(cfg.Dir)
	if err != nil {
		return nil, err
	}
	ix := &Index{dir: cfg.Dir, lock: lock, logger: logger, views: cfg.views}
	g, err := ix.openCurrent(ctx, cfg.Stamp)
	if ctx.Err() != nil {
		lock.Close()
		return nil, ctx.Err()
	}
	if err != nil {
		ix.reason = err.Error()
		var failed error
		if g, failed = ix.openEmpty(ctx, cfg.Stamp); failed != nil {
			lock.Close()
			return nil, fmt.Errorf("making an empty index in %s: %w", cfg.Dir, failed)
		}
		level := slog.LevelWarn
		if errors.Is(err, errNone) {
			level = slog.LevelInfo
		}
		logger.Log(ctx, level, "the index starts empty and has to be filled", "index", cfg.Dir, "reason", ix.reason)
	}
	ix.served.Store(g)
	return ix, nil
}

// Reason says why the index was found empty on opening, "" when it was not.
func (ix *Index) Reason() string { return ix.reason }

// Sealed tells whether the index was found as Close had left it, so that every
// byte of it could be held against a checksum. After a crash only the segments
// can; which of their documents were deleted is taken on trust.
func (ix *Index) Sealed() bool { return ix.sealed }

// openCurrent opens the current generation. An error says why it can't be
// used.
func (ix *Index) openCurrent(ctx context.Context, stamp indexer.Stamp) (*generation, error) {
	name, err := readCurrent(ix.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNone
	}
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(ix.dir, name)
	has, err := readStamp(dir)
	switch {
	case err != nil:
		return nil, err
	case has.Format != formatVersion:
		return nil, fmt.Errorf("the index is of format %d, this program makes %d", has.Format, formatVersion)
	case has.Stamp != stamp:
		return nil, fmt.Errorf("the index was made from something else: it has %+v, wanted is %+v", has.Stamp, stamp)
	}
	sealed, err := checkSeal(dir)
	if err != nil {
		return nil, err
	}
	g, err := ix.serve(ctx, dir, stamp, sealed, false)
	if err != nil {
		return nil, err
	}
	ix.sealed = sealed
	if err := removeOthers(ix.dir, name); err != nil {
		ix.logger.Warn("removing what a former rebuild left", "index", ix.dir, "error", err)
	}
	return g, nil
}

// serve opens a generation and publishes it. sealed says that every byte was
// found as it was left; fresh, that it is new and holds nothing.
func (ix *Index) serve(ctx context.Context, dir string, stamp indexer.Stamp, sealed, fresh bool) (*generation, error) {
	if !sealed && !fresh {
		if err := checkBolt(dir); err != nil {
			return nil, err
		}
	}
	if err := os.Remove(filepath.Join(dir, sumsName)); ignoreMissing(err) != nil {
		return nil, err
	}
	g, err := openGeneration(dir, stamp, ix.views, ix.logger)
	if err != nil {
		return nil, err
	}
	if err := g.checkOpened(sealed, fresh); err != nil {
		return nil, errors.Join(err, g.shut())
	}
	if err := g.refresh(ctx); err != nil {
		g.release(g.parts)
		return nil, errors.Join(err, g.shut())
	}
	if err := g.start(); err != nil {
		g.release(g.parts)
		return nil, errors.Join(err, g.shut())
	}
	return g, nil
}

// openEmpty makes a new generation the current one, and removes all others.
func (ix *Index) openEmpty(ctx context.Context, stamp indexer.Stamp) (*generation, error) {
	name, err := makeGeneration(ix.dir, stamp)
	if err != nil {
		return nil, err
	}
	g, err := ix.serve(ctx, filepath.Join(ix.dir, name), stamp, false, true)
	if err != nil {
		return nil, err
	}
	err = errors.Join(writeCurrent(ix.dir, name), removeOthers(ix.dir, name))
	if err != nil {
		_, closing := g.close()
		return nil, errors.Join(err, closing)
	}
	return g, nil
}

// Apply implements indexer.Index. A document both deleted and put is put. The
// batch is visible when Apply returns and reaches the disk soon after.
func (ix *Index) Apply(ctx context.Context, b indexer.Batch) error {
	ix.swap.RLock()
	defer ix.swap.RUnlock()
	if ix.closed.Load() {
		return errClosed
	}
	return ix.served.Load().apply(ctx, b)
}

// Search implements indexer.Index. It waits for nobody.
func (ix *Index) Search(ctx context.Context, q indexer.Query) (indexer.Result, error) {
	if ix.closed.Load() {
		return indexer.Result{}, errClosed
	}
	return ix.served.Load().search(ctx, q)
}

// Stats implements indexer.Index.
func (ix *Index) Stats(ctx context.Context, terms []indexer.Term) (indexer.Stats, error) {
	if ix.closed.Load() {
		return indexer.Stats{}, errClosed
	}
	return ix.served.Load().stats(ctx, terms)
}

// Complete implements indexer.Index.
func (ix *Index) Complete(ctx context.Context, field indexer.Field, prefix string, limit int) ([]indexer.Completion, error) {
	if ix.closed.Load() {
		return nil, errClosed
	}
	return ix.served.Load().complete(ctx, field, prefix, limit)
}

// Status implements indexer.Index.
func (ix *Index) Status(ctx context.Context) (indexer.Status, error) {
	if ix.closed.Load() {
		return indexer.Status{}, errClosed
	}
	return ix.served.Load().status(ctx)
}

// Verify implements indexer.Index: it reads every file of the index, compares
// its checksum, and opens a second time what is on disk to compare it with
// what is served. Searches go on meanwhile; writers wait for milliseconds.
func (ix *Index) Verify(ctx context.Context) error {
	ix.swap.RLock()
	defer ix.swap.RUnlock()
	if ix.closed.Load() {
		return errClosed
	}
	g := ix.served.Load()
	name, err := readCurrent(ix.dir)
	if err != nil {
		return err
	}
	if name != filepath.Base(g.dir) {
		return fmt.Errorf("%s names %s, served is %s", currentName, name, filepath.Base(g.dir))
	}
	return g.verify(ctx)
}

// Close writes what is not on disk yet, seals the files with their checksums
// and gives up the folder. A Rebuild under way is waited for.
func (ix *Index) Close() error {
	ix.rebuilding.Lock()
	defer ix.rebuilding.Unlock()
	ix.swap.Lock()
	defer ix.swap.Unlock()
	if ix.closed.Swap(true) {
		return errClosed
	}
	g := ix.served.Load()
	whole, err := g.close()
	if whole && err == nil {
		err = seal(g.dir)
	}
	return errors.Join(err, ix.lock.Close())
}
