package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// report is what a campaign found: rows that encode to JSON, and a table.
type report interface {
	markdown() string
}

// reporting makes a campaign a command: what it is doing goes to standard
// error, its table to standard output, then with --json its rows in one line.
func reporting(c *cobra.Command, run func(ctx context.Context, args []string, progress io.Writer) (report, error)) *cobra.Command {
	asJSON := c.Flags().Bool("json", false, `print {"rows": [...]} as the last line`)
	c.RunE = func(c *cobra.Command, args []string) error {
		r, err := run(c.Context(), args, c.ErrOrStderr())
		if err != nil {
			return err
		}
		if _, err := fmt.Fprint(c.OutOrStdout(), r.markdown()); err != nil || !*asJSON {
			return err
		}
		return json.NewEncoder(c.OutOrStdout()).Encode(map[string]report{"rows": r})
	}
	return c
}

// table writes a table in Markdown that reads well as plain text too. Cells
// of the first column stand left, the others right.
func table(header []string, rows [][]string) string {
	widths := make([]int, len(header))
	for _, row := range append([][]string{header}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	line := func(row []string) {
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				b.WriteString("| " + cell + pad + " |")
			} else {
				b.WriteString(" " + pad + cell + " |")
			}
		}
		b.WriteByte('\n')
	}
	line(header)
	for i, w := range widths {
		if i == 0 {
			b.WriteString("|" + strings.Repeat("-", w+2) + "|")
		} else {
			b.WriteString(strings.Repeat("-", w+1) + ":|")
		}
	}
	b.WriteByte('\n')
	for _, row := range rows {
		line(row)
	}
	return b.String()
}

// quiet lets only errors through: every index here starts empty, which is
// worth a warning elsewhere.
func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}

// count writes a number with its thousands parted.
func count(n int) string {
	s := fmt.Sprint(n)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}
