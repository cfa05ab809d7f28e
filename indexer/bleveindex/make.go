package bleveindex

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"precedent/indexer"
)

// A view is made term by term, from the documents of a batch (writer.go) or
// from bleve's files (build.go).

func newSegmentView(count int) *segmentView {
	return &segmentView{count: count, facets: map[string]*roaring.Bitmap{}}
}

// fieldMaker puts a field's view together.
type fieldMaker struct {
	*fieldView
	terms dictionaryMaker
	short []byte // kept from list to list for its memory
	docs  []uint32
	freqs []uint32
}

func newFieldMaker(count int) *fieldMaker {
	v := &fieldView{
		big: map[uint64]uint32{}, long: map[uint32]uint32{}, lengths: make([]uint16, count),
	}
	return &fieldMaker{fieldView: v, terms: dictionaryMaker{dictionary: &v.dict}}
}

// addFacets takes in a term of the field of facets, and who holds it.
func (v *segmentView) addFacets(term string, docs []uint32) {
	for _, facet := range splitFacets(term) {
		b := v.facets[facet]
		if b == nil {
			b = roaring.New()
			v.facets[facet] = b
		}
		b.AddMany(docs)
	}
}

// collect returns what takes a batch's terms of one field into the view, nil
// when no view is wanted or no document has the field, and what finishes it.
func (v *segmentView) collect(f indexer.Field, batch []document, wanted bool) *fieldMaker {
	if !wanted || !slices.ContainsFunc(batch, func(d document) bool { return len(d.Terms[f]) > 0 }) {
		return nil
	}
	field := newFieldMaker(v.count)
	for doc := range batch {
		if n := len(batch[doc].Terms[f]); n > 0 {
			field.setLength(uint32(doc), uint64(n))
		}
	}
	v.fields[f] = field.fieldView
	return field
}

// add takes in a term and its postings, by document. Terms come in order, and
// the documents' lengths are set.
func (m *fieldMaker) add(term string, docs, freqs []uint32) {
	m.held += int64(len(docs))
	count := len(m.lengths)
	if len(docs) <= shortMost(count) {
		m.short = appendShortList(m.short, docs, freqs)
		m.terms.addShort(term, m.short)
		return
	}
	number := len(m.lists)
	m.terms.addLong(term, number)
	list := longList{df: uint32(len(docs)), docs: uint32(len(m.fieldView.docs)), freqs: uint32(len(m.fieldView.freqs)), plane: -1}
	for i, doc := range docs {
		list.peak.add(uint64(freqs[i]), uint64(m.length(doc)))
		if freqs[i] >= bigFreq {
			m.big[uint64(number)<<32|uint64(doc)] = freqs[i]
		}
	}
	if len(docs)*planeShare >= count {
		list.plane = m.addPlane(docs, freqs, count)
		docs, freqs = m.beyondPlane(docs, freqs)
	}
	m.lists = append(m.lists, list)
	m.addRuns(docs, freqs)
}

// beyondPlane returns the postings that a plane does not tell the frequency of.
func (m *fieldMaker) beyondPlane(docs, freqs []uint32) ([]uint32, []uint32) {
	m.docs, m.freqs = m.docs[:0], m.freqs[:0]
	for i, freq := range freqs {
		if freq > 2 {
			m.docs, m.freqs = append(m.docs, docs[i]), append(m.freqs, freq)
		}
	}
	return m.docs, m.freqs
}

func (v *fieldView) setLength(doc uint32, length uint64) {
	if length >= longField {
		v.long[doc] = uint32(length)
		length = longField
	}
	v.lengths[doc] = uint16(length)
}

func (p *peak) add(freq, length uint64) {
	l := uint16(min(length, longField))
	switch {
	case freq == 1:
		p.once = leastLength(p.once, l)
	case freq == 2:
		p.twice = leastLength(p.twice, l)
	default:
		p.more = leastLength(p.more, l)
	}
	p.most = max(p.most, uint16(min(freq, 1<<16-1)))
}

func leastLength(a, b uint16) uint16 {
	if a == 0 {
		return b
	}
	return min(a, b)
}

// finish gives back spare memory.
func (v *segmentView) finish() {
	v.ids.packed, v.ids.prefix, v.ids.text = exact(v.ids.packed), exact(v.ids.prefix), exact(v.ids.text)
	for _, docs := range v.facets {
		docs.RunOptimize()
	}
}

// finish makes the view ready for searching, and gives back spare memory.
func (m *fieldMaker) finish() {
	v := m.fieldView
	v.lists = append(v.lists, longList{docs: uint32(len(v.docs)), freqs: uint32(len(v.freqs)), plane: -1})
	v.dict.text, v.dict.blocks, v.dict.keys = exact(v.dict.text), exact(v.dict.blocks), exact(v.dict.keys)
	v.lists, v.docs, v.freqs, v.planes = exact(v.lists), exact(v.docs), exact(v.freqs), exact(v.planes)
	for doc := range v.lengths {
		if l := v.length(uint32(doc)); l > 0 {
			v.with++
			v.total += int64(l)
			v.longest = max(v.longest, int(v.lengths[doc]))
		}
	}
}

// exact copies a slice into memory of its size; an empty one takes none.
func exact[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return append(make([]T, 0, len(s)), s...)
}
