package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"precedent/corpus"
	"precedent/search"

	"github.com/spf13/cobra"
)

func evalCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "eval DIR...",
		Short: "measure how well queries find what answers them",
		Long: `eval measures retrieval on folders of docs.jsonl {id, complaint, resolution}
(one of the two may be empty), queries.jsonl {id, text} and qrels.tsv (query, 0,
document, gain). Each folder is indexed in a place of its own and left alone.`,
		Args: atLeast(1),
	}
	legs := c.Flags().String("legs", "", "what to rank by: words, meaning or all; default all, words where there are no models")
	modelsDir := modelsFlag(c)
	asJSON := c.Flags().Bool("json", false, "print one JSON object a folder")
	c.RunE = func(c *cobra.Command, dirs []string) error {
		by, err := checkLegs(*legs)
		if err != nil {
			return err
		}
		for _, dir := range dirs {
			q, err := evaluate(c.Context(), dir, by, *modelsDir, c.ErrOrStderr())
			if err != nil {
				return fmt.Errorf("%s: %w", dir, err)
			}
			if *asJSON {
				err = json.NewEncoder(c.OutOrStdout()).Encode(struct {
					Dir string `json:"dir"`
					search.Quality
				}{dir, q})
			} else {
				_, err = fmt.Fprintf(c.OutOrStdout(),
					"%-24s %6d queries  hit@1 %.3f  hit@10 %.3f  mrr@10 %.3f  recall@100 %.3f  p50 %.2f ms  p99 %.2f ms\n",
					filepath.Base(dir), q.Queries, q.Hit1, q.Hit10, q.MRR10, q.Recall100, q.P50, q.P99)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	return c
}

// checkLegs reads --legs; "" asks for all that there are.
func checkLegs(s string) (search.Legs, error) {
	if legs := search.Legs(s); s == "" || legs.Valid() {
		return legs, nil
	}
	return "", usage("--legs is %q; give words, meaning or all", s)
}

// measuringSet is a folder of documents, queries and what relates them.
type measuringSet struct {
	cases    []corpus.Case
	queries  []measuringQuery
	relevant map[string]map[string]bool // query -> documents
}

type measuringQuery struct{ ID, Text string }

// evaluate indexes a measuring set in a temporary data folder and asks every
// query that has an answer.
func evaluate(ctx context.Context, dir string, by search.Legs, modelsDir string, stderr io.Writer) (q search.Quality, err error) {
	set, err := readMeasuringSet(dir, stderr)
	if err != nil {
		return q, err
	}
	temp, err := os.MkdirTemp("", "precedent-eval-")
	if err != nil {
		return q, err
	}
	defer os.RemoveAll(temp)
	from := models{dir: modelsDir, workers: runtime.GOMAXPROCS(0)}
	if by == search.WordsLeg {
		from = models{}
	}
	m, err := folder(temp).open(ctx, warnings(stderr), from)
	if err != nil {
		return q, err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	if m.meaning == nil && (by == search.MeaningLeg || by == search.AllLegs) {
		return q, fmt.Errorf("there are no models in %s to rank by meaning with; `make models` brings them", modelsDir)
	}
	if err := fill(ctx, m, set.cases, stderr); err != nil {
		return q, err
	}
	engine, err := m.engine(ctx, nil)
	if err != nil {
		return q, err
	}
	judged, err := judge(ctx, engine, set, by)
	return search.Measure(judged), err
}

func fill(ctx context.Context, m *machinery, cases []corpus.Case, stderr io.Writer) error {
	const batch = 5000
	for start := 0; start < len(cases); start += batch {
		part := cases[start:min(start+batch, len(cases))]
		outcomes, err := m.store.PutCases(ctx, corpus.Write{Caller: corpus.LocalCaller(), Action: "import"}, part)
		if err != nil {
			return err
		}
		for i, o := range outcomes {
			if o.Err != nil {
				return fmt.Errorf("document %s: %w", part[i].ExternalID, o.Err)
			}
		}
	}
	bar := newProgress(stderr, "indexing", "documents")
	err := m.follower.CatchUp(ctx, bar.set)
	bar.finish()
	if err != nil || m.meaning == nil {
		return err
	}
	bar = newProgress(stderr, "reading for meaning", "documents")
	defer bar.finish()
	return m.meaning.follower.CatchUp(ctx, bar.set)
}

func judge(ctx context.Context, engine *search.Engine, set measuringSet, by search.Legs) ([]search.Judged, error) {
	caller := corpus.LocalCaller()
	var judged []search.Judged
	for _, query := range set.queries {
		relevant := set.relevant[query.ID]
		if len(relevant) == 0 {
			continue
		}
		response, err := engine.Search(ctx, caller, search.Request{Text: query.Text, Legs: by})
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", query.ID, err)
		}
		took := response.Took
		if response, err = engine.Search(ctx, caller, search.Request{Text: query.Text, Legs: by, Limit: search.MaxLimit}); err != nil {
			return nil, fmt.Errorf("query %s: %w", query.ID, err)
		}
		j := search.Judged{Relevant: relevant, Took: took}
		for _, match := range response.Matches {
			j.Ranked = append(j.Ranked, match.Case.ExternalID)
		}
		judged = append(judged, j)
	}
	return judged, nil
}

func readMeasuringSet(dir string, stderr io.Writer) (set measuringSet, err error) {
	cut := func(what, id, text string) string {
		if r := []rune(text); len(r) > corpus.MaxText {
			fmt.Fprintf(stderr, "%s %s has %d characters; the first %d are taken\n", what, id, len(r), corpus.MaxText)
			return string(r[:corpus.MaxText])
		}
		return text
	}
	at := time.Now()
	err = eachLine(filepath.Join(dir, "docs.jsonl"), func(line []byte) error {
		var d struct{ ID, Complaint, Resolution string }
		if err := json.Unmarshal(line, &d); err != nil {
			return err
		}
		c := corpus.Case{ID: corpus.DerivedID(corpus.CasePrefix, d.ID), ExternalID: d.ID, Resolution: cut("document", d.ID, d.Resolution), ResolvedAt: &at}
		if corpus.SaysNothing(c.Resolution) {
			c.Resolution = "" // import would keep the document out of the ranking that is measured
		}
		if d.Complaint != "" {
			c.Wordings = []string{cut("document", d.ID, d.Complaint)}
		}
		if len(c.Wordings) > 0 || c.Resolution != "" {
			set.cases = append(set.cases, c)
		}
		return nil
	})
	if err != nil {
		return set, err
	}
	err = eachLine(filepath.Join(dir, "queries.jsonl"), func(line []byte) error {
		var q measuringQuery
		err := json.Unmarshal(line, &q)
		q.Text = cut("query", q.ID, q.Text)
		set.queries = append(set.queries, q)
		return err
	})
	if err != nil {
		return set, err
	}
	set.relevant = make(map[string]map[string]bool)
	return set, eachLine(filepath.Join(dir, "qrels.tsv"), func(line []byte) error {
		column := strings.Split(string(line), "\t")
		if len(column) != 4 {
			return fmt.Errorf("has %d columns; give query, 0, document and gain, with tabs between", len(column))
		}
		if column[3] == "0" {
			return nil
		}
		if set.relevant[column[0]] == nil {
			set.relevant[column[0]] = make(map[string]bool)
		}
		set.relevant[column[0]][column[2]] = true
		return nil
	})
}

// eachLine calls fn for every line that is not blank; an error names the file
// and the line.
func eachLine(path string, fn func(line []byte) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 16<<20)
	for n := 1; s.Scan(); n++ {
		if strings.TrimSpace(s.Text()) == "" {
			continue
		}
		if err := fn(s.Bytes()); err != nil {
			return fmt.Errorf("%s:%d: %w", path, n, err)
		}
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
