package search

import (
	"context"
	"math"
	"slices"
	"strings"

	"precedent/indexer"
	"precedent/indexer/segment"
)

// fieldWeights are the weights of a case's fields in its score: from the public
// sets, where .3 to .5 for the resolution are alike, and, for the title, from
// the demo cases.
var fieldWeights = [...]struct {
	field  indexer.Field
	weight float64
}{
	{indexer.Wordings, 1},
	{indexer.Title, 0.5},
	{indexer.Resolution, 0.4},
}

// kindWeight is what a term of a kind counts for in a field. A short text says
// much by single characters (hit@10 on short Chinese questions .337 -> .341).
// In a resolution, which is long, they and pairs meet by chance (questions
// against answers alone, hit@10 .771 -> .797 and .153 -> .173).
func kindWeight(k segment.Kind, f indexer.Field) float64 {
	switch {
	case k == segment.Char && f == indexer.Resolution:
		return 0.3
	case k == segment.Bigram && f == indexer.Resolution:
		return 0.5
	case k == segment.Char:
		return 1.25
	}
	return 1
}

// A complaint has fewer than longText different terms. Above that a text is
// told like a story, or is the transcript of a whole call, and most of its
// terms are small talk: the more it has, the less its common terms weigh, and
// MaxTerms bounds what it costs.
const (
	longText = 60
	MaxTerms = 160
)

// question is a text cut for searching.
type question struct {
	text  string // masked
	open  bool   // its last word may go on
	said  string // what the customer says of it
	words []asked
	terms []indexer.Term // every word in every field of fieldWeights, word by word
}

// asked is one term of the text, with all its places.
type asked struct {
	text   string
	kind   segment.Kind
	weight float64 // how much the text says it
	// emphasis is how many terms the word stands for where coverage is counted.
	emphasis float64
	// open says that the word is the last one of a text that is being typed, or
	// what that may become: coverage counts one of these.
	open   bool
	places []segment.Term // in the order of the text
}

// ask cuts a masked text into a question of at most MaxTerms terms.
func (e *Engine) ask(ctx context.Context, text string) (question, error) {
	speech := segment.CustomerSpeech(text)
	q := question{text: text, said: segment.Spoken(text, speech), words: gather(within(speech, e.Segmenter.Query(text)))}
	size, err := e.Index.Stats(ctx, nil)
	if err != nil {
		return question{}, err
	}
	young, long := size.Docs[indexer.Wordings] < backgroundEnd, len(q.words) > longText
	if young || long {
		stats, err := e.Index.Stats(ctx, inFields(q.words))
		if err != nil {
			return question{}, err
		}
		if young {
			inform(q.words, stats)
		}
		if long {
			q.words = mostTelling(q.words, stats)
		}
	}
	q.terms = inFields(q.words)
	return q, nil
}

// within leaves the terms that stand in one of the stretches: in a transcript
// what the agent asks and promises tells nothing about the problem.
func within(stretches []segment.Stretch, terms []segment.Term) []segment.Term {
	return slices.DeleteFunc(terms, func(t segment.Term) bool {
		return !slices.ContainsFunc(stretches, func(s segment.Stretch) bool { return s.Start <= t.Start && t.End <= s.End })
	})
}

// nameShare is how much of what a question says, 0 to 1, is said by names:
// their weight times idf, over that of all its words. stats are of q.terms.
func (q question) nameShare(stats indexer.Stats) float64 {
	var named, all float64
	for i, w := range q.words {
		said := w.weight * idfOf(stats, i)
		all += said
		if names(w) {
			named += said
		}
	}
	if all == 0 {
		return 0
	}
	return named / all
}

// repeats is BM25's k3, saturation of a term's frequency in the query: 1 gained
// .003 to .011 of MRR on three public sets of four over counting in full, and
// keeps a transcript's small talk down.
const repeats = 1

// gather joins equal terms, in the order of their first places.
func gather(terms []segment.Term) []asked {
	at := make(map[string]int, len(terms))
	words := make([]asked, 0, len(terms))
	for _, t := range terms {
		i, known := at[t.Text]
		if !known {
			i = len(words)
			at[t.Text] = i
			words = append(words, asked{text: t.Text, kind: t.Kind})
		}
		words[i].places = append(words[i].places, t)
	}
	amongHan := hasHan(words)
	for i := range words {
		n := float64(len(words[i].places))
		words[i].weight = n * (repeats + 1) / (n + repeats)
		words[i].emphasis = 1
		if names(words[i]) {
			words[i].emphasis = nameAmongHan
			if amongHan {
				words[i].weight *= nameAmongHan
			}
		}
	}
	return words
}

// hasHan reports whether a question was cut into single characters too.
func hasHan(words []asked) bool {
	return slices.ContainsFunc(words, func(w asked) bool { return w.kind == segment.Char })
}

// nameAmongHan makes up for how Chinese is cut: a word counts as a word, as
// pairs and as characters, 连不上 as six terms, and the error's number beside
// it, which decides, as one.
const nameAmongHan = 3

// names reports whether a word names one thing: a code, a model, a version, or
// a number of three digits and more, such as an error's.
func names(w asked) bool {
	if w.kind == segment.Code {
		return true
	}
	return w.kind == segment.Number && len(w.text) >= 3 && strings.Trim(w.text, "0123456789") == ""
}

func inFields(words []asked) []indexer.Term {
	terms := make([]indexer.Term, 0, len(words)*len(fieldWeights))
	for _, w := range words {
		for _, f := range fieldWeights {
			terms = append(terms, indexer.Term{Field: f.field, Text: w.text, Weight: w.weight * f.weight * kindWeight(w.kind, f.field)})
		}
	}
	return terms
}

// mostTelling weighs the words of a long text by how telling they are, rather
// than by how often they are said, and keeps the MaxTerms that can add most to a score, in their order. Words that
// no case holds go. On public sets of short questions any such weight loses,
// on longer ones an exponent of .25 to .5 gains, and in transcripts less than
// 1 leaves the first place to small talk: so it grows with the text.
func mostTelling(words []asked, stats indexer.Stats) []asked {
	idf := make([]float64, len(words))
	for i := range words {
		idf[i] = idfOf(stats, i)
	}
	exponent := min(1, float64(len(words)-longText)/(MaxTerms-longText))
	rarest := slices.Max(idf)
	worth := make([]float64, 0, len(words))
	for i := range words {
		if idf[i] > 0 {
			words[i].weight = math.Pow(words[i].weight, 1-exponent) * math.Pow(idf[i]/rarest, exponent)
		}
		worth = append(worth, words[i].weight*idf[i])
	}
	ranked := slices.Sorted(slices.Values(worth))
	floor := ranked[max(0, len(ranked)-MaxTerms)]
	kept := make([]asked, 0, MaxTerms)
	for i, w := range words {
		if worth[i] > 0 && worth[i] >= floor && len(kept) < MaxTerms {
			kept = append(kept, w)
		}
	}
	return kept
}

// idfOf is the idf of the word at i in the field that knows it best, 0 when
// no field does. stats are of inFields(words).
func idfOf(stats indexer.Stats, i int) float64 {
	best := 0.0
	for j, f := range fieldWeights {
		if df := stats.DF[i*len(fieldWeights)+j]; df > 0 {
			best = math.Max(best, f.weight*indexer.IDF(stats.Docs[f.field], df))
		}
	}
	return best
}
