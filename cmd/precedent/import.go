package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"precedent/corpus"
	"precedent/corpus/exchange"
	"precedent/corpus/sqlite"

	"github.com/spf13/cobra"
)

func importCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "import FILE...",
		Short: "bring cases in from JSON Lines, CSV or Excel",
		Long: `import brings cases in. Rows are recognised by their id, so that importing a file
again changes nothing; a server may run on the same data. Rows that can't go in
are written to a file beside the input (cases.csv: cases.bad.csv), each with its
reason, to be mended and imported again.

Fields: id, title, complaint, wordings, resolution, product, model, language,
tags, audience, author, resolved_at, and what export writes beyond these. Columns
of other names are found by --map, such as --map resolution=处理结果; common names,
English and Chinese, are understood without.

Exits with 3 when some rows did not go in.`,
		Args: atLeast(1),
	}
	data := dataFlag(c)
	format := c.Flags().String("format", "", "jsonl, csv or xlsx; by the file's name when not given")
	columns := c.Flags().StringArray("map", nil, "field=column, where a column has an unusual name; may be given again")
	dry := c.Flags().Bool("dry-run", false, "check every row, write none")
	c.RunE = func(c *cobra.Command, files []string) error {
		f, err := formatFlag(*format)
		if err != nil {
			return err
		}
		mapped, err := exchange.ParseColumns(*columns)
		if err != nil {
			return usage("--map: %w", err)
		}
		im := importer{command: c, data: folder(*data), format: f, columns: mapped, dry: *dry}
		return im.run(files)
	}
	return c
}

// formatFlag checks a --format; empty stays empty.
func formatFlag(name string) (exchange.Format, error) {
	f := exchange.Format(name)
	if name != "" && !slices.Contains(exchange.Formats[:], f) {
		return "", usage("--format is %q; give one of %v", name, exchange.Formats)
	}
	return f, nil
}

type importer struct {
	command *cobra.Command
	data    folder
	format  exchange.Format
	columns exchange.Columns
	dry     bool
}

func (im importer) run(files []string) error {
	for _, name := range files {
		if im.format == "" {
			if _, err := exchange.FormatOf(name); err != nil {
				return usage("%w; or say it with --format", err)
			}
		}
	}
	target, done, err := im.target()
	if err != nil {
		return err
	}
	bad := 0
	for _, name := range files {
		n, err := im.file(target, name)
		if err != nil {
			return errors.Join(fmt.Errorf("%s: %w", name, err), done())
		}
		bad += n
	}
	if err := done(); err != nil {
		return err
	}
	if bad > 0 {
		return &exitError{code: exitPartial, err: fmt.Errorf("%d rows did not go in; see above", bad)}
	}
	return nil
}

// target is the store. A dry run checks without one, so that it leaves no
// data folder behind.
func (im importer) target() (exchange.Target, func() error, error) {
	if im.dry {
		return (*sqlite.Store)(nil), func() error { return nil }, nil
	}
	store, err := im.data.openStore(im.command.Context(), warnings(im.command.ErrOrStderr()))
	if err != nil {
		return nil, nil, err
	}
	return store, store.Close, nil
}

// file imports one file and returns how many of its rows were bad.
func (im importer) file(target exchange.Target, name string) (bad int, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	rows := badRows{name: badFile(name)}
	defer func() { err = errors.Join(err, rows.keep()) }()
	bar := newProgress(im.command.ErrOrStderr(), filepath.Base(name), "bytes")
	job := exchange.Importer{
		Target: target, Caller: corpus.LocalCaller(), Format: im.format,
		Read: exchange.ReadOptions{Columns: im.columns}, DryRun: im.dry,
		Progress: func(p exchange.Progress) { bar.set(p.Done, p.Total) },
	}
	if !im.dry {
		job.Bad = rows.open
	}
	report, err := job.Import(im.command.Context(), name, f)
	bar.finish()
	if err != nil {
		return report.Bad, err
	}
	return report.Bad, im.print(name, rows.name, report)
}

// badRows is the file of bad rows. It is written under another name first: the
// bad rows of cases.bad.csv go back into cases.bad.csv, which is being read.
type badRows struct {
	name string
	file *os.File
}

func (b *badRows) open() (io.WriteCloser, error) {
	var err error
	b.file, err = os.CreateTemp(filepath.Dir(b.name), ".precedent-bad-")
	return b.file, err
}

// keep gives the file its name, if there were bad rows.
func (b *badRows) keep() error {
	if b.file == nil {
		return nil
	}
	return os.Rename(b.file.Name(), b.name)
}

// badFile is where the bad rows of a file go. The bad rows of such a file go
// back into it.
func badFile(name string) string {
	end := filepath.Ext(name)
	return strings.TrimSuffix(strings.TrimSuffix(name, end), ".bad") + ".bad" + end
}

func (im importer) print(name, badName string, r exchange.Report) error {
	var b strings.Builder
	verb := "imported"
	if im.dry {
		verb = "would import"
	}
	fmt.Fprintf(&b, "%s: %s %d of %d rows", name, verb, r.Accepted, r.Rows)
	if !im.dry {
		fmt.Fprintf(&b, ": %d new, %d changed, %d as before", r.Created, r.Updated, r.Unchanged)
	}
	b.WriteString("\n")
	if r.Repeated > 0 {
		fmt.Fprintf(&b, "  %d rows were left out as a later row has the same id\n", r.Repeated)
	}
	if r.SaysNothing > 0 {
		fmt.Fprintf(&b, "  %d rows have a fix that says nothing; they are kept out of ranking until they have one\n", r.SaysNothing)
	}
	for _, c := range r.Unknown {
		fmt.Fprintf(&b, "  column %q is no field and was left out (%d rows have it)\n", c.Name, c.Rows)
	}
	for _, p := range r.Problems {
		for _, f := range p.Fields {
			fmt.Fprintf(&b, "  line %d, %s: %s\n", p.Line, f.Field, f.Message)
		}
	}
	if more := r.Bad - len(r.Problems); more > 0 {
		fmt.Fprintf(&b, "  and %d more bad rows\n", more)
	}
	if r.Bad > 0 && !im.dry {
		fmt.Fprintf(&b, "  %d bad rows are in %s, each with its reason; mend them there and import that file\n", r.Bad, badName)
	}
	_, err := io.WriteString(im.command.OutOrStdout(), b.String())
	return err
}
