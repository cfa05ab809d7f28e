package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func faultsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "faults",
		Short: "kill the server, fill its disk, fail its fsyncs, damage its indexes",
		Long: `faults runs the built program against what machines do to programs: kill -9 at
random moments during writes and while vectors are made, a disk that fills, fsync
and fdatasync that fail, and bit flips and truncations of index files. It needs
root for the small disk and strace for the failing calls; without models it tries
nothing by meaning.`,
		Args: cobra.NoArgs,
	}
	short := c.Flags().Bool("short", false, "30 kills and 30 damages, as CI runs it, instead of 200 of each")
	models := c.Flags().String("models", "models", "folder of the language models")
	seed := c.Flags().Uint64("seed", rand.Uint64(), "seed of the random moments and places")
	c.RunE = func(c *cobra.Command, _ []string) error {
		rounds := 200
		if *short {
			rounds = 30
		}
		fmt.Printf("seed %d\n", *seed)
		if len(present([]string{*models}, c.ErrOrStderr())) == 0 {
			*models = ""
		}
		return faults(c.Context(), *models, rounds, rand.New(rand.NewPCG(*seed, 0)))
	}
	return c
}

func faults(ctx context.Context, models string, rounds int, random *rand.Rand) error {
	dir, err := os.MkdirTemp("", "precedent-faults-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	p, err := build(ctx, dir)
	if err != nil {
		return err
	}
	meaning := p
	meaning.models = models
	campaigns := []struct {
		name    string
		program program
		run     func(ctx context.Context, p program, dir string, rounds int, random *rand.Rand) (string, error)
	}{
		{"kill -9 during writes", p, killRounds},
		{"kill -9 while vectors are made", meaning, killWhileReading},
		{"kill -9 while view files are written", p, killWhileKeeping},
		{"a disk that fills", p, fullDisk},
		{"an fsync that fails", p, func(ctx context.Context, p program, dir string, _ int, _ *rand.Rand) (string, error) {
			return failingSync(ctx, p, dir, "fsync")
		}},
		{"an fdatasync that fails", p, func(ctx context.Context, p program, dir string, _ int, _ *rand.Rand) (string, error) {
			return failingSync(ctx, p, dir, "fdatasync")
		}},
		{"damaged index files", p, damageRounds},
		{"damaged vectors", meaning, damagedVectors},
	}
	for i, campaign := range campaigns {
		data := filepath.Join(dir, fmt.Sprintf("data%d", i))
		said, err := campaign.run(ctx, campaign.program, data, rounds, random)
		if err != nil {
			log, _ := os.ReadFile(filepath.Join(dir, "server.log"))
			return fmt.Errorf("%s: %w\nthe server said last:\n%s", campaign.name, err, log[max(0, len(log)-1500):])
		}
		fmt.Printf("%s: %s\n", campaign.name, said)
	}
	return nil
}
