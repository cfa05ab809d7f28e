package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCasesOfASetDependOnTheirNumberAlone(t *testing.T) {
	demo, err := readClauses("..")
	require.NoError(t, err)
	all := demo.casesOf(0, 300, 1)
	assert.Equal(t, all[100:200], demo.casesOf(100, 200, 1))
	assert.NotEqual(t, all, demo.casesOf(0, 300, 2))
	length := 0
	for _, c := range all {
		require.NotEmpty(t, c.Title)
		require.Len(t, c.Wordings, 1)
		require.NotEmpty(t, c.Resolution)
		length += utf8.RuneCountInString(c.Title + c.Wordings[0] + c.Resolution)
	}
	assert.InDelta(t, caseLength, float64(length)/300, 4)
}

func TestComplaintsAreNoCopies(t *testing.T) {
	demo, err := readClauses("..")
	require.NoError(t, err)
	clauses := map[string]bool{}
	for _, clause := range demo.complaints {
		clauses[clause] = true
	}
	heard := map[string]bool{}
	for i := range 200 {
		said := demo.complaint(i, 1)
		require.LessOrEqual(t, utf8.RuneCountInString(said), askedLength)
		require.GreaterOrEqual(t, utf8.RuneCountInString(said), askedLength-2)
		require.False(t, heard[said], "each complaint is another")
		require.False(t, clauses[said])
		require.True(t, strings.ContainsFunc(said, isHan))
		heard[said] = true
	}
	assert.Equal(t, demo.complaint(7, 1), demo.complaint(7, 1))
	assert.NotEqual(t, demo.complaint(7, 1), demo.complaint(7, 2))
}
