package main

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sharedVocabulary is made once: it never changes.
var sharedVocabulary = sync.OnceValue(newVocabulary)

func small(cases, fields int) *synthetic {
	return &synthetic{words: sharedVocabulary(), seed: 1, cases: cases, fields: fields}
}

func TestSyntheticCasesAreAsLongAsShortRealOnes(t *testing.T) {
	s := small(20_000, 1)
	words, postings, most := 0, 0, 0
	ids := map[string]bool{}
	for i := range s.cases {
		all, second := s.document(i, nil)
		require.Equal(t, len(all), second, "one field holds everything")
		words += len(all)
		slices.Sort(all)
		different := slices.Compact(all)
		postings += len(different)
		if different[0] == 0 {
			most++
		}
		ids[s.id(i)] = true
	}
	average := func(n int) float64 { return float64(n) / float64(s.cases) }
	assert.InDelta(t, 39, average(words), 0.5)
	assert.InDelta(t, 33, average(postings), 0.5)
	assert.InDelta(t, 0.87, average(most), 0.05, "the commonest word stands in most cases")
	assert.Len(t, ids, s.cases)
}

func TestSyntheticCasesAreTheSameEachTime(t *testing.T) {
	a, b := small(100, 2), small(100, 2)
	for i := range 100 {
		one, cut := a.document(i, nil)
		other, same := b.document(i, []uint32{7})
		require.Equal(t, one, other[1:])
		require.Equal(t, cut, same)
		require.Equal(t, a.id(i), b.id(i))
	}
	b.seed = 2
	one, _ := a.document(1, nil)
	other, _ := b.document(1, nil)
	assert.NotEqual(t, one, other)
}

func TestWordsOfTheVocabularyDiffer(t *testing.T) {
	v := sharedVocabulary()
	sorted := slices.Sorted(slices.Values(v.words))
	assert.Len(t, slices.Compact(sorted), vocabularySize)
}

func TestQueriesShareHalfTheirWordsWithACase(t *testing.T) {
	s := small(1000, 2)
	for _, n := range []int{1, 5, 40, 120} {
		for number := range 20 {
			q := s.query(number, n)
			require.Len(t, q, n)
			require.Len(t, slices.Compact(slices.Sorted(slices.Values(q))), n, "a word is asked for once")
			shared := 0
			for i := range s.cases {
				words, _ := s.document(i, nil)
				k := 0
				for _, w := range q {
					if slices.Contains(words, w) {
						k++
					}
				}
				shared = max(shared, k)
			}
			require.GreaterOrEqual(t, shared, min((n+1)/2, 3))
		}
	}
}
