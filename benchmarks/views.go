package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// viewCases are enough for the index to keep files beside its segments.
const viewCases = 60_000

// killWhileKeeping ends the server with SIGKILL while it writes the files that
// it starts from, and damages such files: no answer may change, and doctor must
// say what is damaged, though the index is sound without.
func killWhileKeeping(ctx context.Context, p program, data string, rounds int, random *rand.Rand) (string, error) {
	said, err := readClauses(".")
	if err != nil {
		return "", err
	}
	l := line{plan: searchPlan{seed: 1}, said: said, data: data, cases: viewCases}
	if err := l.fillStore(ctx); err != nil {
		return "", err
	}
	t := &told{program: p, data: data, said: said}
	for i := range 20 {
		t.texts = append(t.texts, said.complaint(i, 1))
	}
	if t.server, err = p.serve(ctx, data); err != nil {
		return "", err
	}
	defer func() { t.server.kill() }()
	before, err := t.answers(ctx)
	if err != nil {
		return "", err
	}
	rounds = max(2, rounds/20)
	for round := range rounds {
		if err := t.killKeeping(ctx, before, random); err != nil {
			return "", fmt.Errorf("round %d: %w", round, err)
		}
		if err := t.damageView(ctx, before, random); err != nil {
			return "", fmt.Errorf("round %d: %w", round, err)
		}
	}
	return fmt.Sprintf("%d kills and %d damages, every answer as before", 2*rounds, rounds), nil
}

// killKeeping kills the server shortly after it begins to write view files,
// and again when they are there.
func (t *told) killKeeping(ctx context.Context, before [][]string, random *rand.Rand) error {
	if err := t.server.stop(); err != nil {
		return err
	}
	if _, err := removeSidecars(t.data); err != nil {
		return err
	}
	var err error
	if t.server, err = t.program.serve(ctx, t.data); err != nil {
		return err
	}
	if err := t.keeping(ctx, sidecars); err != nil {
		return err
	}
	time.Sleep(time.Duration(random.IntN(100)) * time.Millisecond)
	if err := t.restart(ctx); err != nil {
		return err
	}
	if err := t.same(ctx, before); err != nil {
		return fmt.Errorf("after a kill while view files were written: %w", err)
	}
	if err := t.keeping(ctx, sidecars+".view"); err != nil {
		return err
	}
	if err := t.restart(ctx); err != nil {
		return err
	}
	return t.same(ctx, before)
}

// sidecars are the files that an index keeps beside its segments to start
// faster, whole or being written.
const sidecars = "index/generation-*/views/*"

// keeping waits until there is a file of a pattern, as there is some seconds
// after a start.
func (t *told) keeping(ctx context.Context, pattern string) error {
	const patience = time.Minute
	for start := time.Now(); time.Since(start) < patience && ctx.Err() == nil; time.Sleep(time.Millisecond) {
		if files, err := filepath.Glob(filepath.Join(t.data, pattern)); err != nil || len(files) > 0 {
			return err
		}
	}
	return errors.Join(ctx.Err(), fmt.Errorf("no file %s came within %s", pattern, patience))
}

// damageView damages a view file of a stopped server.
func (t *told) damageView(ctx context.Context, before [][]string, random *rand.Rand) error {
	if err := t.server.stop(); err != nil {
		return err
	}
	folders, err := filepath.Glob(filepath.Join(t.data, filepath.Dir(sidecars)))
	if err != nil || len(folders) != 1 {
		return fmt.Errorf("the index has %d folders of view files: %w", len(folders), errors.Join(err, os.ErrNotExist))
	}
	what, err := damage(folders[0], random)
	if err != nil {
		return err
	}
	if out, err := t.doctor(ctx); !strings.Contains(out, "a view file can't be used and is made anew") {
		return fmt.Errorf("%s: doctor found nothing (%v):\n%s", what, err, out)
	}
	if t.server, err = t.program.serve(ctx, t.data); err != nil {
		return err
	}
	if err := t.same(ctx, before); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return t.keeping(ctx, sidecars+".view")
}

// removeSidecars takes away what an index keeps beside its segments to start
// faster.
func removeSidecars(data string) (n int, err error) {
	files, err := filepath.Glob(filepath.Join(data, sidecars))
	for _, path := range files {
		err = errors.Join(err, os.Remove(path))
	}
	return len(files), err
}
