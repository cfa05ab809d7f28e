package vectorindex

import (
	"context"
	"errors"
	"fmt"
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
}

// Index is an indexer.VectorIndex on disk. One process may have it open.
type Index struct {
	dir     string
	lock    *flock.Flock
	logger  *slog.Logger
	reason  string
	kernels kernels

	served atomic.Pointer[state] // what searches see
	closed atomic.Bool

	rebuilding sync.Mutex // held by Rebuild
	compacting sync.Mutex // held by who replaces the log

	mu        sync.Mutex // held by who writes; guards what follows
	stamp     indexer.Stamp
	log       *logFile
	formers   *formers
	recent    recent
	refilling bool  // a Rebuild's fill is under way
	synced    int64 // up to where the log is known to be on disk
	compacted int64 // how long the log was when it was last compacted
	failed    error // the log could not be synced: it is not to be trusted
	keeper    *keeper
}

var _ indexer.VectorIndex = (*Index)(nil)

var (
	errNone   = errors.New("there was no index") // the reason of an index that is new
	errClosed = errors.New("the index is closed")
)

// Open opens the index in a folder. It never fails for what the folder holds:
// an index that is missing, damaged, of another stamp or format is replaced by
// an empty one with seq 0, which Reason tells of, so that a Follower fills it.
// What is whole of the former one, and was made by the same models in the same
// way, stays known; see Settled. It returns indexer.ErrOwned at once when
// another process has the index.
func Open(ctx context.Context, cfg Config) (*Index, error) {
	return openWith(ctx, cfg, nativeKernels())
}

func openWith(ctx context.Context, cfg Config, k kernels) (*Index, error) {
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
	ix := &Index{dir: cfg.Dir, lock: lock, logger: logger, kernels: k, stamp: cfg.Stamp, formers: newFormers()}
	if err := ix.open(ctx); err != nil {
		if ix.log != nil {
			err = errors.Join(err, ix.log.f.Close())
		}
		return nil, errors.Join(err, ix.formers.close(), lock.Close())
	}
	ix.keeper = ix.startKeeper()
	return ix, nil
}

// Reason says why the index was found empty on opening, "" when it was not.
func (ix *Index) Reason() string { return ix.reason }

// open opens the newest log, or begins a new one if it can't be used.
func (ix *Index) open(ctx context.Context) error {
	numbers, err := logs(ix.dir)
	if err != nil {
		return fmt.Errorf("index folder: %w", err)
	}
	replaced, err := ix.openNewest(ctx, numbers)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		return ix.keepFormers(ctx, numbers[1:], replaced)
	}
	ix.reason = err.Error()
	if err := ix.keepFormers(ctx, numbers, ""); err != nil {
		return err
	}
	next := 1
	if len(numbers) > 0 {
		next = numbers[0] + 1
	}
	if err := ix.begin(next); err != nil {
		return fmt.Errorf("making an empty index in %s: %w", ix.dir, err)
	}
	level := slog.LevelWarn
	if errors.Is(err, errNone) {
		level = slog.LevelInfo
	}
	ix.logger.Log(ctx, level, "the index starts empty and has to be filled", "index", ix.dir, "reason", ix.reason, "known", len(ix.formers.at))
	return nil
}

// openNewest serves the log of the highest number, and tells which one it
// replaced. An error says why it can't be served.
func (ix *Index) openNewest(ctx context.Context, numbers []int) (replaced string, err error) {
	if len(numbers) == 0 {
		return "", errNone
	}
	h, err := headerOf(ix.dir, numbers[0])
	switch {
	case err != nil:
		return "", err
	case h.Format != formatVersion:
		return "", fmt.Errorf("the index is of format %d, this program makes %d", h.Format, formatVersion)
	case h.Stamp != ix.stamp:
		return "", fmt.Errorf("the index was made from something else: it has %+v, wanted is %+v", h.Stamp, ix.stamp)
	}
	path := filepath.Join(ix.dir, logName(numbers[0]))
	s, end, err := load(ctx, path, ix.kernels)
	if err != nil {
		return "", err
	}
	log, torn, err := openLog(path, end)
	if err != nil {
		return "", err
	}
	ix.log, ix.synced = log, end
	ix.served.Store(s)
	if torn > 0 {
		ix.logger.Warn("the end of the vectors' log was torn and is cut off", "log", path, "bytes", torn, "seq", s.seq)
	}
	return h.Replaces, nil
}

// keepFormers keeps of the logs those whose vectors can be used again, and
// removes the others.
func (ix *Index) keepFormers(ctx context.Context, numbers []int, replaced string) error {
	for _, n := range numbers {
		path := filepath.Join(ix.dir, logName(n))
		err := errors.New("its compacted form is served")
		if logName(n) != replaced {
			err = ix.formers.add(ctx, path, ix.stamp)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			ix.logger.Info("a former log is of no use", "log", path, "reason", err)
			if err := os.Remove(path); err != nil {
				ix.logger.Warn("removing a former log", "log", path, "error", err)
			}
		}
	}
	return nil
}

// begin serves a new log with nothing in it.
func (ix *Index) begin(number int) error {
	log, err := createLog(ix.dir, number, header{Format: formatVersion, Stamp: ix.stamp})
	if err != nil {
		return err
	}
	if err := log.publish(); err != nil {
		return errors.Join(err, log.discard())
	}
	ix.log, ix.synced, ix.compacted, ix.failed, ix.recent = log, log.end, 0, nil, nil
	ix.served.Store(newState())
	return nil
}

// Status implements indexer.VectorIndex. Segments counts blocks of vectors.
func (ix *Index) Status(ctx context.Context) (indexer.Status, error) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.closed.Load() {
		return indexer.Status{}, errClosed
	}
	if err := ctx.Err(); err != nil {
		return indexer.Status{}, err
	}
	s := ix.served.Load()
	is := indexer.Status{Seq: s.seq, Mark: s.mark, Stamp: ix.stamp, Documents: s.docs}
	is.HeapBytes = s.heapBytes() + ix.formers.heapBytes() + ix.recent.heapBytes()
	for i := range s.spaces {
		is.Segments += len(s.spaces[i].blocks)
	}
	var err error
	is.DiskBytes, err = diskBytes(ix.dir)
	return is, err
}

// Knows implements indexer.VectorIndex. What it promised is kept for the next
// few batches, even when one of them replaces or deletes the document.
func (ix *Index) Knows(id string, sum uint64) bool {
	if s := ix.served.Load(); s.has(id, sum) {
		return true
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	return !ix.closed.Load() && ix.formers.has(id, sum)
}

// Close writes what is not on disk yet and gives up the folder. A Rebuild
// under way is waited for.
func (ix *Index) Close() error {
	ix.rebuilding.Lock()
	defer ix.rebuilding.Unlock()
	if ix.closed.Load() {
		return errClosed
	}
	ix.keeper.stop()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.closed.Swap(true) {
		return errClosed
	}
	// A record that says nothing new stands behind the last batch: so one that
	// is damaged since differs from one that was being written in a crash.
	at := ix.served.Load()
	if err := ix.write(&change{seq: at.seq, mark: at.mark}); err != nil {
		ix.logger.Warn("closing the vectors' log", "index", ix.dir, "error", err)
	}
	return errors.Join(ix.log.f.Sync(), ix.log.f.Close(), ix.formers.close(), ix.lock.Close())
}
