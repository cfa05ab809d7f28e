package vectorindex

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

const (
	// compactEvery is how often the log is looked at.
	compactEvery = time.Second
	// compactFrom is how much garbage there is at least: in bytes of the log,
	// and in rows.
	compactFrom     = 4 << 20
	compactFromRows = 2 * blockSize
	// closingTail is how many bytes of the log are copied while writers wait.
	closingTail = 1 << 20
	// snapshotDocs is how many documents a record of a compacted log holds.
	snapshotDocs = 2048
)

// errOvertaken is met when a log was replaced while it was being compacted.
var errOvertaken = errors.New("the log was replaced meanwhile")

// keepCompact compacts the log whenever most of it, or of the rows in memory,
// is of documents that were replaced or deleted.
func (ix *Index) keepCompact(ctx context.Context) {
	tick := time.NewTicker(compactEvery)
	defer tick.Stop()
	var pause time.Time // after a failure
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if time.Now().Before(pause) || !ix.wasteful() {
			continue
		}
		if err := ix.compact(ctx); err != nil && ctx.Err() == nil {
			ix.logger.Warn("compacting the vectors' log; trying again in a minute", "index", ix.dir, "error", err)
			pause = time.Now().Add(time.Minute)
		}
	}
}

// wasteful tells whether more is garbage than not.
func (ix *Index) wasteful() bool {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	s := ix.served.Load()
	live, all := s.rows()
	return ix.log.end > 2*max(s.bytes, ix.compacted)+compactFrom || all > 2*live+compactFromRows
}

// compact writes what lives to a new log, reads that back and serves it.
// Searches go on meanwhile, and so do writers, but for the last moment.
func (ix *Index) compact(ctx context.Context) error {
	ix.compacting.Lock()
	defer ix.compacting.Unlock()
	ix.mu.Lock()
	s, from, end, failed := ix.served.Load(), ix.log, ix.log.end, ix.failed
	ix.mu.Unlock()
	if failed != nil {
		return nil // the next Apply writes the log anew
	}
	to, err := ix.snapshot(ctx, s, from, 1)
	if err != nil {
		return err
	}
	next, err := ix.readBack(ctx, to, from, end)
	if err == nil {
		err = ix.switchTo(to, from, next)
	}
	if err != nil {
		return errors.Join(err, to.discard())
	}
	return nil
}

// snapshot writes a log of the documents that live in a state. Its number is
// some way above the one of the log it is to replace.
func (ix *Index) snapshot(ctx context.Context, s *state, from *logFile, above int) (*logFile, error) {
	served := filepath.Base(from.path)
	to, err := createLog(ix.dir, logNumber(served)+above, header{formatVersion, ix.stamp, served})
	if err != nil {
		return nil, err
	}
	if err := to.writeState(ctx, s); err != nil {
		return nil, errors.Join(err, to.discard())
	}
	return to, nil
}

// writeState appends the documents that live in a state. Only the last record
// has the state's seq: of a log that ends before it, the seq is 0.
func (l *logFile) writeState(ctx context.Context, s *state) error {
	var record []byte
	var c change
	sets := map[uint32]int{}
	flush := func() error {
		record = c.encode(append(record[:0], make([]byte, frameSize)...))
		clear(sets)
		c.sets, c.put = c.sets[:0], c.put[:0]
		return l.append(record)
	}
	for e := range uint32(s.entries.len()) {
		id := string(s.entries.id(e))
		if now, ok := s.find(id); !ok || now != e {
			continue
		}
		is := s.entries.at(e)
		set, ok := sets[is.set]
		if !ok {
			set = len(c.sets)
			sets[is.set] = set
			c.sets = append(c.sets, s.facets.facets(is.set))
		}
		c.put = append(c.put, put{id: id, sum: is.sum, set: set, vectors: s.vectors(is)})
		if len(c.put) == snapshotDocs {
			if err := errors.Join(ctx.Err(), flush()); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	c.seq, c.mark = s.seq, s.mark
	return flush()
}

// copyTail appends what a log got behind a place, and returns the new end.
func (l *logFile) copyTail(from *logFile, at, end int64) error {
	buf := make([]byte, min(end-at, 1<<20))
	for at < end {
		n, err := from.f.ReadAt(buf[:min(int64(len(buf)), end-at)], at)
		if err != nil && !errors.Is(err, io.EOF) || n == 0 {
			return fmt.Errorf("copying what was written meanwhile: %w", err)
		}
		if err := l.write(buf[:n]); err != nil {
			return err
		}
		at += int64(n)
	}
	return nil
}

// following is a state being read from a new log while the former one is still
// written to.
type following struct {
	draft  *draft
	read   int64 // up to where the new log is in the draft
	copied int64 // up to where the former log is in the new one
	reader *os.File
}

// readBack reads a new log, and takes over what the former got behind end,
// until there is but little left.
func (ix *Index) readBack(ctx context.Context, to, from *logFile, end int64) (*following, error) {
	f, err := os.Open(to.path)
	if err != nil {
		return nil, err
	}
	is := &following{draft: newState().draft(), copied: end, reader: f}
	for {
		if err := is.catchUp(ctx, to); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		ix.mu.Lock()
		end := from.end
		ix.mu.Unlock()
		if end-is.copied <= closingTail {
			return is, nil
		}
		if err := to.copyTail(from, is.copied, end); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		is.copied = end
	}
}

// catchUp reads what is new in the new log.
func (is *following) catchUp(ctx context.Context, to *logFile) error {
	r := reader{from: is.reader, at: is.read, size: to.end}
	if is.read == 0 {
		if _, err := r.header(); err != nil {
			return err
		}
	}
	err := r.replay(ctx, is.draft)
	is.read = to.end
	return err
}

// switchTo serves a new log and the state read from it.
func (ix *Index) switchTo(to, from *logFile, next *following) (err error) {
	defer func() { err = errors.Join(err, next.reader.Close()) }()
	// Syncing the bulk and making the signs first keeps writers from waiting.
	if err := to.f.Sync(); err != nil {
		return err
	}
	ready := next.draft.finish(ix.kernels)
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.log != from {
		return errOvertaken
	}
	if err := to.copyTail(from, next.copied, from.end); err != nil {
		return err
	}
	next.draft = ready.draft()
	if err := next.catchUp(context.Background(), to); err != nil {
		return err
	}
	if err := to.publish(); err != nil {
		return err
	}
	ix.log, ix.synced, ix.compacted, ix.failed = to, to.end, to.end, nil
	ix.served.Store(next.draft.finish(ix.kernels))
	if err := from.discard(); err != nil {
		ix.logger.Warn("removing a log that was compacted", "log", from.path, "error", err)
	}
	return nil
}

// rewrite writes the log anew from memory, in place of one that could not be
// synced. Writers wait.
func (ix *Index) rewrite() error {
	// A compaction under way has the next number, and gives up at its end.
	to, err := ix.snapshot(context.Background(), ix.served.Load(), ix.log, 2)
	if err != nil {
		return err
	}
	if err := to.publish(); err != nil {
		return errors.Join(err, to.discard())
	}
	former := ix.log
	ix.log, ix.synced, ix.compacted, ix.failed = to, to.end, to.end, nil
	if err := former.discard(); err != nil {
		ix.logger.Warn("removing a log that could not be synced", "log", former.path, "error", err)
	}
	return nil
}
