package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"precedent/indexer/embed"
)

// clientGrace is how long a client may take to clean up when it is interrupted.
const clientGrace = 5 * time.Second

// lookForClients says which client of a registry is missing, before anything
// is brought.
func lookForClients(ctx context.Context, artifacts []embed.Artifact) error {
	var missing []string
	needs := map[embed.Registry]bool{}
	for _, a := range artifacts {
		needs[a.Registry] = true
	}
	if needs[embed.Maven] {
		if _, err := exec.LookPath("mvn"); err != nil {
			missing = append(missing, "Maven (mvn)")
		}
	}
	if needs[embed.PyPI] && exec.CommandContext(ctx, "python3", "-m", "pip", "--version").Run() != nil {
		missing = append(missing, "pip (python3 -m pip)")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(missing) > 0 {
		return fmt.Errorf("missing on this machine: %s; install what is missing, then run `make models`", strings.Join(missing, ", "))
	}
	return nil
}

// download has the registry's client put the package into a folder.
func download(ctx context.Context, a embed.Artifact, dir string) error {
	if a.Registry == embed.Maven {
		return run(ctx, dir, "mvn", "-q", "-B", "dependency:copy", "-Dartifact="+a.Name+":jar", "-DoutputDirectory="+dir)
	}
	requirement := filepath.Join(dir, "requirements.txt")
	line := a.Name + " --hash=sha256:" + a.SHA256 + "\n"
	if err := os.WriteFile(requirement, []byte(line), 0o644); err != nil {
		return err
	}
	return run(ctx, dir, "python3", "-m", "pip", "download", "-q", "--no-deps", "--require-hashes", "--retries", "2",
		"--only-binary", ":all:", "-r", requirement, "-d", dir)
}

// run runs a client and, when it fails, gives the last lines it wrote.
func run(ctx context.Context, dir, name string, args ...string) error {
	var output bytes.Buffer
	command := exec.CommandContext(ctx, name, args...)
	command.Dir, command.Stdout, command.Stderr = dir, &output, &output
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = clientGrace
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		said := strings.Join(strings.Fields(output.String()), " ")
		return fmt.Errorf("%s can't bring it: %w: %.300s", name, err, said)
	}
	return nil
}
