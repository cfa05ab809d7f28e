package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// searchPlan is what to ask of how many cases.
type searchPlan struct {
	cases  []int // smallest first: growth is told against it
	data   string
	models string
	asks   int           // complaints asked while nothing else is going on
	busy   time.Duration // how long cases are written while others are asked
	seed   uint64
}

func defaultSearch() searchPlan {
	return searchPlan{cases: []int{100_000, 1_000_000}, models: "models", asks: 500, busy: time.Minute, seed: 1}
}

// shorter is the plan for a quick look at whether all of it works.
func (p searchPlan) shorter() searchPlan {
	p.cases, p.asks, p.busy = []int{5_000, 20_000}, 60, 5*time.Second
	return p
}

// searchRow is one store. Times are by the clock: milliseconds from sending a
// search to having its whole answer, by one client.
type searchRow struct {
	Cases     int     `json:"cases"`
	Legs      string  `json:"legs"` // what the answers were scored by
	P50       float64 `json:"p50"`
	P99       float64 `json:"p99"`
	Tail      float64 `json:"tail"`       // p99 / p50
	EmbedP50  float64 `json:"embed_p50"`  // making the vectors of the same complaints, alone; 0 without models
	RestP50   float64 `json:"rest_p50"`   // p50 - embed_p50
	AgainP50  float64 `json:"again_p50"`  // the same complaints asked for more matches: their vectors are at hand, their answers not
	Growth    float64 `json:"growth"`     // again_p50 / that of the smallest store
	TypingP50 float64 `json:"typing_p50"` // the same while they are being typed: words alone

	BusyP50   float64 `json:"busy_p50"` // while cases are written
	BusyP99   float64 `json:"busy_p99"`
	BusyRatio float64 `json:"busy_ratio"` // busy_p99 / p99
	Written   float64 `json:"written"`    // cases a second
	Behind    float64 `json:"behind"`     // seconds from the last of these being written to all being found by meaning

	Start     float64 `json:"start"`      // seconds from starting the program to its first right answer
	BareStart float64 `json:"bare_start"` // the same without sidecar files
	Setup     float64 `json:"setup"`      // seconds to store and index the cases, or what was missing of them
	Memory    int64   `json:"memory"`     // bytes that the server holds
}

func searchCommand() *cobra.Command {
	plan := defaultSearch()
	c := &cobra.Command{
		Use:   "search",
		Short: "speed of the whole search, over HTTP, of the built program",
		Long: `search fills data folders with synthetic cases and has the built program serve
them. One client asks complaints of 40 characters: of an idle server, of one that
is written to, and of one that has just started. A vector of a case is the mean of
those of the clauses it is made of, which the models read once; complaints are
read by the server as ever. Without models it is a search by words.`,
		Args: cobra.NoArgs,
	}
	c.Flags().IntSliceVar(&plan.cases, "cases", plan.cases, "numbers of cases, smallest first")
	c.Flags().StringVar(&plan.data, "data", plan.data, "folder to keep the filled data folders in, for the next run; default none")
	c.Flags().StringVar(&plan.models, "models", plan.models, "folder of the language models")
	c.Flags().IntVar(&plan.asks, "asks", plan.asks, "complaints to ask of an idle server")
	c.Flags().DurationVar(&plan.busy, "busy", plan.busy, "how long to write and ask")
	c.Flags().Uint64Var(&plan.seed, "seed", plan.seed, "seed of the cases and complaints")
	short := c.Flags().Bool("short", false, "5,000 and 20,000 cases and few complaints, to see that it works")
	return reporting(c, func(ctx context.Context, _ []string, progress io.Writer) (report, error) {
		if *short {
			plan = plan.shorter()
		}
		return wholeSearch(ctx, plan, progress)
	})
}

func wholeSearch(ctx context.Context, p searchPlan, progress io.Writer) (r report, err error) {
	if p.asks < 1 || p.busy < time.Second || len(p.cases) == 0 {
		return nil, errors.New("there is nothing to ask; --asks takes numbers from 1, --busy times from 1s, and --cases at least one number")
	}
	temp, err := os.MkdirTemp("", "precedent-search-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	program, err := build(ctx, temp)
	if err != nil {
		return nil, err
	}
	if p.data == "" {
		p.data = temp
	}
	said, err := readClauses(".")
	if err != nil {
		return nil, err
	}
	reader, err := openReader(ctx, p.models, said, progress)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	program.models = p.models
	rows := searchReport{}
	for _, n := range p.cases {
		l := line{plan: p, program: program, said: said, reader: reader, cases: n, data: filepath.Join(p.data, fmt.Sprint(n)), progress: progress}
		row, err := l.run(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s cases: %w", count(n), err)
		}
		rows = append(rows, row)
		rows[len(rows)-1].Growth = row.AgainP50 / rows[0].AgainP50
	}
	return rows, nil
}

type searchReport []searchRow

func (r searchReport) markdown() string {
	var answers, loads [][]string
	for _, row := range r {
		ms := func(v float64) string { return fmt.Sprintf("%.1f", v) }
		ratio := func(v float64) string { return fmt.Sprintf("%.2f", v) }
		answers = append(answers, []string{
			count(row.Cases), row.Legs, ms(row.P50), ms(row.P99), ratio(row.Tail), ms(row.EmbedP50), ms(row.RestP50),
			ms(row.AgainP50), ratio(row.Growth), ms(row.TypingP50),
		})
		loads = append(loads, []string{
			count(row.Cases), ms(row.BusyP50), ms(row.BusyP99), ratio(row.BusyRatio), ms(row.Written), ms(row.Behind),
			ms(row.Start), ms(row.BareStart), fmt.Sprintf("%.0f", row.Setup), count(int(row.Memory >> 20)),
		})
	}
	return table(strings.Split("cases,legs,p50 ms,p99 ms,p99/p50,embedding ms,p50 - embedding,vector at hand ms,growth,typing ms", ","), answers) + "\n" +
		table(strings.Split("cases,busy p50 ms,busy p99 ms,busy/idle p99,written/s,behind s,start s,bare start s,setup s,memory MiB", ","), loads)
}
