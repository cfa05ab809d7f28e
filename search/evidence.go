package search

import (
	"cmp"
	"slices"

	"precedent/corpus"
	"precedent/indexer"
	"precedent/indexer/segment"
)

// Span is a stretch of a text, in characters (Unicode code points): Start
// inclusive, End exclusive.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Evidence says why a case is offered.
type Evidence struct {
	// Coverage is how much of what the complaint says the case says too, 0 to
	// 1: the idf of its terms that the case holds, over the idf of them all,
	// or over that of a complaint that says enough to go by, if that is more.
	Coverage float64      `json:"coverage"`
	Terms    []SharedTerm `json:"terms"`   // most telling first, at most MaxEvidence
	Differs  []Difference `json:"differs"` // codes, models and versions that do not agree
}

// SharedTerm is a term that the complaint and the case share.
type SharedTerm struct {
	Term    string  `json:"term"`
	Weight  float64 `json:"weight"`  // the term's part of the score, 0 to 1
	Text    []Span  `json:"text"`    // places in the text asked
	Matched []Place `json:"matched"` // places in the case
}

// Place is a stretch of one of a case's texts.
type Place struct {
	Field string `json:"field"` // the JSON name of the case's field: wordings, title, models, resolution, ...
	Item  int    `json:"item"`  // which entry of a list, from 0; 0 for a single text
	Span
}

// Limits of the evidence shown for one case.
const (
	MaxEvidence = 12 // shared terms
	maxPlaces   = 20 // places of one term
	// maxCut bounds what is cut anew of one case, in bytes: a case that has
	// gathered hundreds of wordings is explained by the first of them.
	maxCut = 24_000
)

// enough is how many terms that one case alone holds make a complaint to go by:
// two Chinese words and what they are cut into, four words of other languages,
// and in either two forms of one code.
func enough(q question) float64 {
	if hasHan(q.words) {
		return 6
	}
	return 4
}

// witness finds the evidence for one question in any case.
type witness struct {
	segmenter *segment.Segmenter
	asked     question
	named     []named        // what the question names
	stats     indexer.Stats  // of asked.terms
	at        map[string]int // word -> its place in asked.words
	idf       []float64      // of each word, over whole cases
	total     float64        // of idf, without words that are open
	last      float64        // the most that the idf of an open word is
	least     float64        // the idf of a complaint that says enough to go by
	ruler     *ruler         // of the text as the caller gave it
}

func newWitness(s *segment.Segmenter, q question, stats indexer.Stats, r *ruler) *witness {
	w := &witness{
		segmenter: s, asked: q, named: q.named(), stats: stats, ruler: r,
		at: make(map[string]int, len(q.words)), idf: make([]float64, len(q.words)),
	}
	docs := slices.Max(stats.Docs[:])
	for i, word := range q.words {
		w.at[word.text] = i
		df := 0
		for j := range fieldWeights {
			df = max(df, stats.DF[i*len(fieldWeights)+j])
		}
		w.idf[i] = word.emphasis * indexer.IDF(max(docs, df), df) * familiarity(word.text, max(docs, df), df)
		if word.open {
			w.last = max(w.last, w.idf[i])
		} else {
			w.total += w.idf[i]
		}
	}
	w.least = enough(q) * indexer.IDF(max(docs, 1), 1)
	return w
}

// seen is one word of the question as a case says it.
type seen struct {
	word   int     // in asked.words
	score  float64 // its part of the case's score
	places []Place
}

func (w *witness) evidence(c corpus.Case) Evidence {
	found := w.look(c)
	ev := Evidence{Terms: []SharedTerm{}, Differs: differences(w.named, c)}
	var score, covered, last float64
	for _, s := range found {
		score += s.score
		if w.asked.words[s.word].open {
			last = max(last, w.idf[s.word])
		} else {
			covered += w.idf[s.word]
		}
	}
	ev.Coverage = w.coverage(covered, last)
	for _, s := range w.fold(found) {
		word := w.asked.words[s.word]
		shared := SharedTerm{Term: word.text, Weight: min(1, s.score/score), Matched: s.places}
		for _, p := range word.places[:min(len(word.places), maxPlaces)] {
			shared.Text = append(shared.Text, w.ruler.span(p.Start, p.End))
		}
		ev.Terms = append(ev.Terms, shared)
	}
	slices.SortStableFunc(ev.Terms, func(a, b SharedTerm) int { return cmp.Compare(b.Weight, a.Weight) })
	ev.Terms = ev.Terms[:min(len(ev.Terms), MaxEvidence)]
	return ev
}

// coverage is what a case covers of the question, by the idf of the words it
// holds and of the open one it holds: a last word counts as what the case has
// it become.
func (w *witness) coverage(covered, last float64) float64 {
	total := w.total + w.last
	if last > 0 {
		total = w.total + last
	}
	if total = max(total, w.least); total == 0 {
		return 0
	}
	return min(1, (covered+last)/total) // sums round
}

// look cuts the case's texts and returns the words of the question that they
// hold, in the question's order.
func (w *witness) look(c corpus.Case) (found []seen) {
	byWord := make([]seen, len(w.asked.words))
	var terms []segment.Term
	left := maxCut
	for field, texts := range indexer.CaseTexts(c) {
		frequency := make(map[int]int)
		length := 0
		for _, t := range texts {
			if left -= len(t.Text); left < 0 && length > 0 {
				break
			}
			terms = w.segmenter.Append(terms[:0], t.Text)
			length += len(terms)
			r := newRuler(t.Text, nil)
			for _, term := range terms {
				i, shared := w.at[term.Text]
				if !shared {
					continue
				}
				frequency[i]++
				if len(byWord[i].places) < maxPlaces {
					byWord[i].places = append(byWord[i].places, Place{Field: t.Field, Item: t.Item, Span: r.span(term.Start, term.End)})
				}
			}
		}
		for i, tf := range frequency {
			byWord[i].score += w.score(i, indexer.Field(field), tf, length)
		}
	}
	for i, s := range byWord {
		if len(s.places) > 0 {
			s.word = i
			found = append(found, s)
		}
	}
	return found
}

// score is what the word at i adds to the score of a case whose field holds
// it tf times among length terms.
func (w *witness) score(i int, field indexer.Field, tf, length int) float64 {
	for j, f := range fieldWeights {
		if k := i*len(fieldWeights) + j; f.field == field {
			idf := indexer.IDF(w.stats.Docs[field], w.stats.DF[k])
			return w.asked.terms[k].Weight * indexer.Score(idf, tf, length, w.stats.Length[field])
		}
	}
	return 0
}

// fold leaves the words that a reader needs: one whose places in the question
// all lie within places of longer or surer ones only repeats them, and gives
// its score to the first of these.
func (w *witness) fold(found []seen) []seen {
	order := slices.Clone(found)
	slices.SortStableFunc(order, func(a, b seen) int {
		x, y := w.asked.words[a.word], w.asked.words[b.word]
		return cmp.Or(cmp.Compare(sureness(x.kind), sureness(y.kind)), cmp.Compare(span(y), span(x)))
	})
	owner := make([]int, len(w.asked.text)) // byte of the question -> kept word covering it, plus one
	var kept []seen
	for _, s := range order {
		first := w.covered(owner, w.asked.words[s.word].places)
		if first > 0 {
			kept[first-1].score += s.score
			continue
		}
		kept = append(kept, s)
		for _, p := range w.asked.words[s.word].places {
			for b := p.Start; b < p.End; b++ {
				if owner[b] == 0 {
					owner[b] = len(kept)
				}
			}
		}
	}
	return kept
}

// covered returns who owns the first byte of the places when every byte of
// them is owned, else 0.
func (w *witness) covered(owner []int, places []segment.Term) int {
	for _, p := range places {
		if slices.Contains(owner[p.Start:p.End], 0) {
			return 0
		}
	}
	return owner[places[0].Start]
}

// sureness orders kinds by how surely a term of theirs means what it says.
func sureness(k segment.Kind) int {
	switch k {
	case segment.Code:
		return 0
	case segment.Word, segment.Number:
		return 1
	case segment.Bigram:
		return 2
	default:
		return 3
	}
}

func span(a asked) int { return a.places[0].End - a.places[0].Start }
