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

// A term in at least one of denseShare documents of a segment of at least
// denseFrom gets a frequency for every document: one byte each, where runs
// would take three for each that holds it.
const (
	denseShare = 6
	denseFrom  = windowSize
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
	v := &segmentView{id: id, count: int(seg.Count())}
	if err := v.readIDs(seg); err != nil {
		return nil, err
	}
	present := seg.Fields()
	for f, name := range textFields {
		if !slices.Contains(present, name) {
			continue
		}
		if v.fields[f], err = readField(seg, name, v.count); err != nil {
			return nil, fmt.Errorf("field %s: %w", indexer.Field(f), err)
		}
	}
	v.facets = map[string]*roaring.Bitmap{}
	if slices.Contains(present, facetsField) {
		if err := v.readFacets(seg); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (v *segmentView) readIDs(seg segment.Segment) error {
	v.ids.ends = make([]uint32, 0, v.count)
	for doc := range uint64(v.count) {
		id, err := seg.DocID(doc)
		if err != nil {
			return fmt.Errorf("id of document %d: %w", doc, err)
		}
		v.ids.add(id)
	}
	v.ids.text = slices.Clip(v.ids.text)
	return nil
}

func (v *segmentView) readFacets(seg segment.Segment) error {
	return eachTerm(seg, facetsField, func(term string, list segment.PostingsList) error {
		docs, ok := list.(interface{ OrInto(*roaring.Bitmap) })
		if !ok {
			return fmt.Errorf("postings of type %T give no bitmap", list)
		}
		b := roaring.New()
		docs.OrInto(b)
		b.CloneCopyOnWriteContainers() // what bleve gives may point into its file
		v.facets[term] = b
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

func readField(seg segment.Segment, name string, count int) (*fieldView, error) {
	padded := (count + windowSize - 1) &^ (windowSize - 1)
	v := &fieldView{dense: map[int]denseTerm{}, big: map[uint64]uint32{}, long: map[uint32]uint32{}, lengths: make([]uint16, padded)}
	var iterator segment.PostingsIterator
	err := eachTerm(seg, name, func(term string, list segment.PostingsList) error {
		iterator = list.Iterator(true, true, false, iterator)
		return v.readTerm(term, int(list.Count()), count, iterator)
	})
	if err != nil {
		return nil, err
	}
	v.start = append(v.start, uint32(len(v.docs)))
	v.first = append(v.first, uint32(len(v.freqs)))
	v.dict.index()
	v.dict.text, v.dict.ends = slices.Clip(v.dict.text), slices.Clip(v.dict.ends)
	v.docs, v.freqs = slices.Clip(v.docs), slices.Clip(v.freqs)
	v.start, v.first, v.peaks = slices.Clip(v.start), slices.Clip(v.first), slices.Clip(v.peaks)
	for doc := range count {
		if l := v.length(uint32(doc)); l > 0 {
			v.with++
			v.total += int64(l)
		}
	}
	return v, nil
}

func (v *fieldView) readTerm(term string, df, count int, postings segment.PostingsIterator) error {
	ord := v.dict.size()
	v.dict.add(term)
	v.start = append(v.start, uint32(len(v.docs)))
	v.first = append(v.first, uint32(len(v.freqs)))
	var dense []uint8
	if count >= denseFrom && df*denseShare >= count {
		dense = make([]uint8, len(v.lengths))
		v.dense[ord] = denseTerm{freqs: dense, df: df}
	}
	var p peak
	run, block := -1, uint32(0) // where the open run's head is in docs
	for read := 0; ; read++ {
		posting, err := postings.Next()
		if err != nil {
			return err
		}
		if posting == nil {
			if read != df {
				return fmt.Errorf("term %q has %d postings instead of %d", term, read, df)
			}
			break
		}
		doc, freq := uint32(posting.Number()), posting.Frequency()
		exact, ok := posting.(exactLength)
		if !ok || int(doc) >= count || freq == 0 {
			return fmt.Errorf("term %q has a posting that can't be: document %d of %d, frequency %d", term, doc, count, freq)
		}
		length := exact.NormUint64()
		v.setLength(doc, length)
		p.add(freq, length)
		if freq >= bigFreq {
			v.big[uint64(ord)<<32|uint64(doc)] = uint32(freq)
			freq = bigFreq
		}
		if dense != nil {
			dense[doc] = uint8(freq)
			continue
		}
		if run < 0 || doc>>blockBits != block {
			run, block = len(v.docs), doc>>blockBits
			v.docs = append(v.docs, uint16(block), 0)
		} else {
			v.docs[run+1]++
		}
		v.docs = append(v.docs, uint16(doc))
		v.freqs = append(v.freqs, uint8(freq))
	}
	v.held += int64(df)
	v.peaks = append(v.peaks, p)
	return nil
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

// recoverAs turns a panic into an error in *err.
func recoverAs(err *error, doing string) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%s: %v", doing, r)
	}
}
