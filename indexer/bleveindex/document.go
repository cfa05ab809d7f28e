package bleveindex

import (
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

// document hands an indexer.Document to bleve without its analysis: the terms
// are cut already, nothing but the id is stored, and there are no doc values,
// positions or composite fields.
type document struct {
	id     string
	fields []field
}

func newDocument(d *indexer.Document) *document {
	fields := make([]field, 0, int(indexer.NumFields)+2)
	fields = append(fields, field{name: idField, terms: []string{d.ID}, options: index.IndexField | index.StoreField, value: []byte(d.ID)})
	for f, terms := range d.Terms {
		if len(terms) > 0 {
			fields = append(fields, field{name: textFields[f], terms: terms, options: index.IndexField})
		}
	}
	if len(d.Facets) > 0 {
		fields = append(fields, field{name: facetsField, terms: d.Facets, options: index.IndexField | index.SkipFreqNorm})
	}
	return &document{id: d.ID, fields: fields}
}

func (d *document) ID() string                                 { return d.id }
func (d *document) Size() int                                  { return 0 }
func (d *document) VisitComposite(index.CompositeFieldVisitor) {}
func (d *document) HasComposite() bool                         { return false }
func (d *document) NumPlainTextBytes() uint64                  { return 0 }
func (d *document) AddIDField()                                {} // newDocument did
func (d *document) StoredFieldsBytes() uint64                  { return 0 }
func (d *document) Indexed() bool                              { return true }

func (d *document) VisitFields(visit index.FieldVisitor) {
	for i := range d.fields {
		visit(&d.fields[i])
	}
}

// field is one field of a document. Its analysed length is the exact number
// of terms, which bleve writes beside each posting and NormUint64 reads back.
type field struct {
	name    string
	terms   []string
	options index.FieldIndexingOptions
	value   []byte
	counts  index.TokenFrequencies
}

func (f *field) Name() string                                     { return f.name }
func (f *field) Value() []byte                                    { return f.value }
func (f *field) ArrayPositions() []uint64                         { return nil }
func (f *field) EncodedFieldType() byte                           { return 't' }
func (f *field) Options() index.FieldIndexingOptions              { return f.options }
func (f *field) AnalyzedLength() int                              { return len(f.terms) }
func (f *field) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.counts }
func (f *field) NumPlainTextBytes() uint64                        { return 0 }

// Analyze counts the terms. bleve calls it on its workers, once.
func (f *field) Analyze() {
	counts := make(index.TokenFrequencies, len(f.terms))
	entries := make([]index.TokenFreq, len(f.terms)) // one allocation for all
	for _, t := range f.terms {
		e := counts[t]
		if e == nil {
			e = &entries[0]
			entries = entries[1:]
			counts[t] = e
		}
		if !f.options.SkipFreqNorm() {
			e.SetFrequency(e.Frequency() + 1)
		}
	}
	f.counts = counts
}
