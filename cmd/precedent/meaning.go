package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"

	"precedent/indexer"
	"precedent/indexer/embed"
	"precedent/indexer/vectorindex"
	"precedent/search"

	"github.com/spf13/cobra"
)

// meaning is what searching by meaning takes: nil where there are no models.
type meaning struct {
	models   *embed.Models
	index    *vectorindex.Index
	follower *indexer.Follower
	close    func() error
}

func modelsFlag(c *cobra.Command) *string {
	return c.Flags().String("models", defaultModels(), "folder of the language models; without them words alone rank")
}

// defaultModels is the folder that `make models` fills: in the current folder,
// or beside the program or the folder it is in.
func defaultModels() string {
	const name = "models"
	places := []string{name}
	if program, err := os.Executable(); err == nil {
		places = append(places, filepath.Join(filepath.Dir(program), name), filepath.Join(filepath.Dir(program), "..", name))
	}
	for _, place := range places {
		if info, err := os.Stat(place); err == nil && info.IsDir() {
			return place
		}
	}
	return name
}

// vectorBatch is how many cases' vectors are made before they are kept: about
// a second's work, so that a fresh fix is soon found by meaning, and a crash
// costs little.
const vectorBatch = 16

// openMeaning opens the models and the vectors. Without models, or with
// damaged ones, words alone rank, which the log tells once.
func (d folder) openMeaning(ctx context.Context, from models, source indexer.Source, log *slog.Logger) (_ *meaning, err error) {
	m := &meaning{}
	if m.models, err = embed.Open(from.dir); err != nil {
		level := slog.LevelError
		if errors.Is(err, embed.ErrNoModels) {
			level = slog.LevelInfo
		}
		log.Log(ctx, level, "ranking by words alone", "reason", err)
		return nil, nil
	}
	maker := indexer.VectorMaker{Embedder: m.models, Threads: from.workers}
	closeModels := m.models.Close
	if from.workers == 0 {
		backlog := embed.NewBacklog(m.models, 1)
		maker.Embedder = backlog
		closeModels = func() error { return errors.Join(backlog.Close(), m.models.Close()) }
	}
	stamp, err := indexer.WantedStamp(ctx, source, maker)
	if err == nil {
		m.index, err = vectorindex.Open(ctx, vectorindex.Config{Dir: d.vectors(), Stamp: stamp, Logger: log})
	}
	if err != nil {
		return nil, errors.Join(err, closeModels())
	}
	maker.Index = m.index
	m.follower = indexer.NewFollower(indexer.FollowerConfig{Source: source, Index: m.index, Maker: maker, Logger: log, Batch: vectorBatch})
	m.close = func() error { return errors.Join(m.index.Close(), closeModels()) }
	return m, nil
}

// leg is the meaning as the engine takes it, nil for none.
func (m *meaning) leg() *search.Meaning {
	if m == nil {
		return nil
	}
	return &search.Meaning{Index: m.index, Embedder: m.models}
}

// vectors and following are what the API measures, nil for none.
func (m *meaning) vectors() indexer.VectorIndex {
	if m == nil {
		return nil
	}
	return m.index
}

func (m *meaning) following() *indexer.Follower {
	if m == nil {
		return nil
	}
	return m.follower
}
