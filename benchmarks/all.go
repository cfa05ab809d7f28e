package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

func allCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "all",
		Short: "indexing, topk, search and quality, and their tables into benchmarks/README.md",
		Args:  cobra.NoArgs,
	}
	readme := c.Flags().String("readme", filepath.Join("benchmarks", "README.md"), "file whose tables are written")
	c.RunE = func(c *cobra.Command, _ []string) error { return all(c.Context(), *readme, c.ErrOrStderr()) }
	return c
}

func all(ctx context.Context, readme string, progress io.Writer) error {
	before, err := os.ReadFile(readme)
	if err != nil {
		return fmt.Errorf("%w; run this in the root of the checkout", err)
	}
	if _, err := replaceGenerated(string(before), ""); err != nil {
		return fmt.Errorf("%s: %w", readme, err)
	}
	plan := defaultIndexing()
	plan.dirs = present(plan.dirs, progress)
	campaigns := []struct {
		title string
		run   func() (report, error)
	}{
		{"Indexing", func() (report, error) { return indexing(ctx, plan, progress) }},
		{"Search", func() (report, error) { return topk(ctx, defaultTopk(), progress) }},
		{"Whole search", func() (report, error) { return wholeSearch(ctx, defaultSearch(), progress) }},
		{"Quality", func() (report, error) { return quality(ctx, present(qualitySets(), progress), progress) }},
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s.\n", machine())
	for _, campaign := range campaigns {
		r, err := campaign.run()
		if err != nil {
			return fmt.Errorf("%s: %w", strings.ToLower(campaign.title), err)
		}
		fmt.Fprintf(&b, "\n### %s\n\n%s", campaign.title, r.markdown())
	}
	after, err := replaceGenerated(string(before), b.String())
	if err != nil {
		return err
	}
	return os.WriteFile(readme, []byte(after), 0o644)
}

// Lines of the README between which everything is written by all.
const (
	generatedBegin = "<!-- figures: written by `go run ./benchmarks all`, not by hand -->"
	generatedEnd   = "<!-- end of figures -->"
)

// replaceGenerated puts text between the two marks.
func replaceGenerated(document, text string) (string, error) {
	head, rest, begins := strings.Cut(document, generatedBegin+"\n")
	_, tail, ends := strings.Cut(rest, generatedEnd+"\n")
	if !begins || !ends {
		return "", fmt.Errorf("the lines %q and %q must both be there, in this order", generatedBegin, generatedEnd)
	}
	return head + generatedBegin + "\n\n" + text + "\n" + generatedEnd + "\n" + tail, nil
}
