package indexer

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"math"

	"precedent/corpus"
	"precedent/indexer/segment"
)

// VectorVersion changes whenever what VectorMaker makes of a record changes
// in another way than by its texts or the models.
const VectorVersion = "1"

// ResolutionShare is what the likeness of a case's resolution counts for
// beside that of its wordings: a question resembles the answer to it less
// than it resembles another question, and .15 gained on each public set.
const ResolutionShare = 0.15

// maxEmbedded is how many of a case's wordings go into its vector: more hardly
// move their mean, and each takes as long as a search.
const maxEmbedded = 16

// VectorMaker makes the documents of a VectorIndex: of cases, a vector in the
// space of their language, and one in that of all languages.
type VectorMaker struct {
	Embedder Embedder
	Index    VectorIndex // whose vectors are kept where the texts are as before
	Threads  int         // cases to embed at once; 0 means one, which leaves the processors to searches
}

// Stamp implements Maker.
func (m VectorMaker) Stamp(epoch string) Stamp {
	return Stamp{Epoch: epoch, Models: m.Embedder.Version(), Mask: corpus.MaskVersion, Shape: VectorVersion}
}

// Workers implements Maker.
func (m VectorMaker) Workers() int { return max(m.Threads, 1) }

// Complaint implements Maker: complaints have no vectors.
func (VectorMaker) Complaint(context.Context, corpus.Complaint) (Document, bool, error) {
	return Document{}, false, nil
}

// Case implements Maker.
func (m VectorMaker) Case(ctx context.Context, c corpus.Case) (Document, bool, error) {
	if !Findable(c) {
		return Document{}, false, nil
	}
	texts := meaningOf(c)
	d := Document{ID: c.ID, Kind: CaseKind, Facets: caseFacets(c), Sum: texts.sum()}
	if m.Index.Knows(d.ID, d.Sum) {
		return d, true, nil
	}
	spaces := []Space{Multilingual}
	if texts.native != Multilingual {
		spaces = append(spaces, texts.native)
	}
	for _, s := range spaces {
		var err error
		if d.Vectors[s], err = m.vector(ctx, s, texts); err != nil {
			return Document{}, false, err
		}
	}
	return d, true, nil
}

// meaning is the texts of a case that its vectors are made of.
type meaning struct {
	native     Space
	asked      []string // how customers put it, or what stands for that
	answer     string   // "" when there is none beside asked
	inNative   []bool   // which of asked are in the language of native
	answersToo bool     // answer is in the language of native
}

// meaningOf picks the texts: the wordings, or failing these the title, or
// failing that the resolution.
func meaningOf(c corpus.Case) meaning {
	m := meaning{answer: c.Resolution}
	for _, wording := range c.Wordings[:min(len(c.Wordings), maxEmbedded)] {
		m.asked = append(m.asked, segment.Spoken(wording, segment.CustomerSpeech(wording)))
	}
	switch {
	case len(m.asked) > 0:
	case c.Title != "":
		m.asked = []string{c.Title}
	default:
		m.asked, m.answer = []string{c.Resolution}, ""
	}
	var letters [NumSpaces]int
	spaces := make([]Space, len(m.asked))
	for i, text := range m.asked {
		spaces[i] = NativeSpace(segment.Language(text))
		letters[spaces[i]] += len(text)
	}
	for s := range letters {
		if letters[s] > letters[m.native] {
			m.native = Space(s)
		}
	}
	for _, s := range spaces {
		m.inNative = append(m.inNative, s == m.native)
	}
	m.answersToo = NativeSpace(segment.Language(m.answer)) == m.native
	return m
}

func (m meaning) sum() uint64 {
	h := fnv.New64a()
	for _, text := range append(m.asked[:len(m.asked):len(m.asked)], m.answer) {
		h.Write(binary.AppendUvarint(nil, uint64(len(text))))
		h.Write([]byte(text))
	}
	return h.Sum64()
}

// vector is the mean of the texts asked, of unit length, plus ResolutionShare
// of the answer's: its product with a question's vector is then the likeness
// to the one plus that share of the likeness to the other.
func (m VectorMaker) vector(ctx context.Context, s Space, texts meaning) ([]float32, error) {
	var mean []float32
	for i, text := range texts.asked {
		if s != Multilingual && !texts.inNative[i] {
			continue
		}
		v, err := m.Embedder.Embed(ctx, s, text)
		if err != nil {
			return nil, err
		}
		mean = plus(mean, 1, v)
	}
	if length := norm(mean); length > 0 {
		for i := range mean {
			mean[i] /= length
		}
	}
	if texts.answer == "" || s != Multilingual && !texts.answersToo {
		return mean, nil
	}
	v, err := m.Embedder.Embed(ctx, s, texts.answer)
	if err != nil {
		return nil, err
	}
	if mean == nil { // the texts asked say nothing to the model
		return v, nil
	}
	return plus(mean, ResolutionShare, v), nil
}

// plus adds weight times v to sum; a nil v adds nothing, a nil sum is 0.
func plus(sum []float32, weight float32, v []float32) []float32 {
	if sum == nil && v != nil {
		sum = make([]float32, len(v))
	}
	for i, x := range v {
		sum[i] += weight * x
	}
	return sum
}

func norm(v []float32) float32 {
	square := 0.0
	for _, x := range v {
		square += float64(x) * float64(x)
	}
	return float32(math.Sqrt(square))
}
