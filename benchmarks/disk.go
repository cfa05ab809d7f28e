package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// fullDisk runs the server on a small disk of its own until a write is
// refused, gives it room again, and checks that it goes on and that nothing
// acknowledged is lost.
func fullDisk(ctx context.Context, p program, data string, _ int, _ *rand.Rand) (said string, err error) {
	if err := os.Mkdir(data, 0o700); err != nil {
		return "", err
	}
	if err := syscall.Mount("tmpfs", data, "tmpfs", 0, "size=48m"); err != nil {
		return "", fmt.Errorf("a small disk can't be mounted (this needs root): %w", err)
	}
	defer func() { err = errors.Join(err, syscall.Unmount(data, syscall.MNT_DETACH)) }()
	s, err := p.serve(ctx, data)
	if err != nil {
		return "", err
	}
	defer s.kill()
	ballast := filepath.Join(data, "ballast")
	if err := fillDisk(data, ballast, 1<<20); err != nil {
		return "", err
	}
	var next atomic.Int64
	w := &writers{next: &next}
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	w.run(limited, s, 4)
	cancel()
	if len(w.refused) == 0 {
		return "", fmt.Errorf("the disk is full and %d writes were acknowledged, none refused", len(w.acked))
	}
	refused := w.refused[0]
	if err := check(ctx, s, sample(w.acked, 200)); err != nil {
		return "", fmt.Errorf("while the disk is full: %w", err)
	}
	if err := os.Remove(ballast); err != nil {
		return "", err
	}
	if err := w.settle(ctx, s); err != nil {
		return "", fmt.Errorf("after there was room again: %w", err)
	}
	s.kill()
	if s, err = p.serve(ctx, data); err != nil {
		return "", err
	}
	defer s.kill()
	if err := check(ctx, s, w.acked); err != nil {
		return "", fmt.Errorf("after a restart: %w", err)
	}
	return fmt.Sprintf("%d acknowledged and kept; refused with: %.120s", len(w.acked), refused), nil
}

// fillDisk writes a file that leaves only so many bytes free.
func fillDisk(disk, ballast string, leave uint64) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(disk, &fs); err != nil {
		return err
	}
	free := fs.Bavail * uint64(fs.Bsize)
	if free <= leave {
		return nil
	}
	return os.WriteFile(ballast, make([]byte, free-leave), 0o600)
}

// failingSync makes every call of the given kind fail in a running server for
// a while, and checks that no write is acknowledged that is not kept. SQLite as
// built here calls fsync only, so those writers must be refused; fdatasync is
// the index's, which may fall behind but never holds up a write.
func failingSync(ctx context.Context, p program, data, call string) (string, error) {
	s, err := p.serve(ctx, data)
	if err != nil {
		return "", err
	}
	defer func() { s.kill() }()
	var next atomic.Int64
	w := &writers{next: &next}
	calm, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	w.run(calm, s, 4)
	cancel()
	before := len(w.acked)
	stop, err := inject(ctx, s, call)
	if err != nil {
		return "", err
	}
	storm, cancel := context.WithTimeout(ctx, 3*time.Second)
	w.run(storm, s, 4)
	cancel()
	during := len(w.acked) - before
	if err := stop(); err != nil {
		return "", err
	}
	refused := len(w.refused)
	if call == "fsync" && refused == 0 {
		return "", fmt.Errorf("every %s failed, and no writer was refused", call)
	}
	s.kill()
	if s, err = p.serve(ctx, data); err != nil {
		return "", err
	}
	if err := check(ctx, s, w.acked); err != nil {
		return "", fmt.Errorf("after a restart: %w", err)
	}
	if err := w.settle(ctx, s); err != nil {
		return "", err
	}
	if err := check(ctx, s, w.acked); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d acknowledged before, %d during, %d writers refused, nothing acknowledged lost", before, during, refused), nil
}

// inject attaches strace to the server and has the call fail with EIO until
// stop is called.
func inject(ctx context.Context, s *server, call string) (stop func() error, err error) {
	strace := exec.CommandContext(ctx, "strace", "-f", "-qq", "-o", os.DevNull, "-p", strconv.Itoa(s.command.Process.Pid),
		"-e", "trace="+call, "-e", "inject="+call+":error=EIO")
	if err := strace.Start(); err != nil {
		return nil, fmt.Errorf("strace can't be started: %w", err)
	}
	time.Sleep(time.Second)
	return func() error {
		strace.Process.Signal(os.Interrupt)
		strace.Wait() // it reports the signal as a failure
		return nil
	}, nil
}

// sample takes up to n records, evenly spread.
func sample(records []record, n int) []record {
	if len(records) <= n {
		return records
	}
	kept := make([]record, 0, n)
	for i := range n {
		kept = append(kept, records[i*len(records)/n])
	}
	return kept
}
