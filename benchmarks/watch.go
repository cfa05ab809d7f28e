package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// memory is what the server's process holds, in bytes; 0 when it can't be read.
func (s *server) memory() int64 {
	kib, _, _ := strings.Cut(field(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid), "VmRSS"), " ")
	n, _ := strconv.ParseInt(kib, 10, 64)
	return n << 10
}

// ticks is the CPU time that the server has used, in hundredths of a second
// (proc(5), /proc/pid/stat, utime and stime).
func (s *server) ticks() (n int64) {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.command.Process.Pid))
	if _, rest, ok := strings.Cut(string(b), ") "); ok {
		for _, f := range strings.Fields(rest)[11:13] {
			ticks, _ := strconv.ParseInt(f, 10, 64)
			n += ticks
		}
	}
	return n
}

// quieten waits until the server has done what it does after a start, at most
// five minutes.
func (s *server) quieten(ctx context.Context) {
	const nap, still, patience = 500 * time.Millisecond, 4, 5 * time.Minute
	for quiet, start := 0, time.Now(); quiet < still && time.Since(start) < patience && ctx.Err() == nil; {
		before := s.ticks()
		time.Sleep(nap)
		if quiet++; s.ticks()-before > 2 {
			quiet = 0
		}
	}
}

// metric reads one figure of /metrics.
func (s *server) metric(ctx context.Context, name string) (float64, error) {
	text, err := s.text(ctx, "/metrics")
	if err != nil {
		return 0, err
	}
	for l := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(l, name+" "); ok {
			return strconv.ParseFloat(strings.TrimSpace(v), 64)
		}
	}
	return 0, fmt.Errorf("/metrics gives no %s", name)
}

// embeddingPatience is how long vectors may take.
const embeddingPatience = 5 * time.Minute

// embedded waits until the vectors of every change up to seq are in.
func (s *server) embedded(ctx context.Context, seq int64) error {
	ctx, cancel := context.WithTimeout(ctx, embeddingPatience)
	defer cancel()
	for {
		at, err := s.metric(ctx, "precedent_vectors_seq")
		if err != nil {
			return fmt.Errorf("waiting for the vectors up to %d: %w", seq, err)
		}
		if int64(at) >= seq {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
}
