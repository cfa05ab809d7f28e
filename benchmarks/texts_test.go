package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSplitClauses(t *testing.T) {
	for text, want := range map[string][]string{
		"光猫红灯，上不了网":                  {"光猫红灯，", "上不了网"},
		"1. 重启光猫。\n2. 看 LOS 灯：还红就换线": {"重启光猫。", "看 LOS 灯：", "还红就换线"},
		"display version":            nil,
		"":                           nil,
	} {
		assert.Equal(t, want, splitClauses(text), text)
	}
}

func TestSyntheticTextsAreMadeOfDemoCases(t *testing.T) {
	demo, err := readClauses("..")
	require.NoError(t, err)
	set := demo.synthesize(2000, 1)
	assert.InDelta(t, caseLength, float64(set.characters())/2000, 3)
	assert.Equal(t, set, demo.synthesize(2000, 1), "the same seed makes the same cases")
	assert.NotEqual(t, set, demo.synthesize(2000, 2))

	known := map[string]bool{}
	digits := regexp.MustCompile(`[0-9]`)
	for _, clause := range demo.complaints {
		known[digits.ReplaceAllString(clause, "0")] = true
	}
	for _, c := range set.cases[:50] {
		require.Len(t, c.Wordings, 1)
		require.NotEmpty(t, c.Resolution)
		prepared := c
		require.NoError(t, prepared.Prepare())
		text := digits.ReplaceAllString(c.Wordings[0], "0")
		for clause := range known {
			if strings.HasPrefix(text, clause) {
				text = ""
			}
		}
		require.Empty(t, text, "a complaint begins with a clause of a demo complaint")
	}
}

func TestReadClausesSaysWhereToRun(t *testing.T) {
	_, err := readClauses(t.TempDir())
	assert.ErrorContains(t, err, "run this in the root of the checkout")
}

func TestReadCases(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "docs.jsonl")
	long := strings.Repeat("长", 30_000)
	require.NoError(t, os.WriteFile(file, []byte(`{"id":"1","complaint":"没网","resolution":""}
{"id":"2","complaint":"","resolution":""}
{"id":"3","complaint":"`+long+`","resolution":"重启"}
`), 0o600))
	set, err := readCases(dir)
	require.NoError(t, err)
	require.Len(t, set.cases, 2, "a case without a text is left out")
	assert.Equal(t, "3", set.cases[1].ExternalID)
	assert.Equal(t, 20_000, utf8.RuneCountInString(set.cases[1].Wordings[0]))
	assert.Len(t, set.texts(), 3)
	assert.Equal(t, 20_004, set.characters())

	require.NoError(t, os.WriteFile(file, []byte("{\"id\":\"1\"}\nno json\n"), 0o600))
	_, err = readCases(dir)
	assert.ErrorContains(t, err, "docs.jsonl:2:")
}
