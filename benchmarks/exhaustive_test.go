package main

import (
	"testing"

	"precedent/indexer"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRankScoresEveryCase(t *testing.T) {
	s := small(300, 2)
	words := s.query(1, 4)
	best, err := rank(t.Context(), s, [][]uint32{s.query(0, 9), words}, 300)
	require.NoError(t, err)
	require.Len(t, best, 2)

	// The same sums, made from the definition one case at a time.
	type text map[uint32]int
	var texts [indexer.NumFields][]text
	var docs, total [indexer.NumFields]int
	for i := range s.cases {
		all, second := s.document(i, nil)
		for f, part := range map[indexer.Field][]uint32{indexer.Wordings: all[:second], indexer.Resolution: all[second:]} {
			seen := text{}
			for _, w := range part {
				seen[w]++
			}
			texts[f] = append(texts[f], seen)
			docs[f]++
			total[f] += len(part)
		}
	}
	want := map[string]float64{}
	for i := range s.cases {
		for _, f := range s.queryFields() {
			length := 0
			for _, n := range texts[f.field][i] {
				length += n
			}
			for _, w := range words {
				df := 0
				for _, other := range texts[f.field] {
					if other[w] > 0 {
						df++
					}
				}
				average := float64(total[f.field]) / float64(docs[f.field])
				want[s.id(i)] += f.weight * indexer.Score(indexer.IDF(docs[f.field], df), texts[f.field][i][w], length, average)
			}
		}
	}
	for i, h := range best[1] {
		assert.InDelta(t, want[h.ID], h.Score, 1e-12)
		if i > 0 {
			assert.LessOrEqual(t, h.Score, best[1][i-1].Score)
		}
		delete(want, h.ID)
	}
	for id, score := range want {
		assert.Zero(t, score, "%s was left out", id)
	}
}

func TestRankKeepsTheBestOnly(t *testing.T) {
	s := small(3000, 1)
	queries := [][]uint32{s.query(0, 20)}
	all, err := rank(t.Context(), s, queries, 3000)
	require.NoError(t, err)
	ten, err := rank(t.Context(), s, queries, 10)
	require.NoError(t, err)
	assert.Equal(t, all[0][:10], ten[0])
}

func TestSameHits(t *testing.T) {
	want := []indexer.Hit{{ID: "a", Score: 3}, {ID: "b", Score: 2}, {ID: "c", Score: 2 - 1e-15}, {ID: "d", Score: 1}}
	hits := func(pairs ...any) (all []indexer.Hit) {
		for i := 0; i < len(pairs); i += 2 {
			all = append(all, indexer.Hit{ID: pairs[i].(string), Score: pairs[i+1].(float64)})
		}
		return all
	}
	for _, test := range []struct {
		name  string
		got   []indexer.Hit
		k     int
		wrong string
	}{
		{"the same", want, 10, ""},
		{"the first two", want[:2], 2, ""},
		{"equal scores in another order", hits("a", 3.0, "c", 2.0, "b", 2.0), 3, ""},
		{"a tie that reaches beyond", hits("a", 3.0, "b", 2.0, "c", 2.0, "e", 1.0), 4, ""},
		{"one too few", want[:3], 4, "3 hits instead of 4"},
		{"another score", hits("a", 3.0, "b", 2.1), 2, "hit 1 is b with 2.1"},
		{"another case", hits("z", 3.0, "b", 2.0), 2, "hit 0 is z instead of a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := sameHits(want, test.got, test.k)
			if test.wrong == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, test.wrong)
			}
		})
	}
}
