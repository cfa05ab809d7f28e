package indexer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"precedent/corpus"
)

// Source is what a Follower reads: the part of corpus.Store that it needs.
type Source interface {
	Epoch(ctx context.Context) (string, error)
	LastSeq(ctx context.Context) (int64, error)
	Changes(ctx context.Context, after int64, limit int) ([]corpus.Change, error)
	Wait(ctx context.Context, after int64) error
	Cases(ctx context.Context, who corpus.Caller, ids []string) ([]corpus.Case, error)
	Complaints(ctx context.Context, who corpus.Caller, ids []string) ([]corpus.Complaint, error)
}

// Maker makes the documents of an index from records.
type Maker interface {
	// Stamp is the stamp of an index whose documents it made from the store of
	// an epoch.
	Stamp(epoch string) Stamp
	// Case and Complaint make documents; ok is false for a record that does not
	// belong in the index.
	Case(ctx context.Context, c corpus.Case) (d Document, ok bool, err error)
	Complaint(ctx context.Context, p corpus.Complaint) (d Document, ok bool, err error)
	// Workers is how many records to make documents of at once, at least 1.
	Workers() int
}

// FollowerConfig says what follows what. Source, Index and Maker are required.
type FollowerConfig struct {
	Source Source
	Index  Applier
	Maker  Maker
	Logger *slog.Logger // nil means slog.Default
	Batch  int          // changes applied at once at most; 0 means DefaultBatch
}

// DefaultBatch is how many changes a Follower applies at once at most: larger
// batches index faster, smaller ones are visible sooner while catching up.
const DefaultBatch = 5000

// Follower keeps an index level with the corpus: it reads the changes after
// the index's own seq, and applies them with theirs. A live update, catching
// up and a rebuild are the same loop from another seq. It is the only one to
// write to its index. Methods are safe for concurrent use.
type Follower struct {
	FollowerConfig

	applying   sync.Mutex // held by who applies changes to the served index
	rebuilding sync.Mutex

	fitted atomic.Bool // the index was found to be of the store, or made so

	mu    sync.Mutex
	seq   int64         // the index's, as last seen
	moved chan struct{} // closed, and replaced, whenever seq moves
}

// NewFollower returns a Follower that does nothing yet; see Run and CatchUp.
func NewFollower(cfg FollowerConfig) *Follower {
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Batch <= 0 {
		cfg.Batch = DefaultBatch
	}
	return &Follower{FollowerConfig: cfg, moved: make(chan struct{})}
}

// WantedStamp is the stamp of an index of the source's records as the maker
// makes them.
func WantedStamp(ctx context.Context, source Source, m Maker) (Stamp, error) {
	epoch, err := source.Epoch(ctx)
	if err != nil {
		return Stamp{}, fmt.Errorf("reading the store's epoch: %w", err)
	}
	return m.Stamp(epoch), nil
}

// WantedStamp is the stamp that the Follower's index must have.
func (f *Follower) WantedStamp(ctx context.Context) (Stamp, error) {
	return WantedStamp(ctx, f.Source, f.Maker)
}

// Pauses after an error: the first, and the most.
const (
	firstPause = 100 * time.Millisecond
	mostPause  = 10 * time.Second
)

// Run follows until ctx ends, and returns nil then. Errors are logged and
// tried again after a pause.
func (f *Follower) Run(ctx context.Context) error {
	pause := firstPause
	for {
		err := f.CatchUp(ctx, nil)
		if err == nil {
			pause = firstPause
			err = f.Source.Wait(ctx, f.Seq())
		}
		if ctx.Err() != nil {
			return nil
		}
		if err == nil {
			continue
		}
		f.Logger.Error("keeping the index level with the store; trying again", "error", err, "pause", pause)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		pause = min(2*pause, mostPause)
	}
}

// Seq is the seq up to which the index is known to hold every change.
func (f *Follower) Seq() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seq
}

// WaitFor returns nil once the index holds every change up to seq, or the
// context's error. Someone else must call Run or CatchUp.
func (f *Follower) WaitFor(ctx context.Context, seq int64) error {
	for {
		f.mu.Lock()
		has, moved := f.seq, f.moved
		f.mu.Unlock()
		if has >= seq {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-moved:
		}
	}
}

func (f *Follower) moveTo(seq int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seq = seq
	close(f.moved)
	f.moved = make(chan struct{})
}

// CatchUp brings the index level with the store as it is now, from scratch if
// the index is of another stamp or ahead of the store. progress, when not
// nil, is told how many of how many changes are in.
func (f *Follower) CatchUp(ctx context.Context, progress func(done, total int64)) error {
	if !f.fitted.Load() {
		fits, err := f.fits(ctx)
		if err != nil {
			return err
		}
		if !fits {
			return f.Rebuild(ctx, progress)
		}
		f.fitted.Store(true)
	}
	f.applying.Lock()
	defer f.applying.Unlock()
	_, err := f.follow(ctx, f.Index, f.Seq(), func(seq, last int64) {
		f.moveTo(seq)
		report(progress, seq, last)
	})
	if settler, ok := f.Index.(settler); ok && err == nil {
		err = settler.Settled(ctx)
	}
	return err
}

// settler is an index that wants to know when it is level with the store: it
// then needs no more what it kept of a former state.
type settler interface {
	Settled(ctx context.Context) error
}

// fits tells whether the index is of the store: of the wanted stamp, and made
// of changes that the store has. A store that was put back to an earlier state
// lacks some, or has others in their place.
func (f *Follower) fits(ctx context.Context) (bool, error) {
	want, err := f.WantedStamp(ctx)
	if err != nil {
		return false, err
	}
	has, err := f.Index.Status(ctx)
	if err != nil {
		return false, fmt.Errorf("reading the index's status: %w", err)
	}
	last, err := f.Source.LastSeq(ctx)
	if err != nil {
		return false, fmt.Errorf("reading the store's last change: %w", err)
	}
	if has.Stamp != want {
		f.Logger.Info("the index was made from something else and is made anew", "has", has.Stamp, "wanted", want)
		return false, nil
	}
	if has.Seq > last {
		f.Logger.Warn("the index is ahead of the store and is made anew", "index", has.Seq, "store", last)
		return false, nil
	}
	fits, err := f.shares(ctx, has)
	if fits && f.Seq() != has.Seq {
		f.moveTo(has.Seq)
	}
	return fits, err
}

// shares tells whether the store's change at the index's seq is the one the
// index has there.
func (f *Follower) shares(ctx context.Context, has Status) (bool, error) {
	if has.Seq == 0 {
		return true, nil
	}
	changes, err := f.Source.Changes(ctx, has.Seq-1, 1)
	if err != nil {
		return false, fmt.Errorf("reading the store's change %d: %w", has.Seq, err)
	}
	if len(changes) == 1 && changes[0].Seq == has.Seq && changes[0].ID == has.Mark {
		return true, nil
	}
	f.Logger.Warn("the store went another way than the index, which is made anew", "seq", has.Seq)
	return false, nil
}

// Rebuild makes the index anew beside the one served, and swaps them once
// nothing is missing. Updates go on meanwhile.
func (f *Follower) Rebuild(ctx context.Context, progress func(done, total int64)) error {
	f.rebuilding.Lock()
	defer f.rebuilding.Unlock()
	stamp, err := f.WantedStamp(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	var seq int64
	holds := false
	err = f.Index.Rebuild(ctx, stamp, func(ctx context.Context, into Applier) error {
		// The second round takes in what was written during the first; from
		// then on the served index stands still until it is replaced.
		step := func(done, last int64) { report(progress, done, last) }
		for round := range 3 {
			if round == 2 {
				f.applying.Lock()
				holds = true
			}
			if seq, err = f.follow(ctx, into, seq, step); err != nil {
				return err
			}
		}
		return nil
	})
	if holds {
		defer f.applying.Unlock()
	}
	if err != nil {
		f.fitted.Store(false) // an index that answers while it is filled stands at what is in
		return fmt.Errorf("rebuilding the index: %w", err)
	}
	f.fitted.Store(true)
	f.moveTo(seq)
	f.Logger.Info("the index was made anew", "seq", seq, "took", time.Since(began).Round(time.Millisecond))
	return nil
}

func report(progress func(done, total int64), done, total int64) {
	if progress != nil {
		progress(done, total)
	}
}

// follow applies every change after seq up to the store's last, and returns
// the seq of the last applied. While a batch goes in, the next is read and cut.
func (f *Follower) follow(ctx context.Context, into Applier, seq int64, step func(seq, last int64)) (int64, error) {
	last, err := f.Source.LastSeq(ctx)
	if err != nil {
		return seq, fmt.Errorf("reading the store's last change: %w", err)
	}
	if seq >= last {
		return seq, nil
	}
	reading, stop := context.WithCancel(ctx)
	batches := make(chan Batch)
	var readErr error
	var reader sync.WaitGroup
	reader.Go(func() {
		defer close(batches)
		readErr = f.read(reading, seq, last, batches)
	})
	defer reader.Wait()
	defer stop()
	for b := range batches {
		if err := into.Apply(ctx, b); err != nil {
			return seq, fmt.Errorf("applying changes up to %d: %w", b.Seq, err)
		}
		seq = b.Seq
		step(seq, max(seq, last))
	}
	if readErr != nil {
		return seq, readErr
	}
	return seq, nil
}

// read sends batches of the changes after seq until it has come to last.
func (f *Follower) read(ctx context.Context, seq, last int64, batches chan<- Batch) error {
	for seq < last {
		changes, err := f.Source.Changes(ctx, seq, f.Batch)
		if err != nil {
			return fmt.Errorf("reading the store's changes after %d: %w", seq, err)
		}
		if len(changes) == 0 {
			return errors.New("the store lacks changes that it said it has")
		}
		b, err := f.batch(ctx, changes)
		if err != nil {
			return err
		}
		select {
		case batches <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
		seq = b.Seq
	}
	return nil
}
