package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
)

// small data folders are enough to see that every part of the campaign works.
func TestWholeSearchMeasuresTheBuiltProgram(t *testing.T) {
	t.Chdir("..")
	plan := searchPlan{cases: []int{60, 120}, data: t.TempDir(), models: filepath.Join(t.TempDir(), "none"), asks: 3, busy: time.Second, seed: 1}
	r, err := wholeSearch(t.Context(), plan, io.Discard)
	require.NoError(t, err)
	rows := r.(searchReport)
	require.Len(t, rows, 2)
	for i, row := range rows {
		assert.Equal(t, plan.cases[i], row.Cases)
		assert.Equal(t, "words", row.Legs)
		assert.Positive(t, row.P50)
		assert.GreaterOrEqual(t, row.P99, row.P50)
		assert.InDelta(t, row.P99/row.P50, row.Tail, 1e-9)
		assert.Zero(t, row.EmbedP50)
		assert.Positive(t, row.TypingP50)
		assert.InDelta(t, writeRate, row.Written, 1)
		assert.Positive(t, row.Start)
		assert.Positive(t, row.BareStart)
		assert.Greater(t, row.Memory, int64(50<<20), "the dictionaries alone take more")
	}
	assert.Equal(t, 1.0, rows[0].Growth)
	assert.InDelta(t, rows[1].AgainP50/rows[0].AgainP50, rows[1].Growth, 1e-9)

	l := line{plan: plan, cases: 60, data: filepath.Join(plan.data, "60")}
	assert.True(t, l.hasStore(), "the folder serves again")
	l.plan.seed++
	assert.False(t, l.hasStore())
}

func TestSearchReport(t *testing.T) {
	r := searchReport{{Cases: 1000000, Legs: "all", P50: 40, P99: 80, Tail: 2, EmbedP50: 12, RestP50: 28, AgainP50: 27, Growth: 2.5, TypingP50: 9,
		BusyP50: 42, BusyP99: 120, BusyRatio: 1.5, Written: 10, Behind: 0.4, Start: 3, BareStart: 9, Setup: 300, Memory: 3 << 30}}
	b, err := json.Marshal(map[string]report{"rows": r})
	require.NoError(t, err)
	assert.JSONEq(t, `{"rows":[{"cases":1000000,"legs":"all","p50":40,"p99":80,"tail":2,"embed_p50":12,"rest_p50":28,"again_p50":27,
		"growth":2.5,"typing_p50":9,"busy_p50":42,"busy_p99":120,"busy_ratio":1.5,"written":10,"behind":0.4,"start":3,"bare_start":9,
		"setup":300,"memory":3221225472}]}`, string(b))
	assert.Equal(t, 7, strings.Count(r.markdown(), "\n"), "two tables of a row, and a blank line")
	assert.Contains(t, r.markdown(), "3,072")
}

func TestSearchRefusesWhatItCantMeasure(t *testing.T) {
	for _, plan := range []searchPlan{
		{cases: []int{10}, asks: 0, busy: time.Second},
		{cases: []int{10}, asks: 1, busy: time.Millisecond},
		{asks: 1, busy: time.Second},
	} {
		_, err := wholeSearch(t.Context(), plan, io.Discard)
		assert.ErrorContains(t, err, "there is nothing to ask")
	}
}

func TestReaderTakesTheMeanOfClauses(t *testing.T) {
	vectors := func(v ...float32) *[indexer.NumSpaces][]float32 {
		return &[indexer.NumSpaces][]float32{indexer.Chinese: v}
	}
	r := &reader{
		clauses: map[string]*[indexer.NumSpaces][]float32{
			"上不了网，": vectors(1, 0, 0), "上不了": vectors(0, 0, 1), "报错000": vectors(0, 1, 0),
		},
		longest: len("上不了网，"),
	}
	for text, want := range map[string][]float32{
		"上不了网，":             {1, 0, 0},
		"上不了网，报错691":        {0.70710677, 0.70710677, 0},
		"又上不了网，报错691，报错737": {0.4472136, 0.8944272, 0},
		"别的": nil,
		"":   nil,
	} {
		got, err := r.Embed(t.Context(), indexer.Chinese, text)
		require.NoError(t, err)
		assert.InDeltaSlice(t, want, got, 1e-6, text)
	}
	assert.Empty(t, r.Version(), "without models")
}

func TestReaderReadsWithTheModels(t *testing.T) {
	models := filepath.Join("..", "models")
	if _, err := os.Stat(models); err != nil {
		t.Skip("there are no models; `make models` brings them")
	}
	said := clauses{complaints: []string{"光猫红灯，", "上不了网2天了"}}
	r, err := openReader(t.Context(), models, said, io.Discard)
	require.NoError(t, err)
	defer r.Close()
	require.NotEmpty(t, r.Version())
	for _, s := range []indexer.Space{indexer.Chinese, indexer.Multilingual} {
		whole, err := r.models.Embed(t.Context(), s, "光猫红灯，上不了网7天了")
		require.NoError(t, err)
		ours, err := r.Embed(t.Context(), s, "光猫红灯，上不了网7天了")
		require.NoError(t, err)
		assert.Greater(t, product(whole, ours), 0.7, "%s: near to what the model makes of it", s)
	}
}

func product(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}
