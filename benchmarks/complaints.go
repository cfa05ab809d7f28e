package main

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode/utf8"

	"precedent/corpus"
)

// casesOf makes the cases [from, to) of the set of a seed: as synthesize does,
// with a title. Each case depends on the seed and its number alone.
func (c clauses) casesOf(from, to int, seed uint64) []corpus.Case {
	cases := make([]corpus.Case, 0, to-from)
	for i := from; i < to; i++ {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		title := compose(random, c.complaints, 1)
		complaint := compose(random, c.complaints, complaintLength)
		rest := caseLength - utf8.RuneCountInString(title) - utf8.RuneCountInString(complaint)
		cases = append(cases, corpus.Case{
			ExternalID: "synthetic-" + strconv.Itoa(i), Title: title,
			Wordings: []string{complaint}, Resolution: compose(random, c.resolutions, rest),
		})
	}
	return cases
}

// Lengths of what a synthetic caller says, in characters: of the whole, and of
// the least piece that is taken from one clause.
const (
	askedLength = 40
	leastPiece  = 5
)

// complaint is what the caller of a number says: pieces of clauses that are
// cut anywhere, so that no case holds it word for word and its terms are as
// common as those of the cases.
func (c clauses) complaint(number int, seed uint64) string {
	random := rand.New(rand.NewPCG(^seed, uint64(number)))
	var said []rune
	for len(said) < askedLength {
		clause := []rune(compose(random, c.complaints, 1))
		begin := random.IntN(max(1, len(clause)-leastPiece))
		end := min(len(clause), begin+leastPiece+random.IntN(len(clause)))
		said = append(said, clause[begin:end]...)
	}
	return strings.TrimSpace(string(said[:askedLength]))
}
