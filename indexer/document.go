package indexer

import (
	"slices"
	"strings"

	"precedent/corpus"
)

// Field is a text of a document with term statistics of its own.
type Field uint8

const (
	Wordings   Field = iota // a case's wordings
	Title                   // a case's title, products, models and tags
	Resolution              // a case's resolution and cause
	Text                    // a complaint's text
	NumFields
)

var fieldNames = [NumFields]string{"wordings", "title", "resolution", "text"}

func (f Field) String() string { return fieldNames[f] }

// Kind is the sort of record a document stands for.
type Kind string

const (
	CaseKind      Kind = "case"
	ComplaintKind Kind = "complaint"
)

// Document is one record as an index sees it: terms already cut and
// normalised, or vectors, never text. Terms repeat as often as they occur; a
// field's length is the number of its terms, repeats counted.
type Document struct {
	ID     string // the record's id, unique over all kinds
	Kind   Kind
	Terms  [NumFields][]string // for an Index
	Facets []string            // what filters test, as made by Facet

	// For a VectorIndex. Sum stands for the texts that the vectors were made
	// of; a document without vectors, of a Sum that the index knows under the
	// same id, keeps those it has.
	Vectors [NumSpaces][]float32
	Sum     uint64
}

// Names of the facets a document may carry. A document that has no product
// carries the product facet with the empty value: it applies to any.
const (
	FacetKind     = "kind"
	FacetProduct  = "product"
	FacetLanguage = "language" // primary subtag only
	FacetAudience = "audience"
	FacetState    = "state"
)

// Facet returns the facet of a name and a value; values compare without
// regard to case and outer blanks.
func Facet(name, value string) string {
	return name + ":" + strings.ToLower(strings.TrimSpace(value))
}

// Filter narrows a query to documents that carry, for every clause, at least
// one of its facets. The zero Filter lets everything through.
type Filter [][]string

// FilterFor is the filter for documents of a kind that the caller may find,
// optionally of one product (those that name none included) and one language.
// An empty product or language does not narrow.
func FilterFor(kind Kind, who corpus.Caller, product, language string) Filter {
	f := Filter{{Facet(FacetKind, string(kind))}}
	if kind == CaseKind {
		var audiences, states []string
		for _, a := range who.Audiences {
			audiences = append(audiences, Facet(FacetAudience, string(a)))
		}
		for _, s := range who.States() {
			states = append(states, Facet(FacetState, string(s)))
		}
		f = append(f, audiences, states)
	}
	if product != "" {
		f = append(f, []string{Facet(FacetProduct, product), Facet(FacetProduct, "")})
	}
	if language != "" {
		f = append(f, []string{Facet(FacetLanguage, PrimarySubtag(language))})
	}
	return f
}

// PrimarySubtag returns the language of a BCP 47 tag: pt for pt-BR.
func PrimarySubtag(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
	return tag
}

// Admits reports whether a document with these facets passes the filter. It
// is the meaning of Filter; engines reach the same by faster ways.
func (f Filter) Admits(facets []string) bool {
	for _, clause := range f {
		if !slices.ContainsFunc(clause, func(want string) bool { return slices.Contains(facets, want) }) {
			return false
		}
	}
	return true
}

// DocumentVersion changes whenever what CaseTexts or the Follower makes of a
// record changes, so that indexes made before are made anew.
const DocumentVersion = "1"

// CaseText is one text of a case that is cut and indexed on its own, so that
// no term crosses from one into the next.
type CaseText struct {
	Field string // the JSON name of the case's field: wordings, title, models, ...
	Item  int    // which entry of a list, from 0; 0 for a single text
	Text  string
}

// CaseTexts returns the texts of a case that make up each field of its
// document, in order. Evidence cuts the same texts to show where terms stand.
func CaseTexts(c corpus.Case) [NumFields][]CaseText {
	var texts [NumFields][]CaseText
	add := func(f Field, name string, list ...string) {
		for i, s := range list {
			if s != "" {
				texts[f] = append(texts[f], CaseText{Field: name, Item: i, Text: s})
			}
		}
	}
	add(Wordings, "wordings", c.Wordings...)
	add(Title, "title", c.Title)
	add(Title, "products", c.Products...)
	add(Title, "models", c.Models...)
	add(Title, "tags", c.Tags...)
	add(Resolution, "resolution", c.Resolution)
	add(Resolution, "cause", c.Cause)
	return texts
}
