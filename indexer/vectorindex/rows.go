package vectorindex

import (
	"fmt"
	"slices"
)

// rowBlock holds up to blockSize vectors of a space. A published block does
// not change; its successor shares the arrays and goes on behind their ends.
type rowBlock struct {
	owner   uint64 // version of the draft that may append and mark rows dead
	vectors []int8 // a stride a row
	scales  []float32
	entries []uint32
	sets    []uint32 // number of the row's set of facets
	signs   []byte   // for the rows that have theirs; see signing
	factors []float32
	dead    []uint64 // a bit a row; nil while all live
}

func (b *rowBlock) len() int { return len(b.entries) }

func (b *rowBlock) isDead(r int) bool { return b.dead != nil && b.dead[r/64]>>(r%64)&1 != 0 }

// rowList is the vectors of a space.
type rowList struct {
	dim    int // 0 while there never was a vector
	stride int
	blocks []*rowBlock
	live   int
	signs  signing
}

func (l *rowList) len() int {
	if len(l.blocks) == 0 {
		return 0
	}
	return (len(l.blocks)-1)*blockSize + l.blocks[len(l.blocks)-1].len()
}

// row returns the block of a row and its place there.
func (l *rowList) row(row uint32) (*rowBlock, int) {
	return l.blocks[row/blockSize], int(row % blockSize)
}

// vector returns a row as kept; it shares the block's memory.
func (l *rowList) vector(row uint32) vector {
	b, r := l.row(row)
	return vector{b.scales[r], b.vectors[r*l.stride:][:l.dim]}
}

// fits tells whether a vector can be of the space.
func (l *rowList) fits(dim int) error {
	if l.dim != 0 && dim != l.dim {
		return fmt.Errorf("a vector has %d components, those of its space have %d", dim, l.dim)
	}
	return nil
}

// own returns a block that the draft may append to and mark rows dead in.
func (l *rowList) own(owner uint64, i int) *rowBlock {
	b := l.blocks[i]
	if b.owner != owner {
		mine := *b
		mine.owner = owner
		mine.dead = slices.Clone(b.dead)
		b, l.blocks[i] = &mine, &mine
	}
	return b
}

// append adds a row for a draft and returns its number.
func (l *rowList) append(owner uint64, v vector, entry, set uint32) uint32 {
	if l.dim == 0 {
		l.dim, l.stride = len(v.q), strideOf(len(v.q))
	}
	n := len(l.blocks)
	if n == 0 || l.blocks[n-1].len() == blockSize {
		l.blocks = append(l.blocks, &rowBlock{owner: owner})
		n++
	}
	b := l.own(owner, n-1)
	if r := b.len(); r == cap(b.entries) {
		room := blockSize
		if n == 1 { // a small index stays small
			room = min(blockSize, max(16, 2*r))
		}
		b.grow(room, l.stride)
	}
	r := b.len()
	b.vectors = b.vectors[:(r+1)*l.stride]
	clear(b.vectors[r*l.stride+copy(b.vectors[r*l.stride:], v.q):])
	b.scales = append(b.scales, v.scale)
	b.entries = append(b.entries, entry)
	b.sets = append(b.sets, set)
	l.live++
	return uint32((n-1)*blockSize + r)
}

// grow moves a block to arrays that have room for more.
func (b *rowBlock) grow(room, stride int) {
	b.vectors = append(make([]int8, 0, room*stride), b.vectors...)
	b.scales = append(make([]float32, 0, room), b.scales...)
	b.entries = append(make([]uint32, 0, room), b.entries...)
	b.sets = append(make([]uint32, 0, room), b.sets...)
}

// kill marks a row dead for a draft.
func (l *rowList) kill(owner uint64, row uint32) {
	b := l.own(owner, int(row/blockSize))
	if b.dead == nil {
		b.dead = make([]uint64, blockSize/64)
	}
	b.dead[row%blockSize/64] |= 1 << (row % 64)
	l.live--
}

func (l *rowList) heapBytes() (n int64) {
	for _, b := range l.blocks {
		n += int64(cap(b.vectors)+4*cap(b.scales)+4*cap(b.entries)+4*cap(b.sets)+cap(b.signs)+4*cap(b.factors)+8*cap(b.dead)) + 208
	}
	return n + int64(4*cap(l.signs.centre))
}
