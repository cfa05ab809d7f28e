package vectorindex

import (
	"hash/maphash"

	"precedent/indexer"
)

// state is all that a search sees: the index after one of its batches. A
// published state does not change.
type state struct {
	version uint64 // counts the states; a draft may change what has its own
	seq     int64
	mark    string
	docs    int
	bytes   int64 // that the live documents take in a compacted log
	ids     idTable
	entries entryList
	facets  facetView
	spaces  [indexer.NumSpaces]rowList
}

func newState() *state {
	return &state{ids: idTable{seed: maphash.MakeSeed()}, facets: newFacetSets().view()}
}

// find returns the entry of a document.
func (s *state) find(id string) (uint32, bool) {
	return s.ids.find(id, func(e uint32) bool { return string(s.entries.id(e)) == id })
}

// has tells whether the document's vectors were made of the texts of a sum.
func (s *state) has(id string, sum uint64) bool {
	e, ok := s.find(id)
	return ok && s.entries.at(e).sum == sum
}

// vectors returns an entry's vectors; they share the state's memory.
func (s *state) vectors(e *entry) (v [indexer.NumSpaces]vector) {
	for space, row := range e.rows {
		if row != noRow {
			v[space] = s.spaces[space].vector(row)
		}
	}
	return v
}

// rows counts the rows, live and dead.
func (s *state) rows() (live, all int) {
	for i := range s.spaces {
		live += s.spaces[i].live
		all += s.spaces[i].len()
	}
	return live, all
}

func (s *state) heapBytes() int64 {
	n := s.ids.heapBytes() + s.entries.heapBytes() + s.facets.bytes
	for i := range s.spaces {
		n += s.spaces[i].heapBytes()
	}
	return n
}

// recordBytes is about what a document takes in a log.
func (s *state) recordBytes(e uint32) int64 {
	n := int64(len(s.entries.id(e)) + 16)
	for space, row := range s.entries.at(e).rows {
		if row != noRow {
			n += int64(s.spaces[space].dim + 6)
		}
	}
	return n
}
