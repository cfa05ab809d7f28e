package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"precedent/search"

	"github.com/spf13/cobra"
)

// qualitySets are the public sets that have queries.
func qualitySets() []string {
	var dirs []string
	for _, name := range []string{"espfaq", "tweetsumm", "atec", "banking_learn"} {
		dirs = append(dirs, filepath.Join(sharedData, name))
	}
	return dirs
}

// qualityRow is what `precedent eval --json` says of a folder.
type qualityRow struct {
	Dir string `json:"dir"`
	search.Quality
}

func qualityCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "quality [DIR...]",
		Short: "how well queries find what answers them",
		Long: `quality builds the program and has it evaluate folders of docs.jsonl,
queries.jsonl and qrels.tsv, by default the shared sets, if present.`,
	}
	return reporting(c, func(ctx context.Context, dirs []string, progress io.Writer) (report, error) {
		if len(dirs) == 0 {
			dirs = present(qualitySets(), progress)
		}
		return quality(ctx, dirs, progress)
	})
}

// quality evaluates folders with the built program.
func quality(ctx context.Context, dirs []string, progress io.Writer) (report, error) {
	temp, err := os.MkdirTemp("", "precedent-quality-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	p, err := build(ctx, temp)
	if err != nil {
		return nil, err
	}
	rows := qualityReport{}
	for _, dir := range dirs {
		fmt.Fprintf(progress, "evaluating %s\n", dir)
		eval := exec.CommandContext(ctx, p.path, "eval", "--json", dir)
		eval.Stderr = progress
		out, err := eval.Output()
		if err != nil {
			return nil, fmt.Errorf("evaluating %s: %w", dir, err)
		}
		var row qualityRow
		if err := json.Unmarshal(out, &row); err != nil {
			return nil, fmt.Errorf("evaluating %s: %w in %q", dir, err, out)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

type qualityReport []qualityRow

func (r qualityReport) markdown() string {
	var rows [][]string
	for _, row := range r {
		figure := func(v float64) string { return fmt.Sprintf("%.3f", v) }
		rows = append(rows, []string{
			filepath.Base(filepath.Clean(row.Dir)), count(row.Queries), figure(row.Hit1), figure(row.Hit10),
			figure(row.MRR10), figure(row.Recall100), fmt.Sprintf("%.2f", row.P50), fmt.Sprintf("%.2f", row.P99),
		})
	}
	return table(strings.Split("set,queries,hit@1,hit@10,mrr@10,recall@100,p50 ms,p99 ms", ","), rows)
}
