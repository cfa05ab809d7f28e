package bleveindex

import (
	"slices"
	"strings"

	index "github.com/blevesearch/bleve_index_api"

	"precedent/indexer"
)

// Names of bleve's fields. They are in every segment, so they are short; a
// change of them is a change of formatVersion.
const (
	idField     = "_id" // bleve's own
	facetsField = "f"
)

var textFields = [indexer.NumFields]string{
	indexer.Wordings:   "w",
	indexer.Title:      "t",
	indexer.Resolution: "r",
	indexer.Text:       "x",
}

// document takes an indexer.Document through bleve's batch to our own making
// of segments (see plugin). bleve is shown no fields, so that it analyses
// nothing.
type document struct {
	*indexer.Document
	place int // among the batch's
	made  *made
}

// made is where the making of a batch's segment leaves the segment's view.
type made struct {
	wanted bool
	view   *segmentView
}

func (d document) ID() string                                 { return d.Document.ID }
func (d document) Size() int                                  { return 0 }
func (d document) VisitFields(index.FieldVisitor)             {}
func (d document) VisitComposite(index.CompositeFieldVisitor) {}
func (d document) HasComposite() bool                         { return false }
func (d document) NumPlainTextBytes() uint64                  { return 0 }
func (d document) AddIDField()                                {}
func (d document) StoredFieldsBytes() uint64                  { return 0 }
func (d document) Indexed() bool                              { return true }

// facetSeparator ends each facet in the one term that stands for all of a
// document's. Few documents differ in all facets, so that bleve has a posting
// for each document instead of five; a view takes them apart again.
const facetSeparator = "\x00"

func joinFacets(facets []string) string {
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(facets))), facetSeparator)
}

func splitFacets(term string) []string { return strings.Split(term, facetSeparator) }
