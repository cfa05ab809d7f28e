package web

import (
	"math"
	"slices"

	"precedent/search"
)

// confidence is how much of what the complaint says the case says too.
type confidence struct {
	Level string // one of levels
	Share int    // 0 to 100, in steps of 5
}

// levels are what a confidence is said as, the surest first.
var levels = []string{"likely", "possible", "slight"}

// highest is above every match: nothing caps the first.
var highest = confidence{Level: levels[0], Share: 100}

// Bounds of the levels, in Evidence.Coverage. On the demo's 62 queries 45 of
// the 59 right first matches are likely and no wrong one is; a quarter of the
// possible and less than one in a hundred of the slight ones are the case
// wanted. A case about another model or code is never more than possible.
const (
	likelyFrom   = 0.36
	possibleFrom = 0.2
	nearBest     = 0.6 // of the best match's score
)

// Small talk shares a word or two with some case, a complaint at least three
// with its own: with fewer a match is said a level lower, unless they are
// nearly all there is, as with a code alone.
const (
	fewWords   = 3
	nearlyFrom = 0.4 // Evidence.Coverage
)

// confidenceOf is a match's confidence, which is never above that of the match
// before it: the order says already which is more likely.
func confidenceOf(m search.Match, best float64, above confidence) confidence {
	share := 5 * int(math.Round(20*min(1, max(0, m.Evidence.Coverage))))
	level := max(levelOf(m, best), slices.Index(levels, above.Level))
	return confidence{Level: levels[level], Share: min(share, above.Share)}
}

// levelOf is a match's place in levels, by itself.
func levelOf(m search.Match, best float64) int {
	e, level := m.Evidence, 2
	switch {
	case e.Coverage >= likelyFrom && m.Score >= nearBest*best && len(e.Differs) == 0:
		level = 0
	case e.Coverage >= possibleFrom:
		level = 1
	}
	if e.Coverage < nearlyFrom && wordsShared(e) < fewWords {
		level = min(level+1, len(levels)-1)
	}
	return level
}

// wordsShared counts the shared terms that are more than a lone Chinese character.
func wordsShared(e search.Evidence) int {
	n := 0
	for _, t := range e.Terms {
		if !loneHan(t.Term) {
			n++
		}
	}
	return n
}
