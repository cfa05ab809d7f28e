package search

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"precedent/indexer"
	"precedent/indexer/segment"
)

const (
	// maxCompletions is how many ways a last word may go on in one question,
	// and perField how many an index is asked for: those dropped are rarer.
	maxCompletions = 8
	perField       = 3 * maxCompletions
	// minPrefix is how many characters must be typed: one begins too much.
	minPrefix = 2
	// completed is what a completion counts for beside a word that was typed
	// out, and beside one that is in the index as it stands: what is typed may
	// be all of the word, and then comes first.
	completed     = 0.8
	besideTheWord = 0.4
	// tail is how much of a text is cut to see its last word, in bytes: a name
	// such as Mate 60 Pro has several parts.
	tail = 160
)

// opening is a term at the very end of a text, which may go on.
type opening struct {
	prefix string // as a longer term would begin
	text   string // the term as it stands
	place  segment.Term
}

// complete adds to a question what its last word may become: the terms of the
// index that begin with it, or that it becomes with an ending (connecti is
// indexed as connect). A text that ends in a blank, in punctuation or in a
// script whose characters are terms by themselves needs none.
func (e *Engine) complete(ctx context.Context, q *question) error {
	openings := e.openings(q.text)
	if len(openings) == 0 {
		return nil
	}
	q.open = true
	words, err := e.begunBy(ctx, openings, q)
	if err != nil || len(words) == 0 {
		return err
	}
	stands := make([]asked, 0, len(openings))
	for _, o := range openings {
		stands = append(stands, asked{text: o.text, weight: 1})
	}
	stats, err := e.Index.Stats(ctx, inFields(stands))
	if err != nil {
		return err
	}
	c := completer{docs: max(1, slices.Max(stats.Docs[:])), amongHan: hasHan(q.words), standing: make(map[string]float64)}
	for i, o := range openings {
		c.stand(q, o.text, dfOf(stats, i))
	}
	q.words = append(q.words, c.weigh(words)...)
	q.terms = inFields(q.words)
	return nil
}

// named is what the question names; one at the end of a text that may go on
// is open too.
func (q *question) named() []named {
	names := namesIn(q.text)
	for i, n := range names {
		names[i].open = q.open && strings.HasSuffix(q.text, n.text)
	}
	return names
}

// openings are the terms of a text that end where it ends, if it may go on
// there.
func (e *Engine) openings(text string) []opening {
	last, _ := utf8.DecodeLastRuneInString(text)
	if !unicode.IsDigit(last) && !unicode.IsLetter(last) || unicode.In(last, selfContained...) {
		return nil
	}
	start := wordStart(text, max(0, len(text)-tail))
	terms := e.Segmenter.Query(text[start:])
	for i := range terms {
		terms[i].Start += start
		terms[i].End += start
	}
	var out []opening
	for _, t := range within(segment.CustomerSpeech(text), terms) {
		if t.End != len(text) || t.Kind == segment.Char || t.Kind == segment.Bigram {
			continue
		}
		o := opening{prefix: t.Text, text: t.Text, place: t}
		if t.Kind == segment.Word {
			o.prefix = unstemmed(text[t.Start:t.End])
		}
		if utf8.RuneCountInString(o.prefix) >= minPrefix {
			out = append(out, o)
		}
	}
	return out
}

// selfContained are the scripts that are cut into characters and pairs, so
// that half a word finds what the whole one does.
var selfContained = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
}

// wordStart is where the first word begins that lies whole behind at.
func wordStart(text string, at int) int {
	for at > 0 && at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		if unicode.IsSpace(r) || unicode.Is(unicode.Han, r) {
			break
		}
		at += size
	}
	if at == len(text) { // one word longer than the tail: nothing begins so
		return len(text)
	}
	return at
}

// unstemmed is a word as the segmenter has it before it takes the ending off.
func unstemmed(word string) string {
	word = strings.ReplaceAll(segment.Normalize(word), "'", "")
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(word))
}

// begun is a term of the index that the last word may become.
type begun struct {
	text    string
	opening string  // the term it goes on from
	worth   float64 // how often cases hold it, by the fields' weights
	df      int
	turn    int // its place among those of its opening
	place   segment.Term
}

// begunBy returns the terms that the openings begin, the likeliest first,
// without what the question says anyway.
func (e *Engine) begunBy(ctx context.Context, openings []opening, q *question) ([]begun, error) {
	found := make(map[string]*begun)
	note := func(text string, o opening, weight float64, df int) {
		b := found[text]
		if b == nil {
			b = &begun{text: text, opening: o.text, place: o.place}
			found[text] = b
		}
		b.worth += weight * float64(df)
		b.df = max(b.df, df)
	}
	for _, o := range openings {
		for _, f := range fieldWeights {
			longer, err := e.Index.Complete(ctx, f.field, o.prefix, perField)
			if err != nil {
				return nil, err
			}
			for _, c := range longer {
				if goesOn(o.prefix, c.Term) {
					note(c.Term, o, f.weight, c.DF)
				}
			}
		}
		if err := e.endings(ctx, o, note); err != nil {
			return nil, err
		}
	}
	for _, w := range q.words {
		delete(found, w.text)
	}
	words := make([]begun, 0, len(found))
	for _, text := range slices.Sorted(maps.Keys(found)) {
		words = append(words, *found[text])
	}
	return likeliest(words), nil
}

// likeliest returns the commonest words, of each opening in turn.
func likeliest(words []begun) []begun {
	slices.SortStableFunc(words, func(a, b begun) int { return cmp.Compare(b.worth, a.worth) })
	turns := make(map[string]int)
	for i, w := range words {
		words[i].turn = turns[w.opening]
		turns[w.opening]++
	}
	slices.SortStableFunc(words, func(a, b begun) int { return cmp.Compare(a.turn, b.turn) })
	return words[:min(len(words), maxCompletions)]
}

// goesOn reports whether a term is what somebody who types the prefix may be
// about to write. A number goes on with digits or a unit's letter, not as a
// date, a time or an amount in Chinese, which have terms of their own.
func goesOn(prefix, term string) bool {
	if term == prefix {
		return false
	}
	number := strings.Trim(prefix, "0123456789") == ""
	return !strings.ContainsFunc(term[len(prefix):], func(r rune) bool {
		switch {
		case number:
			return r > 'z' || !unicode.IsLetter(r) && !unicode.IsDigit(r)
		case r == '.':
			return !strings.ContainsAny(prefix, "0123456789")
		}
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

// dfOf is the document frequency of the word at i in the field where it is
// commonest. stats are of inFields(words).
func dfOf(stats indexer.Stats, i int) int {
	return slices.Max(stats.DF[i*len(fieldWeights) : (i+1)*len(fieldWeights)])
}

// completer weighs the completions of a question.
type completer struct {
	docs     int
	amongHan bool
	standing map[string]float64 // opening -> what it counts for as it stands; none where no case holds it
}

// stand takes in a term of the last word as it stands, which df cases hold:
// one that none does is no word, and nothing that a case could lack.
func (c *completer) stand(q *question, text string, df int) {
	i := slices.IndexFunc(q.words, func(w asked) bool { return w.text == text })
	if i < 0 {
		return
	}
	q.words[i].open = true
	if df == 0 {
		q.words[i].emphasis = 0
		return
	}
	c.standing[text] = q.words[i].weight * indexer.IDF(max(c.docs, df), df)
}

// weigh makes words of the completions. Those of one opening are together as telling as a term that as many cases hold, and the commoner
// ones are the likelier: by their own idf the rarest would come first.
func (c *completer) weigh(words []begun) []asked {
	cases, most := make(map[string]int), make(map[string]float64)
	for _, w := range words {
		cases[w.opening] += w.df
		most[w.opening] = max(most[w.opening], w.worth)
	}
	out := make([]asked, 0, len(words))
	for _, w := range words {
		a := asked{text: w.text, kind: kindOf(w), emphasis: 1, open: true, places: []segment.Term{w.place}}
		telling := indexer.IDF(c.docs, min(cases[w.opening], c.docs))
		value := completed * telling * math.Sqrt(w.worth/most[w.opening])
		if names(a) {
			a.emphasis = nameAmongHan
			if c.amongHan {
				value *= nameAmongHan
			}
		}
		if stands, ok := c.standing[w.opening]; ok {
			value = min(value, besideTheWord*stands)
		}
		a.weight = value / indexer.IDF(max(c.docs, w.df), w.df)
		out = append(out, a)
	}
	return out
}

// kindOf is the kind that a completion would be cut as.
func kindOf(w begun) segment.Kind {
	digits := strings.ContainsAny(w.text, "0123456789")
	switch {
	case digits && strings.Trim(w.text, "0123456789") == "":
		return segment.Number
	case digits:
		return segment.Code
	}
	return segment.Word
}
