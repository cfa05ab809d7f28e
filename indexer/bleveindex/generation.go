package bleveindex

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"log/slog"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"precedent/indexer"
)

// seqKey is where bleve keeps the seq, in the same batch as the documents.
const seqKey = "seq"

// errClosed is returned by every method of an index that was closed.
var errClosed = errors.New("the index is closed")

// generation is one whole index on disk, and what is published of it.
type generation struct {
	dir    string // holds STAMP, SUMS and the folder store
	stamp  indexer.Stamp
	logger *slog.Logger
	bleve  *scorch.Scorch
	queue  *index.AnalysisQueue

	// mu is held by whoever changes the index or what is published.
	mu     sync.Mutex
	closed bool
	parts  []part

	// lazy is set while a generation is being filled and nobody is served
	// from it: views are then made when a search asks, not for every batch.
	lazy      atomic.Bool
	stale     atomic.Bool // lazy, and batches are not published
	published atomic.Pointer[publication]

	refreshing sync.Mutex // held by who brings the publication level with bleve
	stop       context.CancelFunc
	watching   sync.WaitGroup
}

func storeFolder(dir string) string { return filepath.Join(dir, "store") }

// bleveConfig sets bleve for batches that need not be durable, because the
// corpus replays what is lost. The persister rests a little between rounds so
// that single changes are written together.
func bleveConfig(dir string) map[string]any {
	return map[string]any{
		"path":         storeFolder(dir),
		"unsafe_batch": true,
		"bolt_timeout": "900ms",
		"scorchPersisterOptions": map[string]any{
			"PersisterNapTimeMSec":      100,
			"PersisterNapUnderNumFiles": 500,
		},
		"scorchMergePlanOptions": map[string]any{
			"MaxSegmentSize": 1_000_000, // bounds what one merge, and one view, costs
		},
	}
}

// openGeneration opens what the folder holds, or makes it when it holds
// nothing. It serves nothing yet: see refresh. Panics are caught.
func openGeneration(dir string, stamp indexer.Stamp, logger *slog.Logger) (g *generation, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer recoverAs(&err, "opening bleve's files")
	queue := index.NewAnalysisQueue(runtime.GOMAXPROCS(0))
	opened, err := scorch.NewScorch(scorch.Name, bleveConfig(dir), queue)
	if err != nil {
		queue.Close()
		return nil, err
	}
	g = &generation{dir: dir, stamp: stamp, logger: logger, bleve: opened.(*scorch.Scorch), queue: queue}
	if err := g.bleve.OpenMeta(); err != nil {
		queue.Close()
		return nil, err
	}
	return g, nil
}

// start lets bleve persist and merge, and watches for what it merged.
func (g *generation) start() error {
	if err := g.bleve.Open(); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	g.stop = stop
	g.watching.Go(func() { g.watch(ctx) })
	return nil
}

// snapshot returns bleve's present state, which the caller closes.
func (g *generation) snapshot() (*scorch.IndexSnapshot, error) {
	r, err := g.bleve.Reader()
	if err != nil {
		return nil, err
	}
	s, ok := r.(*scorch.IndexSnapshot)
	if !ok || s == nil {
		return nil, errClosed
	}
	return s, nil
}

// storedSeq reads the seq of a state of bleve; 0 when nothing was applied.
func storedSeq(s *scorch.IndexSnapshot) (int64, error) {
	value, err := s.GetInternal([]byte(seqKey))
	if err != nil || value == nil {
		return 0, err
	}
	if len(value) != 12 || binary.BigEndian.Uint32(value[8:]) != crc32.ChecksumIEEE(value[:8]) {
		return 0, fmt.Errorf("the seq that bleve kept is damaged")
	}
	return int64(binary.BigEndian.Uint64(value)), nil
}

func seqValue(seq int64) []byte {
	value := binary.BigEndian.AppendUint64(nil, uint64(seq))
	return binary.BigEndian.AppendUint32(value, crc32.ChecksumIEEE(value))
}

func (g *generation) apply(ctx context.Context, b indexer.Batch) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return errClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := g.write(b); err != nil {
		return err
	}
	if g.lazy.Load() {
		g.stale.Store(true)
		return nil
	}
	return g.publish(b)
}

// write hands the batch to bleve, which takes it in whole.
func (g *generation) write(b indexer.Batch) (err error) {
	defer recoverAs(&err, "bleve")
	batch := index.NewBatch()
	for _, id := range b.Delete {
		batch.Delete(id)
	}
	for i := range b.Put {
		batch.Update(newDocument(&b.Put[i]))
	}
	batch.SetInternal([]byte(seqKey), seqValue(b.Seq))
	return g.bleve.Batch(batch)
}

// current returns what to search, made fresh first where that was put off.
func (g *generation) current(ctx context.Context) (*publication, error) {
	if g.stale.Load() {
		g.stale.Store(false)
		if err := g.refresh(ctx); err != nil {
			g.stale.Store(true)
			return nil, err
		}
	}
	return g.published.Load(), nil
}

// Bounds of waiting for the disk: usually, and once bleve has failed to write,
// when what writes may be dead. What is not written is replayed by the corpus.
const (
	flushTime       = 30 * time.Second
	failedFlushTime = 2 * time.Second
	flushLook       = 20 * time.Millisecond // how often to look for failures
)

// errUnwritten is returned when what was applied does not reach the disk.
var errUnwritten = errors.New("bleve can't write the index: its disk may be full or its files damaged")

// flush waits until everything applied is on disk.
func (g *generation) flush(ctx context.Context) error {
	done := make(chan error, 1)
	batch := index.NewBatch()
	batch.SetPersistedCallback(func(err error) { done <- err })
	failures, wait := g.failures(), flushTime
	if failures > 0 {
		wait = failedFlushTime
	}
	if err := g.bleve.Batch(batch); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	look := time.NewTicker(flushLook)
	defer look.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			return fmt.Errorf("%w (%w)", errUnwritten, ctx.Err())
		case <-look.C:
			if g.failures() > failures {
				return errUnwritten
			}
		}
	}
}

// failures counts how often bleve failed to persist or merge.
func (g *generation) failures() uint64 {
	return atomic.LoadUint64(&g.bleve.Stats().(*scorch.Stats).TotOnErrors)
}

// close stops the generation. sealed says whether all it holds is on disk.
func (g *generation) close() (sealed bool, err error) {
	if g.stop != nil {
		g.stop()
		g.watching.Wait()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false, errClosed
	}
	g.closed = true
	if g.stop != nil {
		err = g.flush(context.Background())
	}
	g.release(g.parts)
	g.parts = nil
	return err == nil, errors.Join(err, g.shut())
}

// shut closes bleve's files. Where bleve panicked in the middle of a write,
// its locks are held for good; that is waited for a while only.
func (g *generation) shut() error {
	defer g.queue.Close()
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() { done <- err }()
		defer recoverAs(&err, "closing bleve")
		err = g.bleve.Close()
	}()
	if g.failures() == 0 {
		return <-done
	}
	select {
	case err := <-done:
		return err
	case <-time.After(failedFlushTime):
		return errors.New("bleve failed to write and does not let go of its files")
	}
}
