package indexer

import (
	"context"
	"errors"
)

// Term is one term of a query in one field.
type Term struct {
	Field Field
	Text  string
	// Weight multiplies the term's BM25 score: how often the query says it
	// times the field's weight. It is above 0.
	Weight float64
}

// Query asks for the documents that score highest.
type Query struct {
	Terms  []Term // distinct by (Field, Text)
	Filter Filter
	K      int // how many hits at most, 1 to 1,000
}

// Hit is a document that matched, and its score: the sum over the query's
// terms of Weight times BM25 (see Score). Above 0.
type Hit struct {
	ID    string
	Score float64
}

// Stats are the statistics that scores are made of, over live documents.
type Stats struct {
	Docs   [NumFields]int     // documents whose field holds at least one term
	Length [NumFields]float64 // average length of the field over these, in terms
	DF     []int              // documents that hold each of the terms asked for, in their order
	Seq    int64              // the index held every change up to this one
}

// Result is what a search found.
type Result struct {
	Hits  []Hit // best first; equal scores in the order of ids
	Stats Stats // DF in the order of Query.Terms
	Seq   int64 // the index held every change up to this one
}

// Completion is a term that begins with what was typed.
type Completion struct {
	Term string
	DF   int // live documents whose field holds it, above 0
}

// Batch is a set of changes that an index takes in whole or not at all.
type Batch struct {
	Seq    int64  // the seq the index has once the batch is in
	Mark   string // id of the record that change Seq was about; kept with Seq
	Put    []Document
	Delete []string // ids; unknown ones are no error
}

// Stamp says what an index was made from and how. An index whose stamp
// differs from the wanted one must be made anew.
type Stamp struct {
	Epoch   string `json:"epoch"`   // corpus.Store.Epoch
	Segment string `json:"segment"` // segment.Segmenter.Version; "" for vectors
	Models  string `json:"models"`  // embed.Models.Version; "" for words
	Mask    string `json:"mask"`    // corpus.MaskVersion
	Shape   string `json:"shape"`   // DocumentVersion: how records become documents
}

// Status is what an index says of itself.
type Status struct {
	Seq       int64
	Mark      string // Batch.Mark of the batch that brought Seq
	Stamp     Stamp
	Documents int
	Postings  int64
	DiskBytes int64
	HeapBytes int64 // memory the index itself holds for searching
	Segments  int
}

// ErrOwned is returned on opening an index that another process has open.
var ErrOwned = errors.New("the index is in use by another process")

// Applier is what a Follower keeps level with the corpus: an index of either
// leg. After Apply returns, every later search sees the batch and its seq;
// after a crash it holds a prefix of the batches applied, with the seq of the
// last of them.
type Applier interface {
	Apply(ctx context.Context, b Batch) error
	Status(ctx context.Context) (Status, error)
	// Rebuild makes the index anew under the stamp: empty, then filled by fill.
	Rebuild(ctx context.Context, stamp Stamp, fill func(ctx context.Context, into Applier) error) error
}

// Index finds documents by their terms. Methods are safe for concurrent use;
// indextest holds what any Index must keep to. Rebuild fills the new index
// beside the served one and swaps it in without a pause in answers; when fill
// fails the served one stays.
type Index interface {
	Applier
	Search(ctx context.Context, q Query) (Result, error)
	// Stats returns the statistics of the terms without searching.
	Stats(ctx context.Context, terms []Term) (Stats, error)
	// Complete returns the terms of a field that begin with prefix, at most
	// limit: most documents first, then in the order of the terms. Of a prefix
	// that very many terms have, it may leave some out.
	Complete(ctx context.Context, field Field, prefix string, limit int) ([]Completion, error)
	// Verify reads everything the index keeps and returns what is damaged.
	Verify(ctx context.Context) error
	Close() error
}
