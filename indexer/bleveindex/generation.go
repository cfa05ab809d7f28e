package bleveindex

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	zap "github.com/blevesearch/zapx/v17"

	"precedent/indexer"
)

// positionKey is where bleve keeps the position, in the same batch as the documents.
const positionKey = "position"

// errClosed is returned by every method of an index that was closed.
var errClosed = errors.New("the index is closed")

// generation is one whole index on disk, and what is published of it.
type generation struct {
	dir    string // holds STAMP, SUMS and the folders store and views
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

	views      viewPolicy
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

		"forceSegmentType":    segmentType,
		"forceSegmentVersion": int(zap.Version),

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
func openGeneration(dir string, stamp indexer.Stamp, views viewPolicy, logger *slog.Logger) (g *generation, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer recoverAs(&err, "opening bleve's files")
	queue := index.NewAnalysisQueue(runtime.GOMAXPROCS(0))
	opened, err := scorch.NewScorch(scorch.Name, bleveConfig(dir), queue)
	if err != nil {
		queue.Close()
		return nil, err
	}
	g = &generation{dir: dir, stamp: stamp, views: views.orDefault(), logger: logger, bleve: opened.(*scorch.Scorch), queue: queue}
	if err := errors.Join(g.bleve.OpenMeta(), os.MkdirAll(viewsFolder(dir), 0o700)); err != nil {
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
	g.watching.Go(func() { g.keepViews(ctx) })
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

// position is how far an index is: the seq of the last change it holds, and
// the record that change was about.
type position struct {
	seq  int64
	mark string
}

// storedPosition reads the position of a state of bleve; the zero one when
// nothing was applied.
func storedPosition(s *scorch.IndexSnapshot) (position, error) {
	value, err := s.GetInternal([]byte(positionKey))
	if err != nil || value == nil {
		return position{}, err
	}
	end := len(value) - 4
	if end < 8 || binary.BigEndian.Uint32(value[end:]) != crc32.ChecksumIEEE(value[:end]) {
		return position{}, fmt.Errorf("the position that bleve kept is damaged")
	}
	return position{seq: int64(binary.BigEndian.Uint64(value)), mark: string(value[8:end])}, nil
}

func (p position) value() []byte {
	value := binary.BigEndian.AppendUint64(nil, uint64(p.seq))
	value = append(value, p.mark...)
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
	lazy := g.lazy.Load()
	view, err := g.write(b, !lazy)
	if err != nil {
		return err
	}
	if lazy {
		g.stale.Store(true)
		return nil
	}
	return g.publish(b, view)
}

// write hands the batch to bleve, which takes it in whole, and returns the
// view of the batch's segment if it is wanted.
func (g *generation) write(b indexer.Batch, wanted bool) (view *segmentView, err error) {
	defer recoverAs(&err, "bleve")
	made := &made{wanted: wanted}
	batch := index.NewBatch()
	for _, id := range b.Delete {
		batch.Delete(id)
	}
	for i := range b.Put {
		batch.Update(document{Document: &b.Put[i], place: i, made: made})
	}
	batch.SetInternal([]byte(positionKey), position{seq: b.Seq, mark: b.Mark}.value())
	err = g.bleve.Batch(batch)
	return made.view, err
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
