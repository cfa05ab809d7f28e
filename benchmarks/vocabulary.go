package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"precedent/corpus"
)

// vocabulary draws words as a language does: a few very often, most hardly
// ever (Zipf's law with Mandelbrot's shift, chance ~ 1/(rank+shift)^1.1).
type vocabulary struct {
	words []string
	upTo  []float64 // chance of a word or one before it
	guide []int32   // where in upTo to begin looking, by the leading digits of the chance
}

const (
	vocabularySize  = 300_000
	vocabularyPower = 1.1 // with the shift, makes 33 different words of 39
	vocabularyShift = 0.9
)

func newVocabulary() *vocabulary {
	v := &vocabulary{
		words: make([]string, vocabularySize),
		upTo:  make([]float64, vocabularySize),
		guide: make([]int32, 1<<16),
	}
	total := 0.0
	for i := range v.words {
		v.words[i] = writeWord(i)
		total += math.Pow(float64(i+1)+vocabularyShift, -vocabularyPower)
		v.upTo[i] = total
	}
	at := int32(0)
	for i := range v.upTo {
		v.upTo[i] /= total
	}
	for g := range v.guide {
		for v.upTo[at] <= float64(g)/float64(len(v.guide)) {
			at++
		}
		v.guide[g] = at
	}
	return v
}

// writeWord spells the word of a rank: one Chinese character for the most
// common, two for the others.
func writeWord(rank int) string {
	const first, characters = '一', 20_000
	if rank < characters {
		return string(rune(first + rank))
	}
	return string([]rune{rune(first + rank/characters), rune(first + rank%characters)})
}

func (v *vocabulary) draw(random *rand.Rand) uint32 {
	chance := random.Float64()
	i := v.guide[int(chance*float64(len(v.guide)))]
	for v.upTo[i] <= chance && int(i) < len(v.upTo)-1 {
		i++
	}
	return uint32(i)
}

// synthetic is a set of short cases that are made when they are asked for,
// each always the same.
type synthetic struct {
	words  *vocabulary
	seed   uint64
	cases  int
	fields int // 1: the wordings only; 2: a third of the words are wordings, the rest the resolution
}

// Lengths of cases follow a log-normal law, 39 words on average.
const (
	averageLength = 39
	lengthSpread  = 0.5
	shortest      = 4
	longest       = 200
)

// source is the randomness of one thing of a set.
func (s *synthetic) source(what, number int) *rand.Rand {
	return rand.New(rand.NewPCG(s.seed+uint64(what)<<32, uint64(number)))
}

// What a source is for.
const (
	forCase = iota
	forQuery
)

// document appends the words of a case to words and returns where its second
// field begins: at the end when there is only one.
func (s *synthetic) document(i int, words []uint32) (all []uint32, second int) {
	random := s.source(forCase, i)
	length := math.Exp(random.NormFloat64()*lengthSpread + math.Log(averageLength) - lengthSpread*lengthSpread/2)
	n := min(max(int(math.Round(length)), shortest), longest)
	for range n {
		words = append(words, s.words.draw(random))
	}
	if s.fields == 1 {
		return words, n
	}
	return words, n / 3
}

// id is shaped as the store's ids are.
func (s *synthetic) id(i int) string {
	return corpus.DerivedID(corpus.CasePrefix, strconv.FormatUint(s.seed, 10)+" "+strconv.Itoa(i))
}

// query returns n different words: what a complaint has in common with one
// case, at most half of them, and others that are as common as in the cases.
func (s *synthetic) query(number, n int) []uint32 {
	random := s.source(forQuery, number)
	words := make([]uint32, 0, n)
	add := func(w uint32) {
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	like, _ := s.document(random.IntN(s.cases), nil)
	random.Shuffle(len(like), func(a, b int) { like[a], like[b] = like[b], like[a] })
	for _, w := range like {
		if len(words) < (n+1)/2 {
			add(w)
		}
	}
	for len(words) < n {
		add(s.words.draw(random))
	}
	return words
}
