package bleveindex

import (
	"hash/maphash"
	"math/bits"
)

// One seed for all dictionaries, so that a query hashes each term once.
var hashSeed = maphash.MakeSeed()

func hashTerm(term string) uint64 { return maphash.String(hashSeed, term) }

// dictionary maps the terms of a field of a segment to their ordinals, which
// follow the order of the terms. Beside the terms it takes 10 bytes a term.
type dictionary struct {
	text  []byte   // all terms, one after another
	ends  []uint32 // where each ends in text
	slots []uint32 // open addressing by hash: ordinal + 1, or 0
}

func (d *dictionary) size() int { return len(d.ends) }

// add appends a term; index must be called after the last.
func (d *dictionary) add(term string) {
	d.text = append(d.text, term...)
	d.ends = append(d.ends, uint32(len(d.text)))
}

func (d *dictionary) index() {
	d.slots = make([]uint32, len(d.ends)+len(d.ends)/2+1)
	start := uint32(0)
	for ord, end := range d.ends {
		i := d.slot(maphash.Bytes(hashSeed, d.text[start:end]))
		for d.slots[i] != 0 {
			i = d.next(i)
		}
		d.slots[i] = uint32(ord + 1)
		start = end
	}
}

// slot is where a term of this hash is looked for first.
func (d *dictionary) slot(hash uint64) int {
	i, _ := bits.Mul64(hash, uint64(len(d.slots)))
	return int(i)
}

func (d *dictionary) next(slot int) int {
	if slot++; slot < len(d.slots) {
		return slot
	}
	return 0
}

// find returns the ordinal of a term, or -1. hash is hashTerm(term).
func (d *dictionary) find(term string, hash uint64) int {
	if len(d.slots) == 0 {
		return -1
	}
	for i := d.slot(hash); ; i = d.next(i) {
		slot := d.slots[i]
		if slot == 0 {
			return -1
		}
		start := uint32(0)
		if slot > 1 {
			start = d.ends[slot-2]
		}
		if string(d.text[start:d.ends[slot-1]]) == term {
			return int(slot - 1)
		}
	}
}

func (d *dictionary) bytes() int { return cap(d.text) + 4*cap(d.ends) + 4*cap(d.slots) }
