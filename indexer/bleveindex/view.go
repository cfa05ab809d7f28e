package bleveindex

import (
	"sync"
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
// A posting takes 3 bytes. The documents of a term are a sequence of runs,
// one for each block of 65,536 documents that holds any: the block, the
// number of documents less one, then the low 16 bits of each. In a segment of
// one block there is one run a term, and no need for its head.
type fieldView struct {
	blocks int // of documents in the segment
	dict   dictionary
	docs   []uint16
	freqs  []uint8           // frequencies, in the order of the documents
	first  []uint32          // term -> where its frequencies start; one more than terms
	start  []uint32          // term -> where its runs start in docs; nil, for the same as first, with one block
	dense  map[int]denseTerm // very frequent terms: no runs, a frequency for every document
	big    map[uint64]uint32 // term<<32|document -> frequency, where it is bigFreq or more
	peaks  map[int]peak      // frequent terms -> what bounds their impact

	lengths []uint16          // document -> length; padded to whole windows
	long    map[uint32]uint32 // document -> length, where it is longField or more
	with    int               // documents that have the field, deleted ones included
	total   int64             // sum of their lengths
	held    int64             // postings

	// dead counts, for terms that were asked for, how many of the segment's
	// deleted documents hold them: how many deletions were looked at in the
	// upper half, the count in the lower. See liveDF.
	dead atomic.Pointer[[]atomic.Uint64]
	once sync.Mutex // makes dead
}

// denseTerm is a term in so many documents that an array beats runs.
type denseTerm struct {
	freqs []uint8 // document -> frequency or 0; padded to whole windows
	df    int
}

// peak bounds what a term may add to any document's score: the least lengths
// at which it occurs once, twice and more often, and the most it occurs.
// A length of 0 means never.
type peak struct {
	once, twice, more uint16
	most              uint16
}

// A term in fewer documents than this has no peak kept: looking at its
// postings takes no longer than a few look-ups.
const peakFrom = 32

// peak returns what bounds a term's impact.
func (v *fieldView) peak(ord int) peak {
	if p, ok := v.peaks[ord]; ok {
		return p
	}
	var p peak
	for r := v.runs(ord); r.next(); {
		for i, low := range r.docs {
			doc := r.block<<blockBits | uint32(low)
			p.add(uint64(v.exactFreq(ord, doc, r.freqs[i])), uint64(v.length(doc)))
		}
	}
	return p
}

// df is the number of documents that hold the term, deleted ones included.
func (v *fieldView) df(ord int) int {
	if d, ok := v.dense[ord]; ok {
		return d.df
	}
	return int(v.first[ord+1] - v.first[ord])
}

func (v *fieldView) length(doc uint32) int {
	if l := v.lengths[doc]; l < longField {
		return int(l)
	}
	return int(v.long[doc])
}

func (v *fieldView) exactFreq(ord int, doc uint32, freq uint8) int {
	if freq < bigFreq {
		return int(freq)
	}
	return int(v.big[uint64(ord)<<32|uint64(doc)])
}

func (v *fieldView) bytes() int {
	n := v.dict.bytes() + 2*cap(v.docs) + 4*cap(v.start) + cap(v.freqs) + 4*cap(v.first) +
		32*len(v.peaks) + 2*cap(v.lengths) + 40*len(v.big) + 24*len(v.long)
	for _, d := range v.dense {
		n += cap(d.freqs) + 64
	}
	if dead := v.dead.Load(); dead != nil {
		n += 8 * len(*dead)
	}
	return n
}

func (s *segmentView) bytes() int {
	n := s.ids.bytes() + s.passes.bytes()
	for _, f := range s.fields {
		if f != nil {
			n += f.bytes()
		}
	}
	for name, b := range s.facets {
		n += len(name) + int(b.GetSizeInBytes()) + 64
	}
	return n
}

// idList holds the ids of a segment's documents.
type idList struct {
	text []byte
	ends []uint32
}

func (l *idList) add(id []byte) {
	l.text = append(l.text, id...)
	l.ends = append(l.ends, uint32(len(l.text)))
}

func (l *idList) at(doc uint32) []byte {
	if doc == 0 {
		return l.text[:l.ends[0]]
	}
	return l.text[l.ends[doc-1]:l.ends[doc]]
}

func (l *idList) bytes() int { return cap(l.text) + 4*cap(l.ends) }
