package indexer

import "context"

// Space is what the vectors of one model live in: only vectors of one space
// compare with each other.
type Space uint8

const (
	Chinese      Space = iota // for Chinese with Chinese
	English                   // for English with English
	Multilingual              // across languages
	NumSpaces
)

var spaceNames = [NumSpaces]string{"chinese", "english", "multilingual"}

func (s Space) String() string { return spaceNames[s] }

// NativeSpace is the space that knows a language best; language is a primary
// subtag.
func NativeSpace(language string) Space {
	switch language {
	case "zh":
		return Chinese
	case "en":
		return English
	}
	return Multilingual
}

// Embedder turns texts into vectors. It is safe for concurrent use.
type Embedder interface {
	// Embed returns the vector of a text, of unit length; nil for a text that
	// says nothing to the space's model.
	Embed(ctx context.Context, s Space, text string) ([]float32, error)
	// Version names the models and what runs them; vectors of one version do
	// not compare with those of another.
	Version() string
}

// VectorQuery asks for the documents whose vectors are nearest.
type VectorQuery struct {
	Space  Space
	Vector []float32 // of unit length
	Filter Filter
	K      int // how many hits at most, 1 to 1,000
}

// VectorResult is what a search by meaning found.
type VectorResult struct {
	// Hits, best first, equal scores in the order of ids. A score is the
	// product of the query's vector and the document's, up to 8 bits' rounding.
	Hits []Hit
	Seq  int64 // the index held every change up to this one
}

// VectorState is what a VectorIndex holds at a moment.
type VectorState struct {
	Seq   int64
	Count [NumSpaces]int // documents that have a vector in the space
}

// VectorIndex finds documents by their vectors. Methods are safe for
// concurrent use. It answers while it is being rebuilt, from what is in.
type VectorIndex interface {
	Applier
	// Nearest returns the documents nearest to a vector, exactly so among the
	// vectors as kept in 8 bits, unless a space has so many of them that some
	// are left out by their signs first; then of the best 200 at least 99 in 100
	// are found.
	Nearest(ctx context.Context, q VectorQuery) (VectorResult, error)
	// Scores returns the scores of the documents with these ids, in their
	// order; NaN for one that has no vector in the space.
	Scores(ctx context.Context, s Space, vector []float32, ids []string) ([]float64, error)
	// Knows reports whether vectors made of the texts that sum stands for are at
	// hand for the document: its own, or such as were kept through a Rebuild. Put
	// without vectors in one of the next few batches, it gets those. Put without
	// vectors where none are at hand, or with one that is empty but not nil, it
	// is kept as a document without any, which is known from then on: its texts
	// say nothing to the models.
	Knows(id string, sum uint64) bool
	// Has reports for each of the ids whether the document has a vector in the
	// space.
	Has(s Space, ids []string) []bool
	// State is cheap enough for every search.
	State() VectorState
	// Verify reads everything the index keeps and returns what is damaged.
	Verify(ctx context.Context) error
	Close() error
}
