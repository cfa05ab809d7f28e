package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// killRounds ends the server with SIGKILL at random moments while four
// writers record cases, starts it again on the same data, and checks that
// every acknowledged case is there, found, and there once.
func killRounds(ctx context.Context, p program, data string, rounds int, random *rand.Rand) (string, error) {
	var next atomic.Int64
	var all []record
	for round := range rounds {
		s, err := p.serve(ctx, data)
		if err != nil {
			return "", fmt.Errorf("start %d: %w", round, err)
		}
		w := &writers{next: &next}
		done := make(chan struct{})
		go func() { w.run(ctx, s, 4); close(done) }()
		time.Sleep(time.Duration(random.IntN(400)) * time.Millisecond)
		s.kill()
		<-done
		if s, err = p.serve(ctx, data); err != nil {
			return "", fmt.Errorf("start after kill %d: %w", round, err)
		}
		if err = w.settle(ctx, s); err == nil {
			err = check(ctx, s, w.acked)
		}
		s.kill()
		if err != nil {
			return "", fmt.Errorf("after kill %d: %w", round, err)
		}
		all = append(all, w.acked...)
	}
	s, err := p.serve(ctx, data)
	if err != nil {
		return "", err
	}
	if err := check(ctx, s, all); err != nil {
		return "", fmt.Errorf("at the end: %w", err)
	}
	if err := s.stop(); err != nil {
		return "", err
	}
	if out, err := p.call(ctx, "doctor", "--data", data); err != nil {
		return "", fmt.Errorf("doctor at the end: %w\n%s", err, out)
	}
	return fmt.Sprintf("%d kills, %d acknowledged cases, none lost, none doubled", 2*rounds, len(all)), nil
}
