package main

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTopkComparesBothIndexes(t *testing.T) {
	for _, fields := range []int{1, 2} {
		s := small(2000, fields)
		both, err := openContest(t.Context(), s, t.TempDir())
		require.NoError(t, err)
		defer both.Close()
		require.NoError(t, both.verify(t.Context(), []int{3, 30}, []int{1, 10}))

		// bleve's index holds the same documents: the best case is among its
		// best too, though it scores in another way.
		var queries [][]uint32
		for i := range 20 {
			queries = append(queries, s.query(i, 30))
		}
		best, err := rank(t.Context(), s, queries, 1)
		require.NoError(t, err)
		found := 0
		for i, words := range queries {
			answer, err := both.stock.Search(stockRequest(s.terms(words), 10))
			require.NoError(t, err)
			require.Len(t, answer.Hits, 10)
			for _, hit := range answer.Hits {
				if hit.ID == best[i][0].ID {
					found++
				}
			}
		}
		assert.GreaterOrEqual(t, found, 18)
	}
}

func TestTopkNoticesAWrongAnswer(t *testing.T) {
	s := small(500, 1)
	both, err := openContest(t.Context(), s, t.TempDir())
	require.NoError(t, err)
	defer both.Close()
	both.cases = &synthetic{words: s.words, seed: 2, cases: 500, fields: 1}
	assert.ErrorContains(t, both.verify(t.Context(), []int{10}, []int{10}), "wrong answer to a query of 10 terms, k 10")
}

func TestTopkReport(t *testing.T) {
	r := topkReport{{Cases: 1000000, Terms: 40, K: 10, Fields: 2, OursP50: 3.2, OursP99: 4, StockP50: 2029, StockP99: 2500, Ratio: 634.06, BytesPerPosting: 3.01}}
	b, err := json.Marshal(map[string]report{"rows": r})
	require.NoError(t, err)
	assert.JSONEq(t, `{"rows":[{"cases":1000000,"terms":40,"k":10,"fields":2,"ours_p50":3.2,"ours_p99":4,
		"stock_p50":2029,"stock_p99":2500,"ratio":634.06,"bytes_per_posting":3.01}]}`, string(b))
	assert.Equal(t, 3, strings.Count(r.markdown(), "\n"))
	assert.Contains(t, r.markdown(), "1,000,000")
}

func TestTopkRefusesWhatItCantMeasure(t *testing.T) {
	plan := defaultTopk()
	require.NoError(t, plan.check())
	plan.fields = []int{3}
	_, err := topk(t.Context(), plan, io.Discard)
	assert.ErrorContains(t, err, "--fields takes numbers from 1 to 2, not 3")
}
