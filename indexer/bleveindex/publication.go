package bleveindex

import (
	"cmp"
	"slices"

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

	tables [indexer.NumFields]*impactTable // nil where no document has the field
}

// liveSegment is a view and what of it is still alive.
type liveSegment struct {
	view   *segmentView
	gone   []uint64        // a bit for each deleted document, padded to whole windows; nil when none is
	log    []uint32        // the deleted documents, as they went
	known  *roaring.Bitmap // those that bleve told of last
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
// already were make no difference. It takes as long as there are deletions
// that bleve did not tell of before, and a copy of the bits.
func (s liveSegment) without(deleted *roaring.Bitmap) liveSegment {
	if deleted == nil || deleted == s.known || deleted.IsEmpty() {
		return s
	}
	fresh := deleted
	if s.known != nil {
		fresh = roaring.AndNot(deleted, s.known)
	}
	s.known = deleted
	copied := false
	for docs := fresh.Iterator(); docs.HasNext(); {
		doc := docs.Next()
		if s.gone != nil && isGone(s.gone, doc) != 0 {
			continue
		}
		if !copied {
			windows := (s.view.count + windowSize - 1) / windowSize
			gone := make([]uint64, windows*windowSize/64)
			copy(gone, s.gone)
			s.gone, copied = gone, true
		}
		s.gone[doc/64] |= 1 << (doc % 64)
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

// newPublication puts segments together. former is the publication before it,
// nil for none, from which it takes what still holds.
func newPublication(at position, segments []liveSegment, former *publication) *publication {
	p := &publication{position: at}
	var longest [indexer.NumFields]int
	for _, s := range segments {
		if s.live() == 0 {
			continue
		}
		p.segments = append(p.segments, s)
		for f, field := range s.view.fields {
			p.docs[f] += s.docs[f]
			p.length[f] += s.length[f]
			if field != nil {
				longest[f] = max(longest[f], field.longest)
			}
		}
	}
	slices.SortStableFunc(p.segments, func(a, b liveSegment) int { return cmp.Compare(b.live(), a.live()) })
	for f := range p.tables {
		if p.docs[f] == 0 {
			continue
		}
		if former != nil && former.tables[f].holdsFor(p.average(indexer.Field(f)), longest[f]) {
			p.tables[f] = former.tables[f]
		} else {
			p.tables[f] = newImpactTable(p.average(indexer.Field(f)), longest[f])
		}
	}
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

// stats returns the statistics of the terms; refs, when not nil, gets where
// each segment has the terms' postings.
func (p *publication) stats(terms []indexer.Term, refs []termRef) indexer.Stats {
	st := indexer.Stats{Docs: p.docs, DF: make([]int, len(terms))}
	for f := range st.Length {
		if p.docs[f] > 0 {
			st.Length[f] = p.average(indexer.Field(f))
		}
	}
	for i, t := range terms {
		key := termKey(t.Text)
		for s := range p.segments {
			seg, ref := &p.segments[s], noTerm
			if field := seg.view.fields[t.Field]; field != nil {
				if ref = field.dict.find(t.Text, key); !ref.none() {
					st.DF[i] += field.liveDF(ref, seg.log, seg.gone)
				}
			}
			if refs != nil {
				refs[s*len(terms)+i] = ref
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
		n += s.view.bytes() + 8*cap(s.gone) + 4*cap(s.log)
		if s.known != nil {
			n += int(s.known.GetSizeInBytes())
		}
	}
	for _, t := range p.tables {
		if t != nil {
			n += 4 * len(t.at)
		}
	}
	return n
}
