package bleveindex

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	index "github.com/blevesearch/bleve_index_api"
	"github.com/blevesearch/vellum"
	zap "github.com/blevesearch/zapx/v17"
	"github.com/golang/snappy"

	"precedent/indexer"
)

// What the format zap 17 lays down.
const (
	chunkMode     = 1026 // how many chunks frequencies are cut into, see chunkSize
	chunkPostings = 1024 // postings a chunk, about
	noDocValues   = uint64(math.MaxUint64)
	noLocations   = 0

	arrayCookie   = 12346 // a serialised bitmap without run containers
	arrayPostings = 4096  // the most that an array container holds
)

// rawSegment is a segment in bleve's format, without the footer.
type rawSegment struct {
	mem         []byte
	storedIndex uint64 // where the offsets of the ids are
	fieldsIndex uint64 // where the offsets of the fields are
}

// segmentWriter writes segments in bleve's format zap 17: the ids, then for
// each field its postings and its dictionary, then where all these are. There
// are no stored fields but the id, no doc values and no positions.
type segmentWriter struct {
	rawSegment
	docCount int
	fields   []writtenField

	// Kept from segment to segment for the memory that they have.
	invert  inversion
	fst     bytes.Buffer
	builder *vellum.Builder
	bitmap  *roaring.Bitmap
	docs    []uint32
	freqs   []uint32
	chunks  []byte
	ends    []uint64
}

type writtenField struct {
	name    string
	options index.FieldIndexingOptions
	address uint64
}

var writers = sync.Pool{New: func() any { return &segmentWriter{bitmap: roaring.New()} }}

// writeSegment writes the segment of a batch, and makes its view, but for its
// id, when view is true.
func writeSegment(batch []document, view bool) (rawSegment, *segmentView, error) {
	w := writers.Get().(*segmentWriter)
	defer writers.Put(w)
	w.rawSegment, w.docCount, w.fields = rawSegment{}, len(batch), w.fields[:0]
	w.writeIDs(batch)
	err := w.writeField(idField, index.IndexField|index.StoreField, func(i int) []string { return []string{batch[i].Document.ID} }, nil)
	if err != nil {
		return rawSegment{}, nil, err
	}
	v := newSegmentView(len(batch))
	facets := func(i int) []string {
		if len(batch[i].Facets) == 0 {
			return nil
		}
		return []string{joinFacets(batch[i].Facets)}
	}
	if err := w.writeField(facetsField, index.IndexField, facets, func(term string, docs, _ []uint32) { v.addFacets(term, docs) }); err != nil {
		return rawSegment{}, nil, err
	}
	for _, f := range fieldsByName {
		terms := func(i int) []string { return batch[i].Terms[f] }
		field, each := v.collect(f, batch, view), func(string, []uint32, []uint32) {}
		if field != nil {
			each = field.add
		}
		if err := w.writeField(textFields[f], index.IndexField, terms, each); err != nil {
			return rawSegment{}, nil, err
		}
		if field != nil {
			field.finish()
		}
	}
	w.writeFieldsIndex()
	if !view {
		return w.rawSegment, nil, nil
	}
	for i := range batch {
		v.ids.add([]byte(batch[i].Document.ID))
	}
	v.finish()
	return w.rawSegment, v, nil
}

// fieldsByName is the text fields in the order of their names: bleve's.
var fieldsByName = func() (fields []indexer.Field) {
	for f := range indexer.NumFields {
		fields = append(fields, f)
	}
	slices.SortFunc(fields, func(a, b indexer.Field) int { return strings.Compare(textFields[a], textFields[b]) })
	return fields
}()

func (w *segmentWriter) uvarint(v uint64) { w.mem = binary.AppendUvarint(w.mem, v) }
func (w *segmentWriter) at() uint64       { return uint64(len(w.mem)) }

// writeIDs writes each document's stored part, which is its id, and where
// these are.
func (w *segmentWriter) writeIDs(batch []document) {
	var nothing = snappy.Encode(nil, nil)
	offsets := make([]uint64, len(batch))
	for i := range batch {
		offsets[i] = w.at()
		id := batch[i].Document.ID
		meta := binary.AppendUvarint(nil, uint64(len(id)))
		w.uvarint(uint64(len(meta)))
		w.uvarint(uint64(len(id) + len(nothing)))
		w.mem = append(w.mem, meta...)
		w.mem = append(w.mem, id...)
		w.mem = append(w.mem, nothing...)
	}
	w.storedIndex = w.at()
	for _, offset := range offsets {
		w.mem = binary.BigEndian.AppendUint64(w.mem, offset)
	}
	w.uvarint(0) // no nested documents
}

// writeField writes a field that any document has, and calls each, when not
// nil, for every term in order.
func (w *segmentWriter) writeField(name string, options index.FieldIndexingOptions, terms func(doc int) []string, each func(term string, docs, freqs []uint32)) error {
	w.invert.reset(w.docCount)
	for doc := range w.docCount {
		w.invert.add(uint32(doc), terms(doc))
	}
	if len(w.invert.terms) == 0 {
		return nil
	}
	w.invert.sort()
	if err := w.openDictionary(); err != nil {
		return err
	}
	for _, id := range w.invert.order {
		w.docs, w.freqs = w.docs[:0], w.freqs[:0]
		for _, p := range w.invert.of(id) {
			w.docs, w.freqs = append(w.docs, p.doc), append(w.freqs, p.freq)
		}
		address, err := w.writePostings()
		if err != nil {
			return err
		}
		term := w.invert.terms[id]
		if err := w.builder.Insert([]byte(term), address); err != nil {
			return err
		}
		if each != nil {
			each(term, w.docs, w.freqs)
		}
	}
	if err := w.builder.Close(); err != nil {
		return err
	}
	dictionary := w.at()
	w.uvarint(uint64(w.fst.Len()))
	w.mem = append(w.mem, w.fst.Bytes()...)
	w.fields = append(w.fields, writtenField{name: name, options: options, address: w.at()})
	w.uvarint(noDocValues)
	w.uvarint(noDocValues)
	w.uvarint(dictionary)
	return nil
}

func (w *segmentWriter) openDictionary() (err error) {
	w.fst.Reset()
	if w.builder == nil {
		w.builder, err = vellum.New(&w.fst, nil)
		return err
	}
	return w.builder.Reset(&w.fst)
}

// writePostings writes the postings in docs and freqs, and returns what the
// dictionary says of them: their address, or all there is to say.
func (w *segmentWriter) writePostings() (uint64, error) {
	if len(w.docs) == 1 && w.freqs[0] == 1 {
		return zap.FSTValEncode1Hit(uint64(w.docs[0]), uint64(w.invert.lengths[w.docs[0]])), nil
	}
	frequencies := w.at()
	w.writeFrequencies()
	address := w.at()
	w.uvarint(frequencies)
	w.uvarint(noLocations)
	if w.docCount <= 1<<16 && len(w.docs) <= arrayPostings {
		w.uvarint(uint64(16 + 2*len(w.docs)))
		w.writeArray()
		return address, nil
	}
	w.bitmap.Clear()
	w.bitmap.AddMany(w.docs)
	b, err := w.bitmap.ToBytes()
	w.uvarint(uint64(len(b)))
	w.mem = append(w.mem, b...)
	return address, err
}

// writeArray writes the documents, all below 65,536 and few, as a serialised
// bitmap of one array container.
func (w *segmentWriter) writeArray() {
	le := binary.LittleEndian
	w.mem = le.AppendUint32(w.mem, arrayCookie)
	w.mem = le.AppendUint32(w.mem, 1)                     // containers
	w.mem = le.AppendUint16(w.mem, 0)                     // its upper 16 bits
	w.mem = le.AppendUint16(w.mem, uint16(len(w.docs)-1)) // its cardinality less one
	w.mem = le.AppendUint32(w.mem, 16)                    // where it begins
	for _, doc := range w.docs {
		w.mem = le.AppendUint16(w.mem, uint16(doc))
	}
}

// writeFrequencies writes, in chunks of documents, each posting's frequency
// and its document's length.
func (w *segmentWriter) writeFrequencies() {
	size := chunkSize(len(w.docs), w.docCount)
	w.chunks, w.ends = w.chunks[:0], w.ends[:0]
	for i, doc := range w.docs {
		for int(doc)/size > len(w.ends) {
			w.ends = append(w.ends, uint64(len(w.chunks)))
		}
		w.chunks = binary.AppendUvarint(w.chunks, uint64(w.freqs[i])<<1) // the last bit: no positions
		w.chunks = binary.AppendUvarint(w.chunks, uint64(w.invert.lengths[doc]))
	}
	for len(w.ends) < (w.docCount-1)/size+1 {
		w.ends = append(w.ends, uint64(len(w.chunks)))
	}
	w.uvarint(uint64(len(w.ends)))
	for _, end := range w.ends {
		w.uvarint(end)
	}
	w.mem = append(w.mem, w.chunks...)
}

// chunkSize is how many documents' postings make a chunk, by bleve's rule for
// chunkMode.
func chunkSize(postings, docs int) int { return docs / (postings/chunkPostings + 1) }

// writeFieldsIndex writes the fields' names, options and addresses, and where
// these are.
func (w *segmentWriter) writeFieldsIndex() {
	offsets := make([]uint64, len(w.fields))
	for i, f := range w.fields {
		offsets[i] = w.at()
		w.uvarint(uint64(len(f.name)))
		w.mem = append(w.mem, f.name...)
		w.uvarint(uint64(f.options))
		w.uvarint(1) // sections
		w.mem = binary.BigEndian.AppendUint16(w.mem, zap.SectionInvertedTextIndex)
		w.mem = binary.BigEndian.AppendUint64(w.mem, f.address)
	}
	w.fieldsIndex = w.at()
	w.uvarint(uint64(len(offsets)))
	for _, offset := range offsets {
		w.mem = binary.BigEndian.AppendUint64(w.mem, offset)
	}
}
