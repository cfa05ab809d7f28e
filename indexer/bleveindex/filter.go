package bleveindex

import (
	"math/bits"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"precedent/indexer"
)

// passing is which documents of a segment a filter lets through.
type passing struct {
	bits   []uint64 // one a document, padded to whole windows
	counts []uint16 // documents that pass, by window
}

// maxFilters bounds the filters remembered a segment: callers' roles, kinds
// and the products in demand make few.
const maxFilters = 64

// filterCache remembers what filters let through of one segment.
type filterCache struct {
	mu   sync.Mutex
	done map[string]*passing
}

// pass returns what the filter lets through of the segment, deleted
// documents included; nil when that is everything.
func (s *segmentView) pass(f indexer.Filter) *passing {
	if len(f) == 0 {
		return nil
	}
	key := filterKey(f)
	s.passes.mu.Lock()
	defer s.passes.mu.Unlock()
	if p, ok := s.passes.done[key]; ok {
		return p
	}
	p := s.compute(f)
	if s.passes.done == nil || len(s.passes.done) >= maxFilters {
		s.passes.done = map[string]*passing{}
	}
	s.passes.done[key] = p
	return p
}

func filterKey(f indexer.Filter) string {
	var b strings.Builder
	for _, clause := range f {
		for _, facet := range clause {
			b.WriteString(facet)
			b.WriteByte(0)
		}
		b.WriteByte(1)
	}
	return b.String()
}

func (s *segmentView) compute(f indexer.Filter) *passing {
	all := roaring.New()
	all.AddRange(0, uint64(s.count))
	for _, clause := range f {
		any := roaring.New()
		for _, facet := range clause {
			if docs := s.facets[facet]; docs != nil {
				any.Or(docs)
			}
		}
		all.And(any)
	}
	if all.GetCardinality() == uint64(s.count) {
		return nil
	}
	windows := (s.count + windowSize - 1) / windowSize
	p := &passing{bits: make([]uint64, windows*windowSize/64), counts: make([]uint16, windows)}
	all.WriteDenseTo(p.bits)
	for i, word := range p.bits {
		p.counts[i/(windowSize/64)] += uint16(bits.OnesCount64(word))
	}
	return p
}

func (c *filterCache) bytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for key, p := range c.done {
		n += len(key) + 64
		if p != nil {
			n += 8*len(p.bits) + 2*len(p.counts)
		}
	}
	return n
}
