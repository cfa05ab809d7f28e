package vectorindex

import (
	"slices"

	"precedent/indexer"
)

// blockSize is how many rows, or entries, a block holds.
const blockSize = 4096

// noRow stands for a space that an entry has no vector in.
const noRow = ^uint32(0)

// entry is a version of a document: replaced or deleted, a document's entry
// stays until the index is compacted, but no id leads to it.
type entry struct {
	sum  uint64
	set  uint32 // number of its set of facets
	rows [indexer.NumSpaces]uint32
}

// entryBlock holds up to blockSize entries. A published block does not change;
// its successor shares the arrays and goes on behind their ends.
type entryBlock struct {
	owner   uint64 // version of the draft that may append
	ids     []byte
	ends    []uint32 // where each id ends
	entries []entry
}

// entryList is every entry since the index was opened or compacted.
type entryList []*entryBlock

func (l entryList) len() int {
	if len(l) == 0 {
		return 0
	}
	return (len(l)-1)*blockSize + len(l[len(l)-1].entries)
}

func (l entryList) at(e uint32) *entry { return &l[e/blockSize].entries[e%blockSize] }

func (l entryList) id(e uint32) []byte {
	b, i := l[e/blockSize], e%blockSize
	if i == 0 {
		return b.ids[:b.ends[0]]
	}
	return b.ids[b.ends[i-1]:b.ends[i]]
}

// append adds an entry for a draft and returns its number.
func (l *entryList) append(owner uint64, id string, is entry) uint32 {
	n := len(*l)
	if n == 0 || len((*l)[n-1].entries) == blockSize {
		*l = append(*l, &entryBlock{owner: owner})
		n++
	}
	tail := (*l)[n-1]
	if tail.owner != owner {
		mine := *tail
		mine.owner = owner
		tail, (*l)[n-1] = &mine, &mine
	}
	if n > 1 && cap(tail.entries) < blockSize { // after a full block comes another
		tail.entries = slices.Grow(tail.entries, blockSize-len(tail.entries))
		tail.ends = slices.Grow(tail.ends, blockSize-len(tail.ends))
	}
	tail.ids = append(tail.ids, id...)
	tail.ends = append(tail.ends, uint32(len(tail.ids)))
	tail.entries = append(tail.entries, is)
	return uint32((n-1)*blockSize + len(tail.entries) - 1)
}

func (l entryList) heapBytes() (n int64) {
	for _, b := range l {
		n += int64(cap(b.ids)+4*cap(b.ends)+24*cap(b.entries)) + 88
	}
	return n
}
