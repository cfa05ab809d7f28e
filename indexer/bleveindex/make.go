package bleveindex

import (
	"github.com/RoaringBitmap/roaring/v2"

	"precedent/indexer"
)

// A view is made term by term, from the documents of a batch (writer.go) or
// from bleve's files (build.go).

// A term in at least one of denseShare documents of a segment of at least
// denseFrom gets a frequency for every document: one byte each, where runs
// would take three for each that holds it.
const (
	denseShare = 6
	denseFrom  = windowSize
)

func newSegmentView(count int) *segmentView {
	return &segmentView{count: count, facets: map[string]*roaring.Bitmap{}}
}

func newFieldView(count int) *fieldView {
	padded := (count + windowSize - 1) &^ (windowSize - 1)
	return &fieldView{
		blocks: max(1, (count+1<<blockBits-1)>>blockBits),
		dense:  map[int]denseTerm{}, peaks: map[int]peak{}, big: map[uint64]uint32{},
		long: map[uint32]uint32{}, lengths: make([]uint16, padded),
	}
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
// when no view is wanted or no document has the field.
func (v *segmentView) collect(f indexer.Field, batch []document, wanted bool) func(term string, docs, freqs []uint32) {
	if !wanted {
		return nil
	}
	field := newFieldView(v.count)
	for doc := range batch {
		if n := len(batch[doc].Terms[f]); n > 0 {
			field.setLength(uint32(doc), uint64(n))
			v.fields[f] = field
		}
	}
	return func(term string, docs, freqs []uint32) { field.add(term, docs, freqs, v.count) }
}

// add takes in a term and its postings, by document. Terms come in order, and
// the documents' lengths are set.
func (v *fieldView) add(term string, docs, freqs []uint32, count int) {
	ord := v.dict.size()
	v.dict.add(term)
	v.begin()
	v.held += int64(len(docs))
	var p peak
	for i, doc := range docs {
		p.add(uint64(freqs[i]), uint64(v.length(doc)))
		if freqs[i] >= bigFreq {
			v.big[uint64(ord)<<32|uint64(doc)] = freqs[i]
		}
	}
	if len(docs) >= peakFrom {
		v.peaks[ord] = p
	}
	if count >= denseFrom && len(docs)*denseShare >= count {
		dense := make([]uint8, len(v.lengths))
		for i, doc := range docs {
			dense[doc] = uint8(min(freqs[i], bigFreq))
		}
		v.dense[ord] = denseTerm{freqs: dense, df: len(docs)}
		return
	}
	head := -1 // where the open run begins
	for i, doc := range docs {
		if v.blocks == 1 {
			// one run, without a head
		} else if head < 0 || doc>>blockBits != docs[i-1]>>blockBits {
			head = len(v.docs)
			v.docs = append(v.docs, uint16(doc>>blockBits), 0)
		} else {
			v.docs[head+1]++
		}
		v.docs = append(v.docs, uint16(doc))
		v.freqs = append(v.freqs, uint8(min(freqs[i], bigFreq)))
	}
}

// begin notes where the next term's postings begin.
func (v *fieldView) begin() {
	v.first = append(v.first, uint32(len(v.freqs)))
	if v.blocks > 1 {
		v.start = append(v.start, uint32(len(v.docs)))
	}
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

// finish makes the view ready for searching, and gives back spare memory.
func (v *segmentView) finish() {
	v.ids.text, v.ids.ends = exact(v.ids.text), exact(v.ids.ends)
	for _, field := range v.fields {
		if field != nil {
			field.finish(v.count)
		}
	}
}

func (v *fieldView) finish(count int) {
	v.begin()
	v.dict.index()
	v.dict.text, v.dict.ends = exact(v.dict.text), exact(v.dict.ends)
	v.docs, v.freqs = exact(v.docs), exact(v.freqs)
	v.start, v.first = exact(v.start), exact(v.first)
	for doc := range count {
		if l := v.length(uint32(doc)); l > 0 {
			v.with++
			v.total += int64(l)
		}
	}
}

// exact copies a slice into memory of its size.
func exact[T any](s []T) []T { return append(make([]T, 0, len(s)), s...) }
