package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"precedent/indexer"
	"precedent/indexer/bleveindex"

	"github.com/blevesearch/bleve/v2"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

// topkPlan is what to measure: every combination of its lists.
type topkPlan struct {
	cases, terms, k, fields []int
	seed                    uint64
}

func defaultTopk() topkPlan {
	return topkPlan{cases: []int{10_000, 100_000, 1_000_000}, terms: []int{5, 10, 40, 120}, k: []int{10, 200}, fields: []int{1}, seed: 1}
}

// topkRow is one combination. Times are CPU milliseconds a query on one core.
type topkRow struct {
	Cases           int     `json:"cases"`
	Terms           int     `json:"terms"` // different words in a query
	K               int     `json:"k"`
	Fields          int     `json:"fields"`
	OursP50         float64 `json:"ours_p50"`
	OursP99         float64 `json:"ours_p99"`
	StockP50        float64 `json:"stock_p50"`
	StockP99        float64 `json:"stock_p99"`
	Ratio           float64 `json:"ratio"`             // stock_p50 / ours_p50
	BytesPerPosting float64 `json:"bytes_per_posting"` // memory our index holds for searching
}

func topkCommand() *cobra.Command {
	plan := defaultTopk()
	c := &cobra.Command{
		Use:   "topk",
		Short: "speed of search, against bleve's own on the same documents",
		Long: `topk fills an index of ours and one of bleve's with the same synthetic cases and
asks both the same queries in turn, on one core. Before timing it compares our
answers with those of a scorer that leaves no case out.`,
		Args: cobra.NoArgs,
	}
	c.Flags().IntSliceVar(&plan.cases, "cases", plan.cases, "numbers of cases")
	c.Flags().IntSliceVar(&plan.terms, "terms", plan.terms, "numbers of different words in a query")
	c.Flags().IntSliceVar(&plan.k, "k", plan.k, "numbers of hits wanted")
	c.Flags().IntSliceVar(&plan.fields, "fields", plan.fields, "numbers of fields, 1 or 2")
	c.Flags().Uint64Var(&plan.seed, "seed", plan.seed, "seed of the cases and queries")
	return reporting(c, func(ctx context.Context, _ []string, progress io.Writer) (report, error) {
		return topk(ctx, plan, progress)
	})
}

func (p topkPlan) check() error {
	limit := func(name string, values []int, least, most int) error {
		for _, v := range values {
			if v < least || v > most {
				return fmt.Errorf("--%s takes numbers from %d to %d, not %d", name, least, most, v)
			}
		}
		return nil
	}
	return errors.Join(limit("cases", p.cases, 1, 10_000_000), limit("terms", p.terms, 1, 1000),
		limit("k", p.k, 1, 1000), limit("fields", p.fields, 1, 2))
}

func topk(ctx context.Context, plan topkPlan, progress io.Writer) (report, error) {
	if err := plan.check(); err != nil {
		return nil, err
	}
	words := newVocabulary()
	var rows []topkRow
	for _, cases := range plan.cases {
		for _, fields := range plan.fields {
			s := &synthetic{words: words, seed: plan.seed, cases: cases, fields: fields}
			more, err := plan.compare(ctx, s, progress)
			if err != nil {
				return nil, fmt.Errorf("%d cases of %d fields: %w", cases, fields, err)
			}
			rows = append(rows, more...)
		}
	}
	return topkReport(rows), nil
}

// compare builds both indexes of one set of cases, checks and measures them.
func (p topkPlan) compare(ctx context.Context, s *synthetic, progress io.Writer) (rows []topkRow, err error) {
	dir, err := os.MkdirTemp("", "precedent-topk-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	fmt.Fprintf(progress, "%d cases of %d fields: building both indexes\n", s.cases, s.fields)
	both, err := openContest(ctx, s, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, both.Close()) }()
	fmt.Fprintf(progress, "%d cases of %d fields: comparing with the exhaustive scorer\n", s.cases, s.fields)
	if err := both.verify(ctx, p.terms, p.k); err != nil {
		return nil, err
	}
	status, err := both.ours.Status(ctx)
	if err != nil {
		return nil, err
	}
	settle()
	defer onOneCore()()
	for _, terms := range p.terms {
		for _, k := range p.k {
			row, err := both.time(ctx, terms, k)
			if err != nil {
				return nil, fmt.Errorf("%d terms, k %d: %w", terms, k, err)
			}
			row.BytesPerPosting = float64(status.HeapBytes) / float64(status.Postings)
			fmt.Fprintf(progress, "%d cases of %d fields, %d terms, k %d: %.3f ms, bleve %.1f ms\n", s.cases, s.fields, terms, k, row.OursP50, row.StockP50)
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// contest is two indexes of the same cases.
type contest struct {
	cases *synthetic
	ours  *bleveindex.Index
	stock bleve.Index
}

func openContest(ctx context.Context, s *synthetic, dir string) (*contest, error) {
	c := &contest{cases: s}
	build, ctx := errgroup.WithContext(ctx)
	build.Go(func() (err error) { c.ours, err = s.ours(ctx, filepath.Join(dir, "ours")); return err })
	build.Go(func() (err error) { c.stock, err = s.stock(ctx, filepath.Join(dir, "stock")); return err })
	if err := build.Wait(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *contest) Close() error {
	var errs []error
	if c.ours != nil {
		errs = append(errs, c.ours.Close())
	}
	if c.stock != nil {
		errs = append(errs, c.stock.Close())
	}
	return errors.Join(errs...)
}

// verify compares our answers with those of the exhaustive scorer, on queries
// that are not timed.
func (c *contest) verify(ctx context.Context, terms, ks []int) error {
	const sample, beyond = 5, 1 << 20
	var queries [][]uint32
	for _, n := range terms {
		for i := range sample {
			queries = append(queries, c.cases.query(beyond+i, n))
		}
	}
	want, err := rank(ctx, c.cases, queries, slices.Max(ks))
	if err != nil {
		return err
	}
	for i, words := range queries {
		for _, k := range ks {
			got, err := c.ours.Search(ctx, indexer.Query{Terms: c.cases.terms(words), K: k})
			if err != nil {
				return err
			}
			if err := sameHits(want[i], got.Hits, k); err != nil {
				return fmt.Errorf("wrong answer to a query of %d terms, k %d: %w", len(words), k, err)
			}
		}
	}
	return nil
}

// Limits of one combination. Bleve takes seconds for a long query, so it gets
// fewer of them; ours gets them all.
const (
	mostQueries = 200
	leastStock  = 5
	stockBudget = 4 * time.Second
	rounds      = 10
)

// time asks both indexes the same queries, in rounds of some for ours and
// then some for bleve's.
func (c *contest) time(ctx context.Context, terms, k int) (topkRow, error) {
	queries := make([][]indexer.Term, mostQueries)
	requests := make([]*bleve.SearchRequest, mostQueries)
	for i := range queries {
		queries[i] = c.cases.terms(c.cases.query(i, terms))
		requests[i] = stockRequest(queries[i], k)
	}
	askOurs := func(i int) error {
		_, err := c.ours.Search(ctx, indexer.Query{Terms: queries[i], K: k})
		return err
	}
	askStock := func(i int) error { _, err := c.stock.SearchInContext(ctx, requests[i]); return err }

	warm, err := spend(func() error { return askStock(0) })
	if err = errors.Join(err, askOurs(0)); err != nil {
		return topkRow{}, err
	}
	asked := min(max(int(stockBudget/(warm.cpu+1)), leastStock), mostQueries)
	var ours, stock []float64
	for round := range rounds {
		if ours, err = timeSome(ours, askOurs, round, mostQueries); err != nil {
			return topkRow{}, err
		}
		if stock, err = timeSome(stock, askStock, round, asked); err != nil {
			return topkRow{}, err
		}
	}
	row := topkRow{
		Cases: c.cases.cases, Terms: terms, K: k, Fields: c.cases.fields,
		OursP50: percentile(ours, 50), OursP99: percentile(ours, 99),
		StockP50: percentile(stock, 50), StockP99: percentile(stock, 99),
	}
	row.Ratio = row.StockP50 / max(row.OursP50, 0.001) // a microsecond is the least that is seen
	return row, nil
}

// timeSome times the queries that fall into a round: an even share of n.
func timeSome(times []float64, ask func(i int) error, round, n int) ([]float64, error) {
	runtime.GC() // the other index's garbage
	for i := round * n / rounds; i < (round+1)*n/rounds; i++ {
		s, err := spend(func() error { return ask(i) })
		if err != nil {
			return times, err
		}
		times = append(times, milliseconds(s.cpu))
	}
	return times, nil
}

type topkReport []topkRow

func (r topkReport) markdown() string {
	var rows [][]string
	for _, row := range r {
		rows = append(rows, []string{
			count(row.Cases), fmt.Sprint(row.Fields), fmt.Sprint(row.Terms), fmt.Sprint(row.K),
			fmt.Sprintf("%.3f", row.OursP50), fmt.Sprintf("%.3f", row.OursP99),
			fmt.Sprintf("%.1f", row.StockP50), fmt.Sprintf("%.1f", row.StockP99),
			fmt.Sprintf("%.0f", row.Ratio), fmt.Sprintf("%.2f", row.BytesPerPosting),
		})
	}
	return table([]string{"cases", "fields", "terms", "k", "p50 ms", "p99 ms", "bleve p50 ms", "bleve p99 ms", "times faster", "bytes a posting"}, rows)
}
