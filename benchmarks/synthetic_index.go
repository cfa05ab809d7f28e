package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"precedent/indexer"
	"precedent/indexer/bleveindex"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

// batchSize is how many cases go into the index at once, as in an import.
const batchSize = 5000

// weightedField is a field and its weight in a query, as in the engine.
type weightedField struct {
	field  indexer.Field
	weight float64
}

func (s *synthetic) queryFields() []weightedField {
	return []weightedField{{indexer.Wordings, 1}, {indexer.Resolution, 0.5}}[:s.fields]
}

// terms asks for each word in each field, word by word.
func (s *synthetic) terms(words []uint32) []indexer.Term {
	terms := make([]indexer.Term, 0, len(words)*s.fields)
	for _, w := range words {
		for _, f := range s.queryFields() {
			terms = append(terms, indexer.Term{Field: f.field, Text: s.words.words[w], Weight: f.weight})
		}
	}
	return terms
}

// fieldsOf splits the words of a case into its fields, empty ones left out.
func fieldsOf(words []uint32, second int) iter.Seq2[indexer.Field, []uint32] {
	return func(yield func(indexer.Field, []uint32) bool) {
		if second > 0 && !yield(indexer.Wordings, words[:second]) {
			return
		}
		if second < len(words) {
			yield(indexer.Resolution, words[second:])
		}
	}
}

// ours puts the cases into an index of our own.
func (s *synthetic) ours(ctx context.Context, dir string) (_ *bleveindex.Index, err error) {
	into, err := bleveindex.Open(ctx, bleveindex.Config{Dir: dir, Stamp: indexer.Stamp{Shape: "synthetic"}, Logger: quiet()})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, into.Close())
		}
	}()
	var words []uint32
	for from := 0; from < s.cases; from += batchSize {
		to := min(from+batchSize, s.cases)
		batch := indexer.Batch{Seq: int64(to)}
		for i := from; i < to; i++ {
			var second int
			words, second = s.document(i, words[:0])
			d := indexer.Document{ID: s.id(i), Kind: indexer.CaseKind, Facets: []string{indexer.Facet(indexer.FacetKind, string(indexer.CaseKind))}}
			for f, part := range fieldsOf(words, second) {
				for _, w := range part {
					d.Terms[f] = append(d.Terms[f], s.words.words[w])
				}
			}
			batch.Put = append(batch.Put, d)
		}
		if err := into.Apply(ctx, batch); err != nil {
			return nil, err
		}
	}
	return into, nil
}

// stock puts the cases into an index of bleve's, in the form that is best for
// it: one segment, and nothing kept but what a search for terms needs.
func (s *synthetic) stock(ctx context.Context, dir string) (_ bleve.Index, err error) {
	m, err := stockMapping(s.queryFields())
	if err != nil {
		return nil, err
	}
	builder, err := bleve.NewBuilder(dir, m, map[string]any{"batchSize": 20_000, "mergeMax": 50, "buildPathPrefix": dir})
	if err != nil {
		return nil, fmt.Errorf("building bleve's index: %w", err)
	}
	err = s.fillStock(ctx, builder)
	if err = errors.Join(err, builder.Close()); err != nil {
		return nil, fmt.Errorf("building bleve's index: %w", err)
	}
	return bleve.Open(dir)
}

func (s *synthetic) fillStock(ctx context.Context, builder bleve.Builder) error {
	var words []uint32
	var text strings.Builder
	for i := range s.cases {
		if err := ctx.Err(); err != nil {
			return err
		}
		var second int
		words, second = s.document(i, words[:0])
		document := map[string]any{}
		for f, part := range fieldsOf(words, second) {
			text.Reset()
			for _, w := range part {
				text.WriteString(s.words.words[w])
				text.WriteByte(' ')
			}
			document[f.String()] = text.String()
		}
		if err := builder.Index(s.id(i), document); err != nil {
			return err
		}
	}
	return nil
}

func stockMapping(fields []weightedField) (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	m.ScoringModel = index.BM25Scoring
	if err := m.AddCustomAnalyzer("words", map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, err
	}
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	for _, f := range fields {
		field := bleve.NewTextFieldMapping()
		field.Analyzer = "words"
		field.Store, field.IncludeTermVectors, field.IncludeInAll, field.DocValues = false, false, false, false
		m.DefaultMapping.AddFieldMappingsAt(f.field.String(), field)
	}
	return m, nil
}

// stockRequest is the disjunction of the terms.
func stockRequest(terms []indexer.Term, k int) *bleve.SearchRequest {
	any := make([]query.Query, len(terms))
	for i, t := range terms {
		q := bleve.NewTermQuery(t.Text)
		q.SetField(t.Field.String())
		q.SetBoost(t.Weight)
		any[i] = q
	}
	return bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(any...), k, 0, false)
}
