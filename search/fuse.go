package search

import (
	"cmp"
	"context"
	"math"
	"slices"

	"precedent/indexer"
)

const (
	// wordShare is the weight of words in a candidate's score; meaning has the
	// rest. Where codes and numbers make up more of a question, words weigh as
	// much as these do: of E4107 the models know nothing.
	wordShare = 0.3
	// Where they make up more than this, only words find.
	mostlyNames = 0.5
	// Bounds of how much one leg can say: the one case that has a rare code
	// stands out by any number, and one that is unlike by no less than another.
	mostByWords    = 8
	leastByMeaning = -3
)

// standing tells how a score stands among a leg's best: how many standard
// deviations it is over their mean.
type standing struct{ mean, deviation, least float64 }

// standingOf takes in the scores of the hits, and zeros for what is lacking to
// size: where words find one case of two hundred, that one stands out.
func standingOf(hits []indexer.Hit, size int) standing {
	size = max(size, len(hits))
	if size == 0 {
		return standing{}
	}
	var s standing
	for _, h := range hits {
		s.mean += h.Score / float64(size)
	}
	for _, h := range hits {
		s.deviation += (h.Score - s.mean) * (h.Score - s.mean)
	}
	s.deviation += s.mean * s.mean * float64(size-len(hits))
	s.deviation = math.Sqrt(s.deviation / float64(size))
	if size == len(hits) {
		s.least = hits[size-1].Score
	}
	return s
}

func (s standing) z(score float64) float64 {
	if s.deviation < 1e-6 {
		return 0 // all alike
	}
	return (score - s.mean) / s.deviation
}

// fuse ranks what either leg found. Words and meaning each say how a candidate
// stands among their best, and the two are weighed (see docs/ranking.md). A
// case in another language than the question's stands among all cases in the
// space of all languages, and there words, such as codes and names, may help
// it but not harm it. One whose vectors are not made yet stands by its words.
func (e *Engine) fuse(ctx context.Context, words []indexer.Hit, m meant, nameShare float64) ([]candidate, error) {
	ids, said := union(words, m)
	native, err := m.sides[m.native].scores(ctx, e.Meaning.Index, ids)
	if err != nil {
		return nil, err
	}
	across := native
	if m.native != indexer.Multilingual {
		if across, err = m.sides[indexer.Multilingual].scores(ctx, e.Meaning.Index, ids); err != nil {
			return nil, err
		}
	}
	foreign := e.foreign(m, ids, native)
	byWords := standingOf(words, min(len(ids), perLeg))
	byNative, byAcross := m.sides[m.native].standing(), m.sides[indexer.Multilingual].standing()
	share := max(wordShare, nameShare)
	nearest := 0.0
	candidates := make([]candidate, 0, len(ids))
	for i, id := range ids {
		score, ok := said[id]
		if !ok {
			score = byWords.least
		}
		if !ok && nameShare > mostlyNames {
			continue
		}
		c := candidate{id: id}
		z := min(byWords.z(score), mostByWords)
		switch {
		case !foreign[i] && !math.IsNaN(native[i]):
			z = share*z + (1-share)*max(byNative.z(native[i]), leastByMeaning)
			c.meaning = nearness(m.native, native[i])
		case !math.IsNaN(across[i]):
			meaning := max(byAcross.z(across[i]), leastByMeaning)
			z = max(meaning, share*z+(1-share)*meaning)
			c.meaning = nearness(indexer.Multilingual, across[i])
		}
		nearest = max(nearest, c.meaning)
		c.score = 1 / (1 + math.Exp(-z))
		candidates = append(candidates, c)
	}
	if len(words) == 0 && nearest == 0 {
		return nil, nil // nothing shares a word, or means more alike than chance has it
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id))
	})
	return candidates, nil
}

// union returns the ids that either leg found, and what words gave them.
func union(words []indexer.Hit, m meant) (ids []string, said map[string]float64) {
	said = make(map[string]float64, len(words))
	known := make(map[string]bool, 3*perLeg)
	for _, h := range words {
		said[h.ID], known[h.ID] = h.Score, true
		ids = append(ids, h.ID)
	}
	for _, s := range m.sides {
		if s == nil {
			continue
		}
		for _, h := range s.hits {
			if !known[h.ID] {
				known[h.ID] = true
				ids = append(ids, h.ID)
			}
		}
	}
	return ids, said
}

// foreign tells which cases are in another language than the question. Those
// in a language that has no space of its own can't be told apart.
func (e *Engine) foreign(m meant, ids []string, native []float64) []bool {
	out := make([]bool, len(ids))
	if m.native != indexer.Multilingual {
		for i := range ids {
			out[i] = math.IsNaN(native[i])
		}
		return out
	}
	for s := range indexer.Multilingual {
		for i, has := range e.Meaning.Index.Has(s, ids) {
			out[i] = out[i] || has
		}
	}
	return out
}

func (s *side) standing() standing {
	if s == nil {
		return standing{}
	}
	return standingOf(s.hits, 0)
}

// unrelated and same bound likeness, a space at a time. Of thousands of cases
// that have nothing to do with a question the likest is about as like as
// unrelated, by questions of one public set asked of another; of texts that a
// person called the same, one in ten is liker than same.
var (
	unrelated = [indexer.NumSpaces]float64{indexer.Chinese: .50, indexer.English: .35, indexer.Multilingual: .30}
	same      = [indexer.NumSpaces]float64{indexer.Chinese: .92, indexer.English: .90, indexer.Multilingual: .90}
)

// nearness puts a likeness between unrelated, 0, and same, 1.
func nearness(s indexer.Space, likeness float64) float64 {
	return min(max((likeness-unrelated[s])/(same[s]-unrelated[s]), 0), 1)
}
