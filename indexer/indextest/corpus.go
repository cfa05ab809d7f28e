package indextest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"precedent/indexer"
)

// maker makes documents and queries at random, the same for the same seed:
// terms are few and unevenly frequent, as in any language, so that they meet.
type maker struct {
	*rand.Rand
	vocabulary int
}

func newMaker(seed uint64) *maker {
	return &maker{Rand: rand.New(rand.NewPCG(seed, 7)), vocabulary: 400}
}

func (m *maker) term() string {
	return fmt.Sprintf("词%d", int(math.Pow(float64(m.vocabulary), m.Float64()))-1)
}

func (m *maker) terms(most int) []string {
	n := m.IntN(most + 1)
	if m.IntN(50) == 0 {
		n *= 40 // some texts are very long
	}
	terms := make([]string, n)
	for i := range terms {
		terms[i] = m.term()
		if i > 0 && m.IntN(6) == 0 {
			terms[i] = terms[i-1]
		}
	}
	if m.IntN(200) == 0 {
		for range 300 {
			terms = append(terms, "hello")
		}
	}
	return terms
}

func (m *maker) id(of int) string { return fmt.Sprintf("c_%06d", m.IntN(of)) }

var (
	products  = []string{"router", "Mate 60", ""}
	languages = []string{"zh", "en"}
	audiences = []string{"public", "agent", "engineer"}
	states    = []string{"known", "draft", "published"}
)

func pick[T any](m *maker, from []T) T { return from[m.IntN(len(from))] }

func (m *maker) document(id string) indexer.Document {
	d := indexer.Document{ID: id, Kind: indexer.CaseKind}
	if m.IntN(5) == 0 {
		d.Kind = indexer.ComplaintKind
		d.Terms[indexer.Text] = m.terms(30)
		d.Facets = []string{indexer.Facet(indexer.FacetKind, string(d.Kind)), indexer.Facet(indexer.FacetProduct, pick(m, products))}
		return d
	}
	d.Terms[indexer.Wordings] = m.terms(40)
	d.Terms[indexer.Title] = m.terms(5)
	d.Terms[indexer.Resolution] = m.terms(60)
	d.Facets = []string{
		indexer.Facet(indexer.FacetKind, string(d.Kind)),
		indexer.Facet(indexer.FacetProduct, pick(m, products)),
		indexer.Facet(indexer.FacetLanguage, pick(m, languages)),
		indexer.Facet(indexer.FacetAudience, pick(m, audiences)),
		indexer.Facet(indexer.FacetState, pick(m, states)),
	}
	return d
}

// batch makes changes to documents among the first of ids.
func (m *maker) batch(seq int64, puts, deletes, of int) indexer.Batch {
	b := indexer.Batch{Seq: seq}
	seen := map[string]bool{}
	for range puts {
		if id := m.id(of); !seen[id] {
			seen[id] = true
			b.Put = append(b.Put, m.document(id))
		}
	}
	for range deletes {
		if id := m.id(of); !seen[id] {
			seen[id] = true
			b.Delete = append(b.Delete, id)
		}
	}
	return b
}

func (m *maker) query() indexer.Query {
	q := indexer.Query{K: []int{1, 3, 10, 50, 1000}[m.IntN(5)]}
	type key struct {
		f indexer.Field
		t string
	}
	seen := map[key]bool{}
	for range 1 + m.IntN([]int{3, 12, 60}[m.IntN(3)]) {
		k := key{indexer.Field(m.IntN(int(indexer.NumFields))), m.term()}
		if m.IntN(20) == 0 {
			k.t = "hello"
		}
		if m.IntN(30) == 0 {
			k.t = "nowhere"
		}
		if !seen[k] {
			seen[k] = true
			q.Terms = append(q.Terms, indexer.Term{Field: k.f, Text: k.t, Weight: []float64{1, 2, .5}[m.IntN(3)]})
		}
	}
	switch m.IntN(4) {
	case 0:
		q.Filter = indexer.Filter{{indexer.Facet(indexer.FacetKind, "case")}}
	case 1:
		q.Filter = indexer.Filter{
			{indexer.Facet(indexer.FacetProduct, "router"), indexer.Facet(indexer.FacetProduct, "")},
			{indexer.Facet(indexer.FacetAudience, pick(m, audiences))},
		}
	case 2:
		q.Filter = indexer.Filter{{indexer.Facet(indexer.FacetProduct, "mate 60"), "no:such"}, {indexer.Facet(indexer.FacetLanguage, "en")}}
	}
	return q
}
