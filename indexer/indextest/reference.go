package indextest

import (
	"cmp"
	"math"
	"slices"

	"precedent/indexer"
)

// reference is an Index's contents as a plain map, searched by scoring
// everything: slow, and plainly right.
type reference map[string]indexer.Document

func (r reference) apply(b indexer.Batch) {
	for _, id := range b.Delete {
		delete(r, id)
	}
	for _, d := range b.Put {
		r[d.ID] = d
	}
}

func count(terms []string, term string) (n int) {
	for _, t := range terms {
		if t == term {
			n++
		}
	}
	return n
}

func (r reference) stats(terms []indexer.Term) indexer.Stats {
	st := indexer.Stats{DF: make([]int, len(terms))}
	var total [indexer.NumFields]int
	for _, d := range r {
		for f, terms := range d.Terms {
			if len(terms) > 0 {
				st.Docs[f]++
				total[f] += len(terms)
			}
		}
		for i, t := range terms {
			if slices.Contains(d.Terms[t.Field], t.Text) {
				st.DF[i]++
			}
		}
	}
	for f := range total {
		if st.Docs[f] > 0 {
			st.Length[f] = float64(total[f]) / float64(st.Docs[f])
		}
	}
	return st
}

func (r reference) search(q indexer.Query) ([]indexer.Hit, indexer.Stats) {
	st := r.stats(q.Terms)
	var hits []indexer.Hit
	for id, d := range r {
		if !q.Filter.Admits(d.Facets) {
			continue
		}
		score := 0.0
		for i, t := range q.Terms {
			if tf := count(d.Terms[t.Field], t.Text); tf > 0 {
				idf := indexer.IDF(st.Docs[t.Field], st.DF[i])
				score += t.Weight * indexer.Score(idf, tf, len(d.Terms[t.Field]), st.Length[t.Field])
			}
		}
		if score > 0 {
			hits = append(hits, indexer.Hit{ID: id, Score: score})
		}
	}
	slices.SortFunc(hits, func(a, b indexer.Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return hits[:min(len(hits), q.K)], st
}

// near compares scores: they may differ by rounding only.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(a)) }
