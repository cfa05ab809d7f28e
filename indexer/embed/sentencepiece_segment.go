package embed

import (
	"errors"
	"math"
	"math/bits"
	"slices"
)

// prefixes holds a vocabulary as a tree of runes in one hash table with linear
// probing: a slot maps (node, rune) to the child node. Slots of 8 bytes keep
// 250,000 prefixes in 4 MB.
type prefixes struct {
	slots []uint64 // node<<43 | rune<<22 | child; 0 when free
	shift int      // 64 - log2(len(slots))
	ids   []int32  // of the piece that ends at a node, -1 where none does
}

// nodeBits is how many bits a slot has for a node.
const nodeBits = 21

// newPrefixes makes an empty tree with room for about n pieces.
func newPrefixes(n int) prefixes {
	p := prefixes{ids: []int32{-1}}
	p.resize(bits.Len(uint(2*n) + 8))
	return p
}

// resize moves the tree into a table of 1<<size slots.
func (p *prefixes) resize(size int) {
	old := p.slots
	p.slots, p.shift = make([]uint64, 1<<size), 64-size
	for _, entry := range old {
		if entry != 0 {
			slot, _ := p.find(uint32(entry>>43), rune(entry>>22&(1<<21-1)))
			p.slots[slot] = entry
		}
	}
}

// find gives the slot of a node's child along r, or the free one where it
// would lie.
func (p *prefixes) find(node uint32, r rune) (slot int, key uint64) {
	key = uint64(node)<<21 | uint64(r)
	// Fibonacci hashing (Knuth, volume 3, 6.4).
	slot = int(key * 0x9E3779B97F4A7C15 >> p.shift)
	for p.slots[slot] != 0 && p.slots[slot]>>22 != key {
		slot = (slot + 1) & (len(p.slots) - 1)
	}
	return slot, key
}

// child gives a node's child along r, 0 where it has none.
func (p *prefixes) child(node uint32, r rune) uint32 {
	slot, _ := p.find(node, r)
	return uint32(p.slots[slot] & (1<<22 - 1))
}

// add puts a piece into the tree. A piece may come only once.
func (p *prefixes) add(text string, id int32) error {
	node := uint32(0)
	for _, r := range text {
		slot, key := p.find(node, r)
		if p.slots[slot] == 0 {
			if len(p.ids) == 1<<nodeBits {
				return errors.New("the vocabulary is too large")
			}
			p.slots[slot] = key<<22 | uint64(len(p.ids))
			p.ids = append(p.ids, -1)
		}
		node = uint32(p.slots[slot] & (1<<22 - 1))
		if 2*len(p.ids) > len(p.slots) {
			p.resize(65 - p.shift)
		}
	}
	if p.ids[node] >= 0 {
		return errors.New("it comes twice")
	}
	p.ids[node] = id
	return nil
}

// step is the best way to one place of a text: the last piece and where it
// starts.
type step struct {
	score float64
	from  int32
	id    int32
}

// segment appends the pieces of the best segmentation of runes (Viterbi). It
// looks at no more than longest runes from each place, so its time grows with
// the text only. Of equal segmentations the one with the earlier start of its
// last piece wins, as in SentencePiece.
func (s *sentencePiece) segment(ids []int32, runes []rune) []int32 {
	best := make([]step, len(runes)+1)
	for i := range best[1:] {
		best[i+1].score = math.Inf(-1)
	}
	reach := func(from, to int, id int32, score float64) {
		if score += best[from].score; score > best[to].score {
			best[to] = step{score, int32(from), id}
		}
	}
	for i := range runes {
		node, covered := uint32(0), false
		for j := i; j < len(runes); j++ {
			if node = s.pieces.child(node, runes[j]); node == 0 {
				break
			}
			if id := s.pieces.ids[node]; id >= 0 {
				reach(i, j+1, id, float64(s.scores[id]))
				covered = covered || j == i
			}
		}
		if !covered {
			reach(i, i+1, s.unknown, s.missing)
		}
	}
	first := len(ids)
	for at := len(runes); at > 0; at = int(best[at].from) {
		ids = append(ids, best[at].id)
	}
	slices.Reverse(ids[first:])
	return ids
}
