package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"precedent/corpus"
	"precedent/corpus/exchange"

	"github.com/spf13/cobra"
)

func exportCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "export",
		Short: "write every case in a form that import takes back",
		Args:  exactly(0),
	}
	data := dataFlag(c)
	format := c.Flags().String("format", "", "jsonl, csv or xlsx; by the name of --out when not given, else jsonl")
	out := c.Flags().String("out", "", "file to write; standard output when not given")
	c.RunE = func(c *cobra.Command, _ []string) error {
		f, err := exportFormat(*format, *out)
		if err != nil {
			return err
		}
		d := folder(*data)
		if err := d.existing(); err != nil {
			return err
		}
		return export(c, d, f, *out)
	}
	return c
}

func exportFormat(name, out string) (exchange.Format, error) {
	f, err := formatFlag(name)
	if err != nil || f != "" {
		return f, err
	}
	if out == "" {
		return exchange.JSONL, nil
	}
	if f, err = exchange.FormatOf(out); err != nil {
		return "", usage("--out: %w; or say it with --format", err)
	}
	return f, nil
}

func export(c *cobra.Command, d folder, f exchange.Format, out string) (err error) {
	ctx := c.Context()
	store, err := d.openStore(ctx, warnings(c.ErrOrStderr()))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if out == "" {
		_, err := exchange.Export(ctx, store, corpus.LocalCaller(), f, c.OutOrStdout())
		return err
	}
	n := 0
	err = replaceFile(out, func(w io.Writer) (err error) {
		n, err = exchange.Export(ctx, store, corpus.LocalCaller(), f, w)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "exported %d cases to %s\n", n, out)
	return err
}

// replaceFile writes beside a file and renames, so that a failure leaves what
// was there.
func replaceFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".precedent-export-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriter(f)
	if err = write(w); err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
