package bleveindex

import (
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"precedent/indexer"
)

// exactLength is how bleve's postings give back a field's length unrounded.
type exactLength interface{ NormUint64() uint64 }

// bareTerms iterates a dictionary without reading each term's postings.
type bareTerms interface {
	AutomatonIteratorOmitCount(a segment.Automaton, start, end []byte) segment.DictionaryIterator
}

// buildView decodes a segment. A panic of bleve's, which is how it meets some
// damage, comes back as an error.
func buildView(id uint64, seg segment.Segment) (view *segmentView, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer recoverAs(&err, "decoding a segment")
	v := newSegmentView(int(seg.Count()))
	v.id = id
	if err := v.readIDs(seg); err != nil {
		return nil, err
	}
	present := seg.Fields()
	for f, name := range textFields {
		if !slices.Contains(present, name) {
			continue
		}
		field := newFieldMaker(v.count)
		if err := field.read(seg, name, v.count); err != nil {
			return nil, fmt.Errorf("field %s: %w", indexer.Field(f), err)
		}
		field.finish()
		v.fields[f] = field.fieldView
	}
	if slices.Contains(present, facetsField) {
		if err := v.readFacets(seg); err != nil {
			return nil, err
		}
	}
	v.finish()
	return v, nil
}

func (v *segmentView) readIDs(seg segment.Segment) error {
	v.ids.packed = make([][16]byte, 0, v.count)
	for doc := range uint64(v.count) {
		id, err := seg.DocID(doc)
		if err != nil {
			return fmt.Errorf("id of document %d: %w", doc, err)
		}
		v.ids.add(id)
	}
	return nil
}

func (v *segmentView) readFacets(seg segment.Segment) error {
	var docs []uint32
	bitmap := roaring.New()
	return eachTerm(seg, facetsField, func(term string, list segment.PostingsList) error {
		holders, ok := list.(interface{ OrInto(*roaring.Bitmap) })
		if !ok {
			return fmt.Errorf("postings of type %T give no bitmap", list)
		}
		bitmap.Clear()
		holders.OrInto(bitmap)
		docs = slices.Grow(docs[:0], int(bitmap.GetCardinality()))
		docs = docs[:bitmap.GetCardinality()]
		bitmap.ManyIterator().NextMany(docs)
		v.addFacets(term, docs)
		return nil
	})
}

// eachTerm calls fn for each term of a field in order. The list is valid until
// fn returns.
func eachTerm(seg segment.Segment, name string, fn func(term string, list segment.PostingsList) error) error {
	dict, err := seg.Dictionary(name)
	if err != nil {
		return err
	}
	var terms segment.DictionaryIterator
	if d, ok := dict.(bareTerms); ok {
		terms = d.AutomatonIteratorOmitCount(nil, nil, nil)
	} else {
		terms = dict.AutomatonIterator(nil, nil, nil)
	}
	var (
		entry *index.DictEntry
		list  segment.PostingsList
		key   []byte
	)
	for {
		if entry, err = terms.Next(); err != nil || entry == nil {
			return err
		}
		key = append(key[:0], entry.Term...)
		if list, err = dict.PostingsList(key, nil, list); err != nil {
			return err
		}
		if err := fn(entry.Term, list); err != nil {
			return err
		}
	}
}

func (m *fieldMaker) read(seg segment.Segment, name string, count int) error {
	var (
		iterator    segment.PostingsIterator
		docs, freqs []uint32
	)
	return eachTerm(seg, name, func(term string, list segment.PostingsList) error {
		iterator = list.Iterator(true, true, false, iterator)
		docs, freqs = docs[:0], freqs[:0]
		for {
			p, err := iterator.Next()
			if err != nil {
				return err
			}
			if p == nil {
				break
			}
			doc, freq := p.Number(), p.Frequency()
			exact, ok := p.(exactLength)
			if !ok || doc >= uint64(count) || freq == 0 {
				return fmt.Errorf("term %q has a posting that can't be: document %d of %d, frequency %d", term, doc, count, freq)
			}
			m.setLength(uint32(doc), exact.NormUint64())
			docs, freqs = append(docs, uint32(doc)), append(freqs, uint32(freq))
		}
		if len(docs) != int(list.Count()) {
			return fmt.Errorf("term %q has %d postings instead of %d", term, len(docs), list.Count())
		}
		m.add(term, docs, freqs)
		return nil
	})
}

// recoverAs turns a panic into an error in *err.
func recoverAs(err *error, doing string) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%s: %v", doing, r)
	}
}
