package vectorindex

import (
	"context"
	"sync"
	"time"
)

const (
	// syncEvery is how long a batch may be lacking from the disk.
	syncEvery = time.Second
	// syncBytes is how much may be lacking before it is written at once.
	syncBytes = 64 << 20
)

// keeper puts on disk what was applied, and compacts the log, on two
// goroutines of its own.
type keeper struct {
	cancel context.CancelFunc
	group  sync.WaitGroup
	full   chan struct{} // much lacks from the disk
}

func (ix *Index) startKeeper() *keeper {
	ctx, cancel := context.WithCancel(context.Background())
	k := &keeper{cancel: cancel, full: make(chan struct{}, 1)}
	k.group.Go(func() { ix.keepSynced(ctx, k.full) })
	k.group.Go(func() { ix.keepCompact(ctx) })
	return k
}

func (k *keeper) stop() {
	k.cancel()
	k.group.Wait()
}

// written tells how many bytes lack from the disk.
func (k *keeper) written(lacking int64) {
	if lacking >= syncBytes {
		select {
		case k.full <- struct{}{}:
		default:
		}
	}
}

func (ix *Index) keepSynced(ctx context.Context, full <-chan struct{}) {
	tick := time.NewTicker(syncEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-full:
		}
		ix.sync()
	}
}

// sync puts on disk what was applied. When that fails, nobody knows what of
// the log is there, so that the next Apply writes all of it anew.
func (ix *Index) sync() {
	ix.mu.Lock()
	log, end := ix.log, ix.log.end
	lacking := end != ix.synced
	ix.mu.Unlock()
	if !lacking {
		return
	}
	err := log.f.Sync()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if log != ix.log { // compacted meanwhile: the new log is on disk
		return
	}
	if err != nil {
		ix.logger.Error("the vectors' log could not be put on disk, and is written anew", "log", log.path, "error", err)
		ix.failed = err
		return
	}
	ix.synced = end
}
