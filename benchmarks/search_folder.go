package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"precedent/corpus/sqlite"
	"precedent/indexer"
	"precedent/indexer/vectorindex"
)

// stored is what a filled store was made from; one made from the same serves
// again. What was written to it by earlier runs is a few cases in a thousand.
type stored struct {
	Cases int    `json:"cases"`
	Seed  uint64 `json:"seed"`
}

const storedName = "stored.json"

// fill makes the data folder, or what is missing of it.
func (l *line) fill(ctx context.Context) error {
	start := time.Now()
	if !l.hasStore() {
		if err := l.fillStore(ctx); err != nil {
			return fmt.Errorf("storing: %w", err)
		}
		l.say("stored in %s", time.Since(start).Round(time.Second))
	}
	if _, err := os.Stat(filepath.Join(l.data, "index")); errors.Is(err, fs.ErrNotExist) {
		if out, err := l.program.call(ctx, "reindex", "--data", l.data); err != nil {
			return fmt.Errorf("indexing: %w\n%s", err, out)
		}
		l.say("indexed after %s", time.Since(start).Round(time.Second))
	}
	if l.reader.models == nil {
		return nil
	}
	if err := l.fillVectors(ctx); err != nil {
		return fmt.Errorf("making vectors: %w", err)
	}
	l.say("vectors made after %s", time.Since(start).Round(time.Second))
	return nil
}

func (l *line) hasStore() bool {
	var has stored
	b, err := os.ReadFile(filepath.Join(l.data, storedName))
	return err == nil && json.Unmarshal(b, &has) == nil && has == stored{l.cases, l.plan.seed}
}

// fillStore makes the folder anew, with nothing but the store in it.
func (l *line) fillStore(ctx context.Context) error {
	if err := os.RemoveAll(l.data); err != nil {
		return err
	}
	if err := os.MkdirAll(l.data, 0o700); err != nil {
		return err
	}
	if err := l.putAll(ctx); err != nil {
		return err
	}
	b, err := json.Marshal(stored{l.cases, l.plan.seed})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(l.data, storedName), b, 0o600)
}

func (l *line) putAll(ctx context.Context) (err error) {
	store, err := l.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	for from := 0; from < l.cases; from += batchSize {
		if err := put(ctx, store, l.said.casesOf(from, min(from+batchSize, l.cases), l.plan.seed)); err != nil {
			return err
		}
	}
	return nil
}

func (l *line) openStore(ctx context.Context) (*sqlite.Store, error) {
	return sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(l.data, "store.db"), Logger: quiet()})
}

// fillVectors fills the index of vectors as the program does, but for who
// reads the texts.
func (l *line) fillVectors(ctx context.Context) (err error) {
	store, err := l.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	maker := indexer.VectorMaker{Embedder: l.reader, Threads: 2}
	stamp, err := indexer.WantedStamp(ctx, store, maker)
	if err != nil {
		return err
	}
	index, err := vectorindex.Open(ctx, vectorindex.Config{Dir: filepath.Join(l.data, "vectors"), Stamp: stamp, Logger: quiet()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, index.Close()) }()
	maker.Index = index
	return indexer.NewFollower(indexer.FollowerConfig{Source: store, Index: index, Maker: maker, Logger: quiet()}).CatchUp(ctx, nil)
}
