package bleveindex

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
)

// largeIndex is segments of several windows and blocks, and, as plain as can
// be, what they hold.
type largeIndex struct {
	*rand.Rand
	parts    []liveSegment
	docs     []*indexer.Document // live ones
	postings [indexer.NumFields]map[string][]held
	with     [indexer.NumFields]int // documents that have the field
	length   [indexer.NumFields]int // the sum of their lengths
}

type held struct{ doc, freq int }

func (x *largeIndex) word() string { return fmt.Sprint("w", int(math.Pow(40_000, x.Float64()))-1) }

func (x *largeIndex) document(part, i int) *indexer.Document {
	d := &indexer.Document{ID: fmt.Sprintf("c_%d_%06d", part, i), Facets: []string{fmt.Sprint("product:", i/9000), "kind:case"}}
	if i%1000 == 0 {
		d.Facets = append(d.Facets, "product:rare")
	}
	for f := range d.Terms[:2] {
		n := x.IntN(14)
		if i%7001 == f {
			n += 300 + x.IntN(2500)
		}
		for range n {
			d.Terms[f] = append(d.Terms[f], x.word())
		}
		if i/11_000%2 == 0 { // in some blocks always, in others never
			d.Terms[f] = append(d.Terms[f], "here")
		}
		if i%5 == f {
			d.Terms[f] = append(d.Terms[f], "often", "often", "often")
		}
	}
	return d
}

// add adds a segment, a share of whose documents is deleted.
func (x *largeIndex) add(t *testing.T, part, count int, deleted float64) {
	batch, gone := make([]document, count), roaring.New()
	for i := range batch {
		d := x.document(part, i)
		batch[i] = document{Document: d, place: i}
		if x.Float64() < deleted {
			gone.Add(uint32(i))
			continue
		}
		x.hold(d)
	}
	_, view, err := writeSegment(batch, true)
	require.NoError(t, err)
	x.parts = append(x.parts, newLiveSegment(view).without(gone))
}

func (x *largeIndex) hold(d *indexer.Document) {
	for f, terms := range d.Terms {
		if x.postings[f] == nil {
			x.postings[f] = map[string][]held{}
		}
		for _, term := range terms {
			list := x.postings[f][term]
			if n := len(list) - 1; n >= 0 && list[n].doc == len(x.docs) {
				list[n].freq++
			} else {
				x.postings[f][term] = append(list, held{len(x.docs), 1})
			}
		}
		if len(terms) > 0 {
			x.with[f]++
			x.length[f] += len(terms)
		}
	}
	x.docs = append(x.docs, d)
}

func (x *largeIndex) query() indexer.Query {
	q := indexer.Query{K: []int{1, 10, 200, 1000}[x.IntN(4)]}
	words := []string{"here", "often", "nowhere"}
	for range 1 + x.IntN(60) {
		words = append(words, x.word())
	}
	slices.Sort(words)
	for _, w := range slices.Compact(words) {
		for f := range indexer.Field(2) {
			if x.IntN(4) > 0 {
				q.Terms = append(q.Terms, indexer.Term{Field: f, Text: w, Weight: []float64{1, .3, 2.5}[x.IntN(3)]})
			}
		}
	}
	switch x.IntN(4) {
	case 0:
		q.Filter = indexer.Filter{{"kind:case"}, {"product:rare"}}
	case 1:
		q.Filter = indexer.Filter{{"product:2", "product:7"}}
	}
	return q
}

// search goes through every posting.
func (x *largeIndex) search(q indexer.Query) []indexer.Hit {
	scores := make([]float64, len(x.docs))
	for _, t := range q.Terms {
		f, list := t.Field, x.postings[t.Field][t.Text]
		idf, average := indexer.IDF(x.with[f], len(list)), float64(x.length[f])/float64(x.with[f])
		for _, p := range list {
			scores[p.doc] += t.Weight * indexer.Score(idf, p.freq, len(x.docs[p.doc].Terms[f]), average)
		}
	}
	var hits []indexer.Hit
	for doc, score := range scores {
		if score > 0 && q.Filter.Admits(x.docs[doc].Facets) {
			hits = append(hits, indexer.Hit{ID: x.docs[doc].ID, Score: score})
		}
	}
	slices.SortFunc(hits, func(a, b indexer.Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return hits[:min(len(hits), q.K)]
}

// TestLargeSegments holds searches against a scorer that leaves nothing out,
// in segments of several windows and blocks: those of the conformance suite
// have one. Half of the searches are made with tables for another average
// length, as they are while it drifts.
func TestLargeSegments(t *testing.T) {
	x := &largeIndex{Rand: rand.New(rand.NewPCG(8, 8))}
	x.add(t, 0, 70_000, 0)
	x.add(t, 1, 12_000, .1)
	x.add(t, 2, 700, .5)
	exact := newPublication(position{}, x.parts, nil)
	drifted := newPublication(position{}, x.parts, nil)
	for f := range drifted.tables {
		drifted.tables[f] = newImpactTable(exact.average(indexer.Field(f))*[]float64{1 + maxDrift, 1 - maxDrift}[f%2], 100)
	}
	for i := range 60 {
		q := x.query()
		want := x.search(q)
		has, err := []*publication{exact, drifted}[i%2].search(t.Context(), &q)
		require.NoError(t, err)
		require.Len(t, has.Hits, len(want), "query %+v", q)
		for n := range want {
			require.InEpsilon(t, want[n].Score, has.Hits[n].Score, 1e-12, "hit %d of %+v", n, q)
			if want[n].Score != has.Hits[n].Score { // the order of the sum differs
				continue
			}
			require.Equal(t, want[n].ID, has.Hits[n].ID, "hit %d of %+v", n, q)
		}
	}
}
