package web

import (
	"math"
	"slices"

	"precedent/search"
)

// confidence is how sure it is that a case is the one wanted: by how much of
// what the complaint says the case says too, and by how near it is in meaning.
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
)

// Bounds of nearness, in Match.Meaning. With them 53 of the demo's right first
// matches are likely, and two wrong ones are; small talk is at most .42 from
// any demo case. Both bounds can be moved by .05 without a difference.
const (
	nearFrom     = 0.6
	veryNearFrom = 0.8
)

// A likely match stands close to the best one: by this share of its score
// where words alone give it, and of its log odds where meaning does too, since
// a score is then a chance.
const (
	closeByWords = 0.6
	closeByBoth  = 0.8
)

// Small talk shares a word or two with some case, a complaint at least three
// with its own: with fewer a match is said a level lower, unless they are
// nearly all there is, as with a code alone, or the meaning is near.
const (
	fewWords   = 3
	nearlyFrom = 0.4 // Evidence.Coverage
)

// confidenceOf is the confidence of the match at place i, which is never above
// that of the match before it: the order says already which is more likely.
func confidenceOf(found search.Response, i int, above confidence) confidence {
	m := found.Matches[i]
	share := 5 * int(math.Round(20*shareOf(m)))
	level := max(levelOf(m, closeToBest(found, i)), slices.Index(levels, above.Level))
	return confidence{Level: levels[level], Share: min(share, above.Share)}
}

// shareOf is what words and meaning say together, 0 to 1: more than either
// where both say something.
func shareOf(m search.Match) float64 {
	return 1 - (1-unit(m.Evidence.Coverage))*(1-unit(asCoverage(m.Meaning)))
}

// asCoverage is the coverage that is as sure as a nearness in meaning: the
// bounds of the levels lie on one line, which ends where nothing is near.
func asCoverage(meaning float64) float64 {
	return likelyFrom + (meaning-veryNearFrom)*(likelyFrom-possibleFrom)/(veryNearFrom-nearFrom)
}

func unit(x float64) float64 { return min(1, max(0, x)) }

// closeToBest reports whether the match at place i scores nearly as high as
// the first.
func closeToBest(found search.Response, i int) bool {
	best, score := found.Matches[0].Score, found.Matches[i].Score
	if found.Legs == search.WordsLeg {
		return score >= closeByWords*best
	}
	best, score = logOdds(best), logOdds(score)
	return best-score <= (1-closeByBoth)*math.Abs(best)
}

// logOdds of a chance, which may be so near 1 that it rounds to it.
func logOdds(p float64) float64 { return math.Log(p / max(1-p, 1e-16)) }

// levelOf is a match's place in levels, by itself. Words or meaning may carry
// it alone.
func levelOf(m search.Match, nearBest bool) int {
	e, level := m.Evidence, 2
	sure := max(e.Coverage, asCoverage(m.Meaning))
	switch {
	case sure >= likelyFrom && nearBest && len(e.Differs) == 0:
		level = 0
	case sure >= possibleFrom:
		level = 1
	}
	if e.Coverage < nearlyFrom && m.Meaning < nearFrom && wordsShared(e) < fewWords {
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
