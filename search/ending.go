package search

import (
	"context"
	"slices"
	"strings"

	"precedent/indexer/segment"
)

// commonEndings are the endings that English words are most often typed
// towards.
var commonEndings = []string{"ing", "ed", "s", "es", "er", "ers", "ion", "ions", "ation", "ations", "ly", "e", "y", "ies", "ied", "ment", "ness", "able", "ity"}

// endings notes the terms that a word becomes with an ending, begun or not:
// the segmenter takes it off again and says under what the index has the word.
func (e *Engine) endings(ctx context.Context, o opening, note func(string, opening, float64, int)) error {
	if o.place.Kind != segment.Word || len(o.prefix) < 3 || strings.ContainsFunc(o.prefix, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return nil
	}
	var whole []string
	for _, ending := range commonEndings {
		for n := range len(ending) {
			if rest, ok := strings.CutSuffix(o.prefix, ending[:n]); ok && len(rest) > 1 {
				whole = append(whole, rest+ending)
			}
		}
	}
	var stems []asked
	for _, t := range e.Segmenter.Query(strings.Join(whole, "\n")) {
		known := slices.ContainsFunc(stems, func(a asked) bool { return a.text == t.Text })
		if t.Kind == segment.Word && !known && !strings.HasPrefix(t.Text, o.prefix) {
			stems = append(stems, asked{text: t.Text, weight: 1})
		}
	}
	stats, err := e.Index.Stats(ctx, inFields(stems))
	if err != nil {
		return err
	}
	for i, s := range stems {
		for j, f := range fieldWeights {
			if df := stats.DF[i*len(fieldWeights)+j]; df > 0 {
				note(s.text, o, f.weight, df)
			}
		}
	}
	return nil
}
