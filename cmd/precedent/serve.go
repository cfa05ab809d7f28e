package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"precedent/api"
	"precedent/corpus/demo"
	"precedent/desk"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

func serveCommand() *cobra.Command {
	c := &cobra.Command{Use: "serve", Short: "serve the pages and the API", Args: exactly(0)}
	data := dataFlag(c)
	listen := c.Flags().String("listen", "127.0.0.1:8080", "address to listen on, HOST:PORT; port 0 takes a free one")
	modelsDir := modelsFlag(c)
	withDemo := c.Flags().Bool("demo", false, "fill an empty data folder with the demo cases")
	c.RunE = func(c *cobra.Command, _ []string) error {
		s := server{data: folder(*data), models: *modelsDir, listen: *listen, demo: *withDemo, stdout: c.OutOrStdout(), stderr: c.ErrOrStderr()}
		return s.run(c.Context())
	}
	return c
}

type server struct {
	data           folder
	models         string
	listen         string
	demo           bool
	stdout, stderr io.Writer
}

// collectAt is by how many percent the heap grows before it is collected. Most
// of it are the indexes, which stay, and hold hardly a pointer to follow: the
// usual 100 would keep room for as much again.
const collectAt = 40

// run serves until ctx ends, then lets what is under way finish.
func (s server) run(ctx context.Context) (err error) {
	if err := checkListen(s.listen); err != nil {
		return usage("%w", err)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	log := slog.New(slog.NewTextHandler(s.stderr, nil))
	m, err := s.data.open(ctx, log, models{dir: s.models})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	queries, err := s.data.openQueries(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, queries.Close()) }()
	if s.demo {
		if err := s.loadDemo(ctx, m); err != nil {
			return err
		}
	}
	engine, err := m.engine(ctx, queries)
	if err != nil {
		return err
	}
	handler, err := api.New(api.Config{
		Store: m.store, Desk: desk.New(m.store, engine), Engine: engine, Index: m.index, Follower: m.follower,
		Logger: log, Now: time.Now, Version: version(), Vectors: m.meaning.vectors(), Embedding: m.meaning.following(),
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", s.listen)
	if err != nil {
		return fmt.Errorf("can't listen on %s: %w; another program may be using it, name another address with --listen", s.listen, err)
	}
	remove, err := s.announce(listener.Addr().String())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer remove()

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return handler.Serve(ctx, listener) })
	group.Go(func() error {
		if err := s.level(ctx, m); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "the index is not level with the store yet; answers come from what it has", "error", err)
		}
		return m.follower.Run(ctx)
	})
	if m.meaning != nil {
		group.Go(func() error { return s.learn(ctx, m, log) })
	}
	group.Go(func() error { return s.sayReady(ctx, m, listener.Addr()) })
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// checkListen refuses an address before anything is opened.
func checkListen(addr string) error {
	if err := api.CheckListen(addr); err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%q is no port; give one from 1 to 65535, or 0 for a free one", port)
	}
	return nil
}

// sayReady prints the address once the index holds what the store held at the
// start.
func (s server) sayReady(ctx context.Context, m *machinery, at net.Addr) error {
	if err := s.whenLevel(ctx, m); err != nil {
		return err
	}
	_, err := fmt.Fprintf(s.stdout, "Precedent is ready at http://%s/\n", at)
	return err
}

// level brings the index up to the store, showing how far it is when that
// takes a while.
func (s server) level(ctx context.Context, m *machinery) error {
	bar := newProgress(s.stderr, "indexing", "records")
	defer bar.finish()
	return m.follower.CatchUp(ctx, bar.set)
}

// learn makes the vectors that are missing, showing how far it is, once words
// can find everything; then it goes on with what comes in.
func (s server) learn(ctx context.Context, m *machinery, log *slog.Logger) error {
	if err := s.whenLevel(ctx, m); err != nil {
		return nil
	}
	bar := newProgress(s.stderr, "reading for meaning", "records")
	err := m.meaning.follower.CatchUp(ctx, bar.set)
	bar.finish()
	if err != nil && ctx.Err() == nil {
		log.ErrorContext(ctx, "not every case can be found by its meaning yet", "error", err)
	}
	return m.meaning.follower.Run(ctx)
}

// whenLevel waits until the index holds what the store holds now.
func (s server) whenLevel(ctx context.Context, m *machinery) error {
	last, err := m.store.LastSeq(ctx)
	if err != nil {
		return err
	}
	return m.follower.WaitFor(ctx, last)
}

func (s server) loadDemo(ctx context.Context, m *machinery) error {
	last, err := m.store.LastSeq(ctx)
	if err != nil || last > 0 {
		return err
	}
	n, err := demo.Load(ctx, m.store)
	if err != nil {
		return fmt.Errorf("loading the demo cases: %w", err)
	}
	fmt.Fprintf(s.stderr, "loaded %d demo cases\n", n)
	return nil
}

// address is what a server leaves in its data folder, so that other commands
// on the same data can ask it.
type address struct {
	URL string `json:"url"`
	PID int    `json:"pid"`
}

func (s server) announce(at string) (remove func(), err error) {
	b, err := json.Marshal(address{URL: "http://" + at, PID: os.Getpid()})
	if err != nil {
		return nil, err
	}
	path := s.data.address()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		return nil, err
	}
	return func() { os.Remove(path) }, nil
}
