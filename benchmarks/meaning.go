package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"
)

// killWhileReading ends the server with SIGKILL while it writes its index,
// the files beside it and its vectors. Whatever was acknowledged is found by
// words as soon as the server is ready, and by its meaning once the vectors
// are in; a further kill at rest, and an index made anew, change no answer.
func killWhileReading(ctx context.Context, p program, data string, rounds int, random *rand.Rand) (string, error) {
	t, err := newTold(ctx, p, data, 100)
	if err != nil {
		return "", err
	}
	defer func() { t.server.kill() }()
	rounds = max(3, rounds/10)
	for round := range rounds {
		if err := t.round(ctx, random); err != nil {
			return "", fmt.Errorf("round %d: %w", round, err)
		}
	}
	before, err := t.answers(ctx)
	if err != nil {
		return "", err
	}
	t.server.kill()
	if err := os.RemoveAll(filepath.Join(data, "index")); err != nil {
		return "", err
	}
	if t.server, err = p.serve(ctx, data); err != nil {
		return "", err
	}
	if err := t.same(ctx, before); err != nil {
		return "", fmt.Errorf("after the index was made anew: %w", err)
	}
	if err := t.server.stop(); err != nil {
		return "", err
	}
	if out, err := t.doctor(ctx); err != nil {
		return "", fmt.Errorf("doctor at the end: %w\n%s", err, out)
	}
	by := "words and meaning"
	if !t.meaning() {
		by = "words (there are no models)"
	}
	return fmt.Sprintf("%d kills, %d acknowledged cases found by %s, every answer as before", 2*rounds, len(t.all), by), nil
}

// round writes for a moment, kills at some moment during that or while
// vectors are made, checks, and kills again.
func (t *told) round(ctx context.Context, random *rand.Rand) error {
	w := &writers{next: &t.next, said: &t.said, most: t.next.Load() + 10 + random.Int64N(40)}
	done := make(chan struct{})
	go func() { w.run(ctx, t.server, 4); close(done) }()
	time.Sleep(time.Duration(random.IntN(1500)) * time.Millisecond)
	if err := t.restart(ctx); err != nil {
		return fmt.Errorf("start after a kill: %w", err)
	}
	<-done
	if err := w.settle(ctx, t.server); err != nil {
		return err
	}
	t.all = append(t.all, w.acked...)
	if err := check(ctx, t.server, w.acked); err != nil {
		return err
	}
	if err := t.level(ctx); err != nil {
		return err
	}
	if err := t.checkMeaning(ctx, w.acked); err != nil {
		return err
	}
	if err := t.checkMeaning(ctx, sample(t.all, 20)); err != nil {
		return err
	}
	before, err := t.answers(ctx)
	if err != nil {
		return err
	}
	if err := t.restart(ctx); err != nil {
		return fmt.Errorf("start after a kill at rest: %w", err)
	}
	if err := t.same(ctx, before); err != nil {
		return fmt.Errorf("after a kill at rest: %w", err)
	}
	return check(ctx, t.server, sample(t.all, 20))
}

// damagedVectors flips a bit of a file of the vectors, or cuts it short:
// doctor must say so, or find fewer cases in it, as after a crash while its end
// was written. The server must make what is missing anew, so that every answer
// is what it was.
func damagedVectors(ctx context.Context, p program, data string, rounds int, random *rand.Rand) (string, error) {
	if p.models == "" {
		return "left out, for there are no models", nil
	}
	t, err := newTold(ctx, p, data, 40)
	if err != nil {
		return "", err
	}
	defer func() { t.server.kill() }()
	if err := t.level(ctx); err != nil {
		return "", err
	}
	before, err := t.answers(ctx)
	if err != nil {
		return "", err
	}
	rounds, ends := max(5, rounds/10), 0
	for round := range rounds {
		end, err := t.damage(ctx, before, random)
		if err != nil {
			return "", fmt.Errorf("round %d: %w", round, err)
		}
		if end {
			ends++
		}
	}
	return fmt.Sprintf("%d found, and %d taken for a torn end; all healed, every answer as before", rounds-ends, ends), nil
}

// damage tells whether the damage was taken for a torn end.
func (t *told) damage(ctx context.Context, before [][]string, random *rand.Rand) (end bool, err error) {
	if err := t.server.stop(); err != nil {
		return false, err
	}
	what, err := damage(filepath.Join(t.data, "vectors"), random)
	if err != nil {
		return false, err
	}
	if end, err = t.doctored(ctx); err != nil {
		return end, fmt.Errorf("%s: %w", what, err)
	}
	if t.server, err = t.program.serve(ctx, t.data); err != nil {
		return end, err
	}
	if err = t.level(ctx); err == nil {
		err = t.same(ctx, before)
	}
	if err != nil {
		return end, fmt.Errorf("%s: %w", what, err)
	}
	if err := t.server.stop(); err != nil {
		return end, err
	}
	if out, err := t.doctor(ctx); err != nil {
		return end, fmt.Errorf("%s: doctor finds damage after it was healed: %w\n%s", what, err, out)
	}
	t.server, err = t.program.serve(ctx, t.data)
	return end, err
}

func (t *told) doctor(ctx context.Context) (string, error) {
	return t.program.call(ctx, "doctor", "--data", t.data, "--models", t.program.models)
}

var soundVectors = regexp.MustCompile(`vectors: sound, (\d+) cases`)

// doctored holds what doctor says against there being damage.
func (t *told) doctored(ctx context.Context) (end bool, err error) {
	out, err := t.doctor(ctx)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	said := soundVectors.FindStringSubmatch(out)
	if said == nil || said[1] == fmt.Sprint(len(t.all)) {
		return false, fmt.Errorf("doctor found nothing:\n%s", out)
	}
	return true, nil
}
