package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// damageRounds flips a random bit of a random index file, or cuts the file
// short, and checks that doctor says so, heals the index, and that the answers
// are what they were.
func damageRounds(ctx context.Context, p program, data string, rounds int, random *rand.Rand) (string, error) {
	s, err := p.serve(ctx, data)
	if err != nil {
		return "", err
	}
	w := &writers{next: new(atomic.Int64)}
	limited, cancel := context.WithTimeout(ctx, 3*time.Second)
	w.run(limited, s, 4)
	cancel()
	if err := s.stop(); err != nil {
		return "", err
	}
	flips := 0
	for round := range rounds {
		what, err := damage(filepath.Join(data, "index"), random)
		if err != nil {
			return "", err
		}
		if strings.HasPrefix(what, "flip") {
			flips++
		}
		out, err := p.call(ctx, "doctor", "--data", data)
		if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 1 {
			return "", fmt.Errorf("round %d, %s: doctor found nothing (%v):\n%s", round, what, err, out)
		}
		code := w.acked[random.IntN(len(w.acked))]
		if out, err = p.call(ctx, "search", "--data", data, "--json", "--limit", "1", code.code); err != nil || !strings.Contains(out, code.id) {
			return "", fmt.Errorf("round %d, %s: after doctor a search for %s answers (%v):\n%s", round, what, code.code, err, out)
		}
	}
	if out, err := p.call(ctx, "doctor", "--data", data); err != nil {
		return "", fmt.Errorf("doctor at the end: %w\n%s", err, out)
	}
	return fmt.Sprintf("%d bit flips and %d truncations, all found and healed", flips, rounds-flips), nil
}

// damage changes one random file under dir and says how.
func damage(dir string, random *rand.Rand) (string, error) {
	path, err := anyFile(dir, random)
	if err != nil {
		return "", err
	}
	name, err := filepath.Rel(dir, path)
	if err != nil {
		return "", err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if random.IntN(4) == 0 {
		n := random.IntN(len(b))
		return fmt.Sprintf("truncation of %s from %d to %d bytes", name, len(b), n), os.Truncate(path, int64(n))
	}
	bit := random.IntN(8 * len(b))
	b[bit/8] ^= 1 << (bit % 8)
	return fmt.Sprintf("flip of bit %d of %s", bit, name), os.WriteFile(path, b, 0o600)
}

// anyFile picks a file under dir that holds something.
func anyFile(dir string, random *rand.Rand) (string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Base(path) == "LOCK" {
			return err
		}
		if info, err := d.Info(); err == nil && info.Size() > 0 {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "", errors.New("the index has no files to damage")
	}
	return files[random.IntN(len(files))], nil
}
