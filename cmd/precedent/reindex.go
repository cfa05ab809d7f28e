package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"precedent/corpus/sqlite"
	"precedent/indexer"

	"github.com/spf13/cobra"
)

func warnings(stderr io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

func reindexCommand() *cobra.Command {
	c := &cobra.Command{Use: "reindex", Short: "make the index anew from the store", Args: exactly(0)}
	data := dataFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) (err error) {
		ctx, d := c.Context(), folder(*data)
		if err := d.existing(); err != nil {
			return err
		}
		m, err := d.open(ctx, warnings(c.ErrOrStderr()), models{})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, m.Close()) }()
		start := time.Now()
		bar := newProgress(c.ErrOrStderr(), "indexing", "records")
		err = m.follower.Rebuild(ctx, bar.set)
		bar.finish()
		if err != nil {
			return err
		}
		s, err := m.index.Status(ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.OutOrStdout(), "indexed %d records in %s\n", s.Documents, time.Since(start).Round(time.Millisecond))
		return err
	}
	return c
}

func doctorCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "doctor",
		Short: "check the store and the index, and heal the index",
		Long: `doctor reads every byte of the store, the log of queries, the index and the vectors. A
damaged index is made anew from the store; damaged vectors are put away, and the server makes
them anew. It exits with 0 when all was sound, and with 1 when
something was damaged, also when it could be healed; run it again to be sure.`,
		Args: exactly(0),
	}
	data := dataFlag(c)
	modelsDir := modelsFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		d := folder(*data)
		if err := d.existing(); err != nil {
			return err
		}
		if err := checkStore(c, d); err != nil {
			return err
		}
		return errors.Join(checkQueries(c, d), checkIndex(c, d), checkVectors(c, d, *modelsDir))
	}
	return c
}

func checkStore(c *cobra.Command, d folder) (err error) {
	ctx := c.Context()
	store, err := d.openStore(ctx, warnings(c.ErrOrStderr()))
	if err != nil {
		return fmt.Errorf("the store: %w", err)
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Check(ctx); err != nil {
		return fmt.Errorf("the store: %w; restore the newest backup into an empty folder", err)
	}
	counts, err := store.CountCases(ctx)
	if err != nil {
		return err
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "store: sound, %d cases\n", total)
	return err
}

// checkQueries reads the log of queries. A server puts aside one that can't be
// opened; damage further in shows here only.
func checkQueries(c *cobra.Command, d folder) (err error) {
	if _, err := os.Stat(d.queries()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	queries, err := sqlite.OpenQueryLog(c.Context(), sqlite.Config{Path: d.queries(), Logger: warnings(c.ErrOrStderr())})
	if err == nil {
		defer func() { err = errors.Join(err, queries.Close()) }()
		err = queries.Check(c.Context())
	}
	if err != nil {
		return fmt.Errorf("the log of queries: %w; answers do not need it, so it can be moved away", err)
	}
	_, err = fmt.Fprintln(c.OutOrStdout(), "log of queries: sound")
	return err
}

// checkIndex verifies the index on opening it, which reads every byte, and
// refills it from the store when it is damaged or missing.
func checkIndex(c *cobra.Command, d folder) (err error) {
	ctx, out := c.Context(), c.OutOrStdout()
	_, none := os.Stat(d.index())
	m, err := d.open(ctx, warnings(c.ErrOrStderr()), models{})
	if errors.Is(err, indexer.ErrOwned) {
		return fmt.Errorf("the index can't be checked: %w; stop the server first", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	level := m.follower.CatchUp
	unsure := m.index.Reason() == "" && !m.index.Sealed()
	if unsure {
		level = m.follower.Rebuild
	}
	bar := newProgress(c.ErrOrStderr(), "indexing", "records")
	err = level(ctx, bar.set)
	bar.finish()
	if err != nil {
		return err
	}
	s, err := m.index.Status(ctx)
	if err != nil {
		return err
	}
	if unsure {
		_, err = fmt.Fprintf(out, "index: it had not been closed, so not all of it could be checked; made anew, %d records\n", s.Documents)
		return err
	}
	if reason := m.index.Reason(); reason != "" {
		fmt.Fprintf(out, "index: made anew from the store, %d records\n", s.Documents)
		if errors.Is(none, fs.ErrNotExist) {
			return nil
		}
		return fmt.Errorf("the index could not be used: %s", reason)
	}
	_, err = fmt.Fprintf(out, "index: sound, %d records, %d postings, %d bytes on disk, %d in memory (%.1f a posting)\n",
		s.Documents, s.Postings, s.DiskBytes, s.HeapBytes, float64(s.HeapBytes)/float64(max(s.Postings, 1)))
	return err
}

// checkVectors verifies the vectors. What can't be used is found on opening
// them, and gone then: making vectors takes too long to wait for here.
func checkVectors(c *cobra.Command, d folder, modelsDir string) (err error) {
	ctx, out := c.Context(), c.OutOrStdout()
	if _, err := os.Stat(d.vectors()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	log := warnings(c.ErrOrStderr())
	store, err := d.openStore(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	m, err := d.openMeaning(ctx, models{dir: modelsDir}, store, log)
	if err != nil {
		return fmt.Errorf("the vectors: %w", err)
	}
	if m == nil {
		_, err = fmt.Fprintf(out, "vectors: not checked, for there are no models in %s\n", modelsDir)
		return err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	if reason := m.index.Reason(); reason != "" {
		return fmt.Errorf("the vectors could not be used: %s; the server makes them anew", reason)
	}
	if err := m.index.Verify(ctx); err != nil {
		return fmt.Errorf("the vectors: %w; remove %s, and the server makes them anew", err, d.vectors())
	}
	s, err := m.index.Status(ctx)
	if err != nil {
		return err
	}
	last, err := store.LastSeq(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "vectors: sound, %d cases, %d bytes on disk, %d in memory, %d changes still to be read\n",
		s.Documents, s.DiskBytes, s.HeapBytes, max(last-s.Seq, 0))
	return err
}
