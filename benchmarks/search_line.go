package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"precedent/indexer"

	"golang.org/x/sync/errgroup"
)

// line is one store, its server, and the client that asks it.
type line struct {
	plan     searchPlan
	program  program
	said     clauses
	reader   *reader
	cases    int
	data     string
	progress io.Writer

	server *server
	asked  int // complaints so far: each is asked once
}

func (l *line) say(format string, args ...any) {
	fmt.Fprintf(l.progress, "%s cases: %s\n", count(l.cases), fmt.Sprintf(format, args...))
}

// run measures one row.
func (l *line) run(ctx context.Context) (row searchRow, err error) {
	row.Cases = l.cases
	began := time.Now()
	if err := l.fill(ctx); err != nil {
		return row, err
	}
	row.Setup = time.Since(began).Seconds()
	if err := l.start(ctx); err != nil {
		return row, err
	}
	defer func() { err = errors.Join(err, l.stop()) }()
	for _, measure := range []func(context.Context, *searchRow) error{l.idle, l.written, l.started} {
		if err := measure(ctx, &row); err != nil {
			return row, err
		}
	}
	return row, nil
}

func (l *line) start(ctx context.Context) (err error) {
	l.server, err = l.program.serve(ctx, l.data)
	return err
}

func (l *line) stop() error {
	if l.server == nil {
		return nil
	}
	s := l.server
	l.server = nil
	return s.stop()
}

// found is what is looked at of an answer.
type found struct {
	Legs    string
	Matches []struct {
		CaseID string `json:"case_id"`
	}
}

func (f found) ids() (ids []string) {
	for _, m := range f.Matches {
		ids = append(ids, m.CaseID)
	}
	return ids
}

// matches asked for: at first, and when the same is asked again.
const (
	firstLimit = 10
	againLimit = 11
)

// ask asks a complaint and returns the milliseconds until the whole answer was in.
func (l *line) ask(ctx context.Context, text string, more map[string]any) (f found, ms float64, err error) {
	body := map[string]any{"text": text, "limit": firstLimit}
	for k, v := range more {
		body[k] = v
	}
	start := time.Now()
	err = l.server.post(ctx, "/api/v1/search", "", body, &f)
	ms = milliseconds(time.Since(start))
	if err == nil && len(f.Matches) == 0 {
		err = fmt.Errorf("nothing was found for %q", text)
	}
	return f, ms, err
}

// complaints are n that have not been asked yet.
func (l *line) complaints(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = l.said.complaint(l.asked, l.plan.seed)
		l.asked++
	}
	return texts
}

const warming = 20 // complaints asked before any counts

// idle asks a server that has nothing else to do.
func (l *line) idle(ctx context.Context, row *searchRow) error {
	l.server.quieten(ctx)
	for _, text := range l.complaints(warming) {
		if _, _, err := l.ask(ctx, text, nil); err != nil {
			return err
		}
	}
	texts := l.complaints(l.plan.asks)
	var whole, embed, typing, again []float64
	for _, text := range texts {
		f, ms, err := l.ask(ctx, text, nil)
		if err != nil {
			return err
		}
		row.Legs = f.Legs
		whole = append(whole, ms)
		if ms, err = l.embed(ctx, text); err != nil {
			return err
		}
		embed = append(embed, ms)
	}
	for _, text := range texts {
		_, ms, err := l.ask(ctx, text, map[string]any{"limit": againLimit})
		if err != nil {
			return err
		}
		again = append(again, ms)
		if _, ms, err = l.ask(ctx, text, map[string]any{"typing": true}); err != nil {
			return err
		}
		typing = append(typing, ms)
	}
	row.P50, row.P99 = percentile(whole, 50), percentile(whole, 99)
	row.Tail = row.P99 / row.P50
	row.EmbedP50 = percentile(embed, 50)
	row.RestP50 = row.P50 - row.EmbedP50
	row.AgainP50, row.TypingP50 = percentile(again, 50), percentile(typing, 50)
	row.Memory = l.server.memory()
	l.say("idle: p50 %.1f ms, p99 %.1f ms, embedding %.1f ms, vector at hand %.1f ms, typing %.1f ms", row.P50, row.P99, row.EmbedP50, row.AgainP50, row.TypingP50)
	return nil
}

// embed reads a complaint as the server does, alone.
func (l *line) embed(ctx context.Context, text string) (ms float64, err error) {
	if l.reader.models == nil {
		return 0, nil
	}
	start := time.Now()
	_, err = l.reader.models.Embed(ctx, indexer.Chinese, text)
	return milliseconds(time.Since(start)), err
}

// writeRate is how many cases a second are written to a busy server.
const writeRate = 10

// written asks while cases are written, then waits until their vectors are in.
func (l *line) written(ctx context.Context, row *searchRow) error {
	var asked []float64
	var last int64
	wrote := 0
	both, busy := errgroup.WithContext(ctx)
	end := time.Now().Add(l.plan.busy)
	both.Go(func() (err error) {
		for tick := time.Now(); tick.Before(end); tick = tick.Add(time.Second / writeRate) {
			time.Sleep(time.Until(tick))
			if last, err = l.write(busy); err != nil {
				return fmt.Errorf("writing: %w", err)
			}
			wrote++
		}
		return nil
	})
	both.Go(func() error {
		for time.Now().Before(end) {
			_, ms, err := l.ask(busy, l.complaints(1)[0], nil)
			if err != nil {
				return err
			}
			asked = append(asked, ms)
		}
		return nil
	})
	if err := both.Wait(); err != nil {
		return err
	}
	done := time.Now()
	if l.reader.models != nil {
		if err := l.server.embedded(ctx, last); err != nil {
			return err
		}
	}
	row.Behind = time.Since(done).Seconds()
	row.Written = float64(wrote) / l.plan.busy.Seconds()
	row.BusyP50, row.BusyP99 = percentile(asked, 50), percentile(asked, 99)
	row.BusyRatio = row.BusyP99 / row.P99
	l.say("busy: p50 %.1f ms, p99 %.1f ms over %d complaints, %.1f cases a second, behind %.1f s", row.BusyP50, row.BusyP99, len(asked), row.Written, row.Behind)
	return nil
}

// write records a case that no run before this one did.
func (l *line) write(ctx context.Context) (seq int64, err error) {
	number := int(time.Now().UnixNano() & math.MaxInt)
	c := l.said.casesOf(number, number+1, l.plan.seed)[0]
	var reply struct{ Seq int64 }
	err = l.server.post(ctx, "/api/v1/cases", "", map[string]any{"title": c.Title, "wordings": c.Wordings, "resolution": c.Resolution}, &reply)
	return reply.Seq, err
}

// startPatience is how long a start may take.
const startPatience = 10 * time.Minute

// started stops the server and starts it, with its sidecar files and without,
// and takes the time until it answers as it did before.
func (l *line) started(ctx context.Context, row *searchRow) (err error) {
	text := l.complaints(1)[0]
	before, _, err := l.ask(ctx, text, nil)
	if err != nil {
		return err
	}
	if row.Start, err = l.restart(ctx, text, before); err != nil {
		return err
	}
	if err := l.stop(); err != nil {
		return err
	}
	n, err := removeSidecars(l.data)
	if err != nil {
		return err
	}
	row.BareStart, err = l.restart(ctx, text, before)
	l.say("start: %.1f s, without %d sidecar files %.1f s", row.Start, n, row.BareStart)
	return err
}

func (l *line) restart(ctx context.Context, text string, want found) (seconds float64, err error) {
	if err := l.stop(); err != nil {
		return 0, err
	}
	began := time.Now()
	if err := l.start(ctx); err != nil {
		return 0, err
	}
	for {
		f, _, err := l.ask(ctx, text, nil)
		if err == nil && f.Legs == want.Legs && slices.Equal(f.ids(), want.ids()) {
			return time.Since(began).Seconds(), nil
		}
		if ctx.Err() != nil || time.Since(began) > startPatience {
			return 0, fmt.Errorf("after a start %q finds %v by %s (%v), and before %v by %s", text, f.ids(), f.Legs, err, want.ids(), want.Legs)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
