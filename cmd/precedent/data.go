package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"precedent/corpus/sqlite"
	"precedent/indexer"
	"precedent/indexer/bleveindex"
	"precedent/indexer/segment"
	"precedent/search"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

// folder is a data folder: all that one installation keeps.
type folder string

// Names inside a data folder.
func (d folder) store() string   { return filepath.Join(string(d), "store.db") }    // the system of record
func (d folder) queries() string { return filepath.Join(string(d), "queries.db") }  // what was asked
func (d folder) words() string   { return filepath.Join(string(d), "words.txt") }   // the user dictionary
func (d folder) index() string   { return filepath.Join(string(d), "index") }       // disposable
func (d folder) vectors() string { return filepath.Join(string(d), "vectors") }     // disposable, but takes long to make anew
func (d folder) scratch() string { return filepath.Join(string(d), "dict") }        // disposable: jieba's dictionaries
func (d folder) address() string { return filepath.Join(string(d), "server.json") } // where a running server listens

func dataFlag(c *cobra.Command) *string {
	return c.Flags().String("data", "data", "folder that holds the store and the index")
}

func (d folder) openStore(ctx context.Context, log *slog.Logger) (*sqlite.Store, error) {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return nil, fmt.Errorf("the data folder can't be made: %w", err)
	}
	return sqlite.Open(ctx, sqlite.Config{Path: d.store(), Logger: log})
}

// openQueries opens the log of queries. A damaged one is put aside under
// another name: what it held was for learning, and answers matter more.
func (d folder) openQueries(ctx context.Context, log *slog.Logger) (*sqlite.QueryLog, error) {
	cfg := sqlite.Config{Path: d.queries(), Logger: log}
	queries, err := sqlite.OpenQueryLog(ctx, cfg)
	if !errors.Is(err, sqlite.ErrDamaged) {
		return queries, err
	}
	aside := fmt.Sprintf("%s.damaged-%s", d.queries(), time.Now().UTC().Format("20060102T150405Z"))
	for _, end := range []string{"", "-wal", "-shm"} {
		if moved := os.Rename(d.queries()+end, aside+end); moved != nil && !errors.Is(moved, fs.ErrNotExist) {
			return nil, errors.Join(err, moved)
		}
	}
	log.WarnContext(ctx, "the log of queries is damaged; it was put aside and a new one begun", "reason", err, "aside", aside)
	return sqlite.OpenQueryLog(ctx, cfg)
}

// existing refuses a folder that holds no store, so that a mistyped --data
// is an error and not an empty answer.
func (d folder) existing() error {
	if _, err := os.Stat(d.store()); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s holds no data; import cases or start the server there first, or name another folder with --data", d)
	}
	return nil
}

func (d folder) openSegmenter() (*segment.Segmenter, error) {
	c := segment.Config{Scratch: d.scratch()}
	if _, err := os.Stat(d.words()); err == nil {
		c.UserDictionary = d.words()
	}
	return segment.New(c)
}

// machinery is everything that searching a data folder takes.
type machinery struct {
	folder    folder
	log       *slog.Logger
	store     *sqlite.Store
	segmenter *segment.Segmenter
	index     *bleveindex.Index
	follower  *indexer.Follower
	meaning   *meaning // nil without models
	closers   []func() error
}

// models says where the models are, "" for none, and how many threads make the
// vectors that are missing; 0 is one that stands back for whatever else there
// is to do.
type models struct {
	dir     string
	workers int
}

// open takes the data folder for this process: the index can have one owner
// only. The index may be behind the store, or empty; the follower knows.
func (d folder) open(ctx context.Context, log *slog.Logger, from models) (_ *machinery, err error) {
	m := &machinery{folder: d, log: log}
	defer func() {
		if err != nil {
			m.Close()
		}
	}()
	if m.store, err = d.openStore(ctx, log); err != nil {
		return nil, err
	}
	m.closers = append(m.closers, m.store.Close)
	var legs errgroup.Group
	legs.Go(func() error { return m.openWords(ctx) })
	if from.dir != "" {
		legs.Go(func() (err error) {
			m.meaning, err = d.openMeaning(ctx, from, m.store, log)
			return err
		})
	}
	err = legs.Wait()
	if m.meaning != nil {
		m.closers = append(m.closers, m.meaning.close)
	}
	return m, err
}

func (m *machinery) openWords(ctx context.Context) (err error) {
	if m.segmenter, err = m.folder.openSegmenter(); err != nil {
		return err
	}
	m.closers = append(m.closers, m.segmenter.Close)
	maker := indexer.TermMaker{Segmenter: m.segmenter}
	stamp, err := indexer.WantedStamp(ctx, m.store, maker)
	if err != nil {
		return err
	}
	m.index, err = bleveindex.Open(ctx, bleveindex.Config{Dir: m.folder.index(), Stamp: stamp, Logger: m.log})
	if err != nil {
		return err
	}
	m.closers = append(m.closers, m.index.Close)
	m.follower = indexer.NewFollower(indexer.FollowerConfig{Source: m.store, Index: m.index, Maker: maker, Logger: m.log})
	return nil
}

func (m *machinery) engine(ctx context.Context, queries search.Log) (*search.Engine, error) {
	return search.New(ctx, search.Config{
		Store: m.store, Index: m.index, Segmenter: m.segmenter, Level: m.follower, Meaning: m.meaning.leg(),
		Log: queries, Now: time.Now, Logger: m.log,
	})
}

// Close closes what was opened, last first.
func (m *machinery) Close() error {
	var errs []error
	for i := len(m.closers) - 1; i >= 0; i-- {
		errs = append(errs, m.closers[i]())
	}
	m.closers = nil
	return errors.Join(errs...)
}
