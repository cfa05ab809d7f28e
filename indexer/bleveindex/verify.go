package bleveindex

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	bolt "go.etcd.io/bbolt"
)

const boltName = "root.bolt"

// checkBolt reads all of a bolt file that nobody has open. bolt checks its
// pages' numbers, and panics at what can't be.
func checkBolt(dir string) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer recoverAs(&err, boltName+" is damaged")
	path := filepath.Join(storeFolder(dir), boltName)
	if _, err := os.Stat(path); err != nil {
		return err
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return fmt.Errorf("%s: %w", boltName, err)
	}
	defer db.Close()
	return db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(_ []byte, b *bolt.Bucket) error { return readBucket(b, 0) })
	})
}

// bleve nests buckets three deep.
const maxBoltDepth = 4

func readBucket(b *bolt.Bucket, depth int) error {
	if depth > maxBoltDepth {
		return fmt.Errorf("%s: buckets are nested %d deep", boltName, depth)
	}
	return b.ForEach(func(k, v []byte) error {
		if v == nil {
			if inner := b.Bucket(k); inner != nil {
				return readBucket(inner, depth+1)
			}
		}
		return nil
	})
}

// checkOpened tells whether what bleve made of the files can be served.
func (g *generation) checkOpened(sealed, fresh bool) error {
	snap, err := g.snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	if _, err := storedPosition(snap); err != nil {
		return err
	}
	if sealed || fresh {
		return nil
	}
	if err := g.checkNewest(); err != nil {
		return err
	}
	return checkSegments(snap)
}

// checkNewest tells whether bleve opened the newest state that it had written,
// rather than fall back, without a word, to an older one or none.
func (g *generation) checkNewest() error {
	epochs, err := g.bleve.RootBoltSnapshotEpochs()
	if err != nil || len(epochs) == 0 {
		return err
	}
	newest, err := g.bleve.LoadSnapshot(epochs[0])
	if err != nil {
		return err
	}
	return newest.Close()
}

// Verifying tries this often, because bleve may be writing.
const (
	verifyTries = 20
	verifyPause = 250 * time.Millisecond
)

// errBusy is met when bleve wrote while its files were being looked at.
var errBusy = errors.New("the index was being written throughout; verify it again later")

// verify opens a copy of what is on disk and compares it with what is served.
// A difference counts when it is found three times, for bleve may have been
// writing.
func (g *generation) verify(ctx context.Context) error {
	if s, err := readStamp(g.dir); err != nil {
		return err
	} else if s.Stamp != g.stamp {
		return fmt.Errorf("%s is not what it was on opening", stampName)
	}
	var found error
	times := 0
	for range verifyTries {
		err := g.verifyOnce(ctx)
		switch {
		case err == nil, errors.Is(err, errUnwritten), errors.Is(err, errViews), ctx.Err() != nil:
			return err
		case !errors.Is(err, errBusy):
			found = err
			if times++; times == 3 {
				return found
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(verifyPause):
		}
	}
	if found != nil {
		return found
	}
	return errBusy
}

func (g *generation) verifyOnce(ctx context.Context) error {
	copied := g.dir + ".verify"
	defer os.RemoveAll(copied)
	snap, err := g.copyTo(ctx, copied)
	if err != nil {
		return err
	}
	defer snap.Close()
	if err := checkSegments(snap); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return g.gone(snap, err)
		}
		return err
	}
	if err := checkBolt(copied); err != nil {
		return err
	}
	if err := g.compare(snap, copied); err != nil {
		return err
	}
	return g.checkViews(snap)
}

// gone tells a file that bleve merged and removed meanwhile from a lost one.
func (g *generation) gone(snap *scorch.IndexSnapshot, err error) error {
	now, nowErr := g.snapshot()
	if nowErr != nil {
		return nowErr
	}
	defer now.Close()
	if len(now.Segments()) != len(snap.Segments()) {
		return errBusy
	}
	return err
}

// copyTo puts all applied on disk, and copies the index: the segment files as
// links, bolt's file whole.
func (g *generation) copyTo(ctx context.Context, to string) (*scorch.IndexSnapshot, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, errClosed
	}
	if err := g.flush(ctx); err != nil {
		return nil, err
	}
	stats := g.bleve.Stats().(*scorch.Stats)
	epoch := atomic.LoadUint64(&stats.CurRootEpoch)
	snap, err := g.snapshot()
	if err != nil {
		return nil, err
	}
	err = copyStore(snap, storeFolder(g.dir), storeFolder(to))
	if err == nil && (atomic.LoadUint64(&stats.LastPersistedEpoch) != epoch || atomic.LoadUint64(&stats.CurRootEpoch) != epoch) {
		err = errBusy
	}
	if err != nil {
		return nil, errors.Join(err, snap.Close())
	}
	return snap, nil
}

func copyStore(snap *scorch.IndexSnapshot, from, to string) error {
	if err := os.RemoveAll(filepath.Dir(to)); err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, s := range snap.Segments() {
		file, ok := s.Segment().(segment.PersistedSegment)
		if !ok {
			return errBusy
		}
		name := filepath.Base(file.Path())
		if err := os.Link(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	b, err := os.ReadFile(filepath.Join(from, boltName))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, boltName), b, 0o600)
}

// compare opens a copy and holds it against the state it was made of.
func (g *generation) compare(snap *scorch.IndexSnapshot, copied string) (err error) {
	second, err := openGeneration(copied, g.stamp, g.views, g.logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, second.shut()) }()
	found, err := second.snapshot()
	if err != nil {
		return err
	}
	defer found.Close()
	want, err := storedPosition(snap)
	if err != nil {
		return err
	}
	if has, err := storedPosition(found); err != nil {
		return err
	} else if has != want {
		return fmt.Errorf("%s holds seq %d, served is %d", boltName, has.seq, want.seq)
	}
	if len(found.Segments()) != len(snap.Segments()) {
		return fmt.Errorf("%s names %d segments, served are %d", boltName, len(found.Segments()), len(snap.Segments()))
	}
	served := map[uint64]*scorch.SegmentSnapshot{}
	for _, s := range snap.Segments() {
		served[s.Id()] = s
	}
	for _, s := range found.Segments() {
		if is := served[s.Id()]; is == nil || is.Count() != s.Count() || !sameDeleted(is, s) {
			return fmt.Errorf("%s differs from what is served in segment %d", boltName, s.Id())
		}
	}
	return nil
}

func sameDeleted(a, b *scorch.SegmentSnapshot) bool {
	x, y := a.Deleted(), b.Deleted()
	if x == nil || y == nil {
		return (x == nil || x.IsEmpty()) && (y == nil || y.IsEmpty())
	}
	return x.Equals(y)
}
