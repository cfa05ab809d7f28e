package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"precedent/corpus"
	"precedent/corpus/sqlite"
	"precedent/indexer"
	"precedent/indexer/bleveindex"
	"precedent/indexer/segment"

	"github.com/spf13/cobra"
	"github.com/yanyiwu/gojieba"
)

// sharedData holds public measuring sets, beside the checkout where they are
// present at all. They are no part of this repository.
const sharedData = "../shared/data"

// indexingPlan is what to index.
type indexingPlan struct {
	cases  int      // synthetic ones; 0 for none
	dirs   []string // folders of docs.jsonl
	rounds int
}

func defaultIndexing() indexingPlan {
	p := indexingPlan{cases: 50_000, rounds: 3}
	for _, name := range []string{"espfaq", "egret", "atec"} {
		p.dirs = append(p.dirs, filepath.Join(sharedData, name))
	}
	return p
}

// indexingRow is one set of cases. Times are of the round in the middle, on
// one core.
type indexingRow struct {
	Text       string  `json:"text"`
	Cases      int     `json:"cases"`
	Characters int     `json:"characters"`
	Ratio      float64 `json:"ratio"`       // speed of ours / speed of gojieba, by CPU time
	WallRatio  float64 `json:"wall_ratio"`  // the same by the clock, with waits for the disk
	JiebaCPU   float64 `json:"gojieba_cpu"` // seconds
	OursCPU    float64 `json:"ours_cpu"`    // seconds: store, segment and index
	Segment    float64 `json:"segment"`     // share of OursCPU, 0 to 1
	Store      float64 `json:"store"`
	Index      float64 `json:"index"` // the rest: reading back and indexing
}

func indexingCommand() *cobra.Command {
	plan := defaultIndexing()
	c := &cobra.Command{
		Use:   "indexing",
		Short: "speed of indexing, against gojieba alone on the same text",
		Long: `indexing stores and indexes cases as an import does, in batches of 5,000, and
cuts the same text with nothing but gojieba's search mode, in turn, on one core.`,
		Args: cobra.NoArgs,
	}
	c.Flags().IntVar(&plan.cases, "cases", plan.cases, "synthetic cases to index; 0 for none")
	c.Flags().StringArrayVar(&plan.dirs, "dir", plan.dirs, "folder with a docs.jsonl {id, complaint, resolution}; may be given again")
	c.Flags().IntVar(&plan.rounds, "rounds", plan.rounds, "rounds; the one in the middle counts")
	return reporting(c, func(ctx context.Context, _ []string, progress io.Writer) (report, error) {
		if !c.Flags().Changed("dir") {
			plan.dirs = present(plan.dirs, progress)
		}
		return indexing(ctx, plan, progress)
	})
}

// present returns the folders that exist, and says which do not.
func present(dirs []string, progress io.Writer) (found []string) {
	for _, dir := range dirs {
		if _, err := os.Stat(dir); err != nil {
			fmt.Fprintf(progress, "%s is not here and is left out\n", dir)
			continue
		}
		found = append(found, dir)
	}
	return found
}

func indexing(ctx context.Context, plan indexingPlan, progress io.Writer) (r report, err error) {
	sets, err := plan.sets()
	if err != nil {
		return nil, err
	}
	if len(sets) == 0 || plan.rounds < 1 {
		return nil, errors.New("there is nothing to index; give --cases, --dir or --rounds a greater number")
	}
	ours, err := segment.New(segment.Config{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, ours.Close()) }()
	jieba := gojieba.NewJieba()
	defer jieba.Free()
	defer onOneCore()()
	var rows indexingReport
	for _, set := range sets {
		row, err := race{set, set.texts(), ours, jieba}.run(ctx, plan.rounds, progress)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", set.name, err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (p indexingPlan) sets() (sets []caseSet, err error) {
	if p.cases > 0 {
		demo, err := readClauses(".")
		if err != nil {
			return nil, err
		}
		sets = append(sets, demo.synthesize(p.cases, 1))
	}
	for _, dir := range p.dirs {
		set, err := readCases(dir)
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// race is gojieba and all of ours on the same text.
type race struct {
	set   caseSet
	texts []string
	ours  *segment.Segmenter
	jieba *gojieba.Jieba
}

// lap is one round of a race.
type lap struct{ jieba, segment, store, follow spent }

func (l lap) cpu() time.Duration  { return l.store.cpu + l.follow.cpu }
func (l lap) wall() time.Duration { return l.store.wall + l.follow.wall }
func (l lap) ratio() float64      { return float64(l.jieba.cpu) / float64(l.cpu()) }

func (r race) run(ctx context.Context, rounds int, progress io.Writer) (indexingRow, error) {
	laps := make(map[float64]lap)
	var ratios []float64
	for round := range rounds {
		l, err := r.lap(ctx)
		if err != nil {
			return indexingRow{}, err
		}
		fmt.Fprintf(progress, "%s, round %d of %d: ratio %.3f; gojieba %s, ours %s (segment %s, store %s)\n", r.set.name, round+1, rounds,
			l.ratio(), l.jieba.cpu.Round(time.Millisecond), l.cpu().Round(time.Millisecond), l.segment.cpu.Round(time.Millisecond), l.store.cpu.Round(time.Millisecond))
		laps[l.ratio()] = l
		ratios = append(ratios, l.ratio())
	}
	l := laps[percentile(ratios, 50)]
	share := func(d time.Duration) float64 { return float64(d) / float64(l.cpu()) }
	return indexingRow{
		Text: r.set.name, Cases: len(r.set.cases), Characters: r.set.characters(),
		Ratio: l.ratio(), WallRatio: float64(l.jieba.wall) / float64(l.wall()),
		JiebaCPU: l.jieba.cpu.Seconds(), OursCPU: l.cpu().Seconds(),
		Segment: share(l.segment.cpu), Store: share(l.store.cpu), Index: share(l.follow.cpu - l.segment.cpu),
	}, nil
}

// lap measures each once. gojieba gets the quicker of its two search modes,
// with and without its model for unknown words.
func (r race) lap(ctx context.Context) (l lap, err error) {
	for i, model := range []bool{false, true} {
		settle()
		s, err := spend(func() error {
			for _, t := range r.texts {
				r.jieba.CutForSearch(t, model)
			}
			return ctx.Err()
		})
		if err != nil {
			return l, err
		}
		if i == 0 || s.cpu < l.jieba.cpu {
			l.jieba = s
		}
	}
	settle()
	l.segment, err = spend(func() error {
		var terms []segment.Term
		for _, t := range r.texts {
			terms = r.ours.Append(terms[:0], t)
		}
		return ctx.Err()
	})
	if err != nil {
		return l, err
	}
	err = r.record(ctx, &l)
	return l, err
}

// record stores and indexes the cases in a new data folder, until all is on disk.
func (r race) record(ctx context.Context, l *lap) (err error) {
	dir, err := os.MkdirTemp("", "precedent-indexing-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	store, err := sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(dir, "store.db"), Logger: quiet()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	stamp, err := indexer.WantedStamp(ctx, store, indexer.TermMaker{Segmenter: r.ours})
	if err != nil {
		return err
	}
	index, err := bleveindex.Open(ctx, bleveindex.Config{Dir: filepath.Join(dir, "index"), Stamp: stamp, Logger: quiet()})
	if err != nil {
		return err
	}
	settle()
	l.store, err = spend(func() error { return put(ctx, store, r.set.cases) })
	if err != nil {
		return errors.Join(err, index.Close())
	}
	runtime.GC()
	follower := indexer.NewFollower(indexer.FollowerConfig{Source: store, Index: index, Maker: indexer.TermMaker{Segmenter: r.ours}, Logger: quiet()})
	l.follow, err = spend(func() error {
		return errors.Join(follower.CatchUp(ctx, nil), index.Close())
	})
	return err
}

func put(ctx context.Context, store corpus.Store, cases []corpus.Case) error {
	for from := 0; from < len(cases); from += batchSize {
		part := cases[from:min(from+batchSize, len(cases))]
		outcomes, err := store.PutCases(ctx, corpus.Write{Caller: corpus.LocalCaller(), Action: "import"}, part)
		if err != nil {
			return err
		}
		for i, o := range outcomes {
			if o.Err != nil {
				return fmt.Errorf("case %s: %w", part[i].ExternalID, o.Err)
			}
		}
	}
	return nil
}

type indexingReport []indexingRow

func (r indexingReport) markdown() string {
	var rows [][]string
	for _, row := range r {
		percent := func(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }
		rows = append(rows, []string{
			row.Text, count(row.Cases), fmt.Sprintf("%.1fM", float64(row.Characters)/1e6),
			fmt.Sprintf("%.3f", row.Ratio), fmt.Sprintf("%.3f", row.WallRatio),
			fmt.Sprintf("%.2f", row.JiebaCPU), fmt.Sprintf("%.2f", row.OursCPU), fmt.Sprintf("%.0f", float64(row.Cases)/row.OursCPU),
			percent(row.Segment), percent(row.Store), percent(row.Index),
		})
	}
	return table(strings.Split("text,cases,characters,ratio,by the clock,gojieba s,ours s,cases/s,segment,store,index", ","), rows)
}
