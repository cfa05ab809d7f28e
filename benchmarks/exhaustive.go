package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"precedent/indexer"
)

// exhaustive scores every case for every query, one after the other, straight
// from indexer.Score: what any index must agree with.
type exhaustive struct {
	cases   *synthetic
	queries [][]indexer.Term
	k       int

	asked map[indexer.Field][][]asking // by word: who asks for it
	docs  [indexer.NumFields]int
	total [indexer.NumFields]int
	df    [][]int
	best  [][]candidate
	floor []float64 // by query: what a case must score to be among the best
}

type candidate struct {
	doc   int
	score float64
}

// asking is a term of a query.
type asking struct{ query, term int }

// rank returns the k best cases of each query, best first.
func rank(ctx context.Context, cases *synthetic, queries [][]uint32, k int) ([][]indexer.Hit, error) {
	e := &exhaustive{
		cases: cases, k: k, asked: map[indexer.Field][][]asking{},
		df: make([][]int, len(queries)), best: make([][]candidate, len(queries)), floor: make([]float64, len(queries)),
	}
	for _, f := range cases.queryFields() {
		e.asked[f.field] = make([][]asking, len(cases.words.words))
	}
	for q, words := range queries {
		terms := cases.terms(words)
		e.queries = append(e.queries, terms)
		e.df[q] = make([]int, len(terms))
		for i, t := range terms {
			w := words[i/cases.fields]
			e.asked[t.Field][w] = append(e.asked[t.Field][w], asking{q, i})
		}
	}
	if err := e.eachField(ctx, e.count, func(int) {}); err != nil {
		return nil, err
	}
	scores := make([]float64, len(queries))
	err := e.eachField(ctx, func(f indexer.Field, words []uint32) { e.score(f, words, scores) }, func(doc int) {
		for q, s := range scores {
			if s > 0 && s >= e.floor[q] {
				e.offer(q, candidate{doc, s})
			}
			scores[q] = 0
		}
	})
	return e.hits(), err
}

// eachField calls fn with the words of every field of every case, in order of
// the words, and done after each case.
func (e *exhaustive) eachField(ctx context.Context, fn func(f indexer.Field, words []uint32), done func(doc int)) error {
	var words []uint32
	for doc := range e.cases.cases {
		if err := ctx.Err(); err != nil {
			return err
		}
		var second int
		words, second = e.cases.document(doc, words[:0])
		for f, part := range fieldsOf(words, second) {
			slices.Sort(part)
			fn(f, part)
		}
		done(doc)
	}
	return nil
}

func (e *exhaustive) count(f indexer.Field, words []uint32) {
	e.docs[f]++
	e.total[f] += len(words)
	for _, w := range slices.Compact(words) {
		for _, a := range e.asked[f][w] {
			e.df[a.query][a.term]++
		}
	}
}

func (e *exhaustive) score(f indexer.Field, words []uint32, scores []float64) {
	average := float64(e.total[f]) / float64(e.docs[f])
	for i := 0; i < len(words); {
		tf := 1
		for i+tf < len(words) && words[i+tf] == words[i] {
			tf++
		}
		for _, a := range e.asked[f][words[i]] {
			idf := indexer.IDF(e.docs[f], e.df[a.query][a.term])
			scores[a.query] += e.queries[a.query][a.term].Weight * indexer.Score(idf, tf, len(words), average)
		}
		i += tf
	}
}

func (e *exhaustive) offer(q int, c candidate) {
	e.best[q] = append(e.best[q], c)
	if len(e.best[q]) >= 10*e.k {
		e.cut(q)
		e.floor[q] = e.best[q][e.k-1].score
	}
}

func (e *exhaustive) cut(q int) {
	slices.SortFunc(e.best[q], func(a, b candidate) int {
		if a.score != b.score {
			return cmp.Compare(b.score, a.score)
		}
		return cmp.Compare(e.cases.id(a.doc), e.cases.id(b.doc))
	})
	e.best[q] = e.best[q][:min(len(e.best[q]), e.k)]
}

func (e *exhaustive) hits() [][]indexer.Hit {
	all := make([][]indexer.Hit, len(e.best))
	for q := range e.best {
		e.cut(q)
		for _, c := range e.best[q] {
			all[q] = append(all[q], indexer.Hit{ID: e.cases.id(c.doc), Score: c.score})
		}
	}
	return all
}

// sameHits returns an error unless got is what want begins with. Scores may
// differ by the rounding of sums made in another order, and hits whose scores
// differ by no more may change places.
func sameHits(want, got []indexer.Hit, k int) error {
	const rounding = 1e-9
	if n := min(k, len(want)); len(got) != n {
		return fmt.Errorf("%d hits instead of %d", len(got), n)
	}
	near := func(a, b float64) bool { return math.Abs(a-b) <= rounding*math.Max(a, b) }
	for i, g := range got {
		if !near(g.Score, want[i].Score) {
			return fmt.Errorf("hit %d is %s with %.12f instead of %s with %.12f", i, g.ID, g.Score, want[i].ID, want[i].Score)
		}
		tied := slices.ContainsFunc(want, func(w indexer.Hit) bool { return w.ID == g.ID && near(w.Score, g.Score) })
		beyond := near(g.Score, want[len(want)-1].Score) // its tie may reach beyond what was ranked
		if !tied && !beyond {
			return fmt.Errorf("hit %d is %s instead of %s, both with %.12f", i, g.ID, want[i].ID, g.Score)
		}
	}
	return nil
}
