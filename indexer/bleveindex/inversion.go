package bleveindex

import (
	"cmp"
	"slices"
	"strings"
)

// inversion turns the terms of documents around: for each term, the documents
// that hold it.
type inversion struct {
	ids   map[string]uint32
	terms []string // by id
	last  []uint32 // id -> the posting that the term had last
	df    []uint32 // id -> documents

	postings []posting // in the order of the documents
	sorted   []posting // by id, then document
	start    []uint32  // id -> where its postings start in sorted
	order    []uint32  // ids in the order of the terms
	keys     []uint64  // id -> the term's first eight bytes

	lengths []uint32 // document -> number of terms
}

type posting struct {
	term, doc, freq uint32
}

// reset makes the inversion ready for documents of another field.
func (v *inversion) reset(docs int) {
	if v.ids == nil {
		v.ids = map[string]uint32{}
	}
	clear(v.ids)
	clear(v.terms) // or they would hold on to texts
	v.terms, v.last, v.df, v.postings = v.terms[:0], v.last[:0], v.df[:0], v.postings[:0]
	v.lengths = slices.Grow(v.lengths[:0], docs)[:docs]
	clear(v.lengths)
}

// add takes in the terms of a document. Documents come in ascending order.
func (v *inversion) add(doc uint32, terms []string) {
	v.lengths[doc] = uint32(len(terms))
	for _, t := range terms {
		id, ok := v.ids[t]
		if !ok {
			id = uint32(len(v.terms))
			v.ids[t] = id
			v.terms = append(v.terms, t)
			v.last = append(v.last, 0)
			v.df = append(v.df, 0)
		} else if p := &v.postings[v.last[id]]; p.doc == doc {
			p.freq++
			continue
		}
		v.last[id] = uint32(len(v.postings))
		v.df[id]++
		v.postings = append(v.postings, posting{term: id, doc: doc, freq: 1})
	}
}

// sort makes of ready.
func (v *inversion) sort() {
	n := len(v.terms)
	v.order, v.keys = slices.Grow(v.order[:0], n)[:n], slices.Grow(v.keys[:0], n)[:n]
	for id, t := range v.terms {
		v.order[id] = uint32(id)
		var key uint64
		for i := range 8 {
			key <<= 8
			if i < len(t) {
				key |= uint64(t[i])
			}
		}
		v.keys[id] = key
	}
	slices.SortFunc(v.order, func(a, b uint32) int {
		if c := cmp.Compare(v.keys[a], v.keys[b]); c != 0 {
			return c
		}
		return strings.Compare(v.terms[a], v.terms[b])
	})
	v.start = slices.Grow(v.start[:0], n)[:n]
	at := uint32(0)
	for _, id := range v.order {
		v.start[id] = at
		at += v.df[id]
	}
	v.sorted = slices.Grow(v.sorted[:0], len(v.postings))[:len(v.postings)]
	for _, p := range v.postings {
		v.sorted[v.start[p.term]] = p
		v.start[p.term]++
	}
	for id := range v.start {
		v.start[id] -= v.df[id]
	}
}

// of returns a term's postings, by document.
func (v *inversion) of(id uint32) []posting { return v.sorted[v.start[id]:][:v.df[id]] }
