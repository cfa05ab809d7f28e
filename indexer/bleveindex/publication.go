package bleveindex

import (
	"cmp"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"precedent/indexer"
)

// publication is what a search sees: views, what is deleted from them, and
// the statistics of the rest. It never changes.
type publication struct {
	position
	segments []liveSegment // largest first: a search's threshold rises soonest there
	docs     [indexer.NumFields]int
	length   [indexer.NumFields]int64

	tables [indexer.NumFields]struct {
		once sync.Once
		made *impactTable
	}
}

// liveSegment is a view and what of it is still alive.
type liveSegment struct {
	view   *segmentView
	gone   []uint64 // a bit for each deleted document, padded to whole windows; nil when none is
	log    []uint32 // the deleted documents, as they went
	docs   [indexer.NumFields]int
	length [indexer.NumFields]int64
}

func newLiveSegment(v *segmentView) liveSegment {
	s := liveSegment{view: v}
	for f, field := range v.fields {
		if field != nil {
			s.docs[f], s.length[f] = field.with, field.total
		}
	}
	return s
}

// without returns the segment with more documents deleted; those that
// already were make no difference.
func (s liveSegment) without(deleted *roaring.Bitmap) liveSegment {
	if deleted == nil || int(deleted.GetCardinality()) == 0 {
		return s
	}
	var gone []uint64
	for docs := deleted.Iterator(); docs.HasNext(); {
		doc := docs.Next()
		if s.gone != nil && s.gone[doc/64]>>(doc%64)&1 != 0 {
			continue
		}
		if gone == nil {
			windows := (s.view.count + windowSize - 1) / windowSize
			gone = make([]uint64, windows*windowSize/64)
			copy(gone, s.gone)
			s.gone = gone
		}
		gone[doc/64] |= 1 << (doc % 64)
		s.log = append(s.log, doc)
		for f, field := range s.view.fields {
			if field == nil {
				continue
			}
			if l := field.length(doc); l > 0 {
				s.docs[f]--
				s.length[f] -= int64(l)
			}
		}
	}
	return s
}

func (s *liveSegment) live() int { return s.view.count - len(s.log) }

func newPublication(at position, segments []liveSegment) *publication {
	p := &publication{position: at}
	for _, s := range segments {
		if s.live() == 0 {
			continue
		}
		p.segments = append(p.segments, s)
		for f := range p.docs {
			p.docs[f] += s.docs[f]
			p.length[f] += s.length[f]
		}
	}
	slices.SortStableFunc(p.segments, func(a, b liveSegment) int { return cmp.Compare(b.live(), a.live()) })
	return p
}

// average is the average length of a field over documents that have it, 1
// when none has.
func (p *publication) average(f indexer.Field) float64 {
	if p.docs[f] == 0 {
		return 1
	}
	return float64(p.length[f]) / float64(p.docs[f])
}

func (p *publication) table(f indexer.Field) *impactTable {
	t := &p.tables[f]
	t.once.Do(func() { t.made = newImpactTable(p.average(f)) })
	return t.made
}

// stats returns the statistics of the terms; ords, when not nil, gets each
// segment's ordinals of the terms, -1 where it lacks one.
func (p *publication) stats(terms []indexer.Term, ords []int32) indexer.Stats {
	st := indexer.Stats{Docs: p.docs, DF: make([]int, len(terms))}
	for f := range st.Length {
		if p.docs[f] > 0 {
			st.Length[f] = p.average(indexer.Field(f))
		}
	}
	for i, t := range terms {
		hash := hashTerm(t.Text)
		for s := range p.segments {
			seg := &p.segments[s]
			ord := -1
			if field := seg.view.fields[t.Field]; field != nil {
				if ord = field.dict.find(t.Text, hash); ord >= 0 {
					st.DF[i] += field.liveDF(ord, seg.log, seg.gone)
				}
			}
			if ords != nil {
				ords[s*len(terms)+i] = int32(ord)
			}
		}
	}
	return st
}

func (p *publication) documents() (n int) {
	for i := range p.segments {
		n += p.segments[i].live()
	}
	return n
}

func (p *publication) postings() (n int64) {
	for _, s := range p.segments {
		for _, f := range s.view.fields {
			if f != nil {
				n += f.held
			}
		}
	}
	return n
}

func (p *publication) bytes() (n int) {
	for _, s := range p.segments {
		n += s.view.bytes() + 8*len(s.gone) + 4*cap(s.log)
	}
	for f := range p.tables {
		if p.docs[f] > 0 {
			n += 4 * tableFreqs * tableLengths
		}
	}
	return n
}
