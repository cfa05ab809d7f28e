package bleveindex

import (
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"precedent/indexer"
)

const (
	blockBits  = 16 // a run holds documents of one block of 65,536, by their low 16 bits
	windowBits = 13 // a query works through windows of 8,192 documents
	windowSize = 1 << windowBits
	bigFreq    = 255 // a frequency of this or more is in fieldView.big
	longField  = 1<<16 - 1
)

// segmentView is a segment of bleve decoded for searching. It never changes.
type segmentView struct {
	id     uint64 // bleve's id of the segment
	count  int    // documents in the segment, deleted ones included
	ids    idList
	fields [indexer.NumFields]*fieldView // nil where no document has the field
	facets map[string]*roaring.Bitmap    // facet -> documents that carry it
	passes filterCache
}

// fieldView is one field of a segment: for each term the documents that hold
// it and how often, and for each document the field's length.
//
// Most terms are rare: their postings are short lists, which lie beside the
// terms (shortlist.go). A long list takes 2 bytes for a document that holds
// the term once and 3 for one that holds it more often (runs.go). Above that,
// a plane of 2 bits a document takes less (plane.go).
type fieldView struct {
	dict   dictionary
	lists  []longList
	docs   []uint16          // the runs of the long lists
	freqs  []uint8           // their frequencies, where these are above 1
	planes []uint64          // the planes of terms in very many documents
	big    map[uint64]uint32 // number of the long list<<32|document -> frequency, where it is bigFreq or more

	lengths []uint16          // document -> length
	long    map[uint32]uint32 // document -> length, where it is longField or more
	longest int               // the greatest of lengths
	with    int               // documents that have the field, deleted ones included
	total   int64             // sum of their lengths
	held    int64             // postings

	// dead counts, for long lists that were asked for, how many of the
	// segment's deleted documents they hold: how many deletions were looked at
	// in the upper half, the count in the lower. See liveDF.
	dead atomic.Pointer[[]atomic.Uint64]
}

// longList is a term in more than a few documents.
type longList struct {
	df    uint32
	docs  uint32 // where its runs begin in docs; they end where those of the next begin
	freqs uint32 // where its frequencies begin in freqs
	plane int32  // which of the planes is its own; -1 for none
	peak  peak
}

// peak bounds what a term may add to any document's score: the least lengths
// at which it occurs once, twice and more often, and the most it occurs.
// A length of 0 means never.
type peak struct {
	once, twice, more uint16
	most              uint16
}

func (v *fieldView) length(doc uint32) int {
	if l := v.lengths[doc]; l < longField {
		return int(l)
	}
	return int(v.long[doc])
}

func (v *fieldView) exactFreq(list int, doc uint32, freq uint8) int {
	if freq < bigFreq {
		return int(freq)
	}
	return int(v.big[uint64(list)<<32|uint64(doc)])
}

// mapSlot is about what an entry takes of a map, less its key and value: maps
// are at most seven eighths full, half full on average after growing.
const mapSlot = 8

func (v *fieldView) bytes() int {
	n := v.dict.bytes() + 24*cap(v.lists) + 2*cap(v.docs) + cap(v.freqs) + 8*cap(v.planes) + 2*cap(v.lengths) +
		(2*12+mapSlot)*len(v.big) + (2*8+mapSlot)*len(v.long)
	if dead := v.dead.Load(); dead != nil {
		n += 8 * len(*dead)
	}
	return n
}

// viewBytes is what a view takes beside what it lists: structs, headers of
// slices, empty maps.
const viewBytes = 512

func (s *segmentView) bytes() int {
	n := viewBytes + s.ids.bytes() + s.passes.bytes()
	for _, f := range s.fields {
		if f != nil {
			n += viewBytes + f.bytes()
		}
	}
	for name, b := range s.facets {
		n += len(name) + int(b.GetSizeInBytes()) + facetBytes
	}
	return n
}

// facetBytes is what a facet takes beside its name and its documents: the
// bitmap's struct with its three slices, and a slot of the map.
const facetBytes = 200
