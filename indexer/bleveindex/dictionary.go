package bleveindex

import (
	"encoding/binary"
	"strings"
)

// dictionary maps the terms of a field of a segment to their postings. Terms
// are in order, blockTerms to a block. An entry is a byte of how much of the
// term before it begins alike (upper half) and how many bytes follow (lower
// half; escaped), these bytes, and a number that says what the postings are:
//
//	2n+1  long list n of the field
//	2n    a short list: the next n bytes
//
// The first term of a block stands in full. Beside its text a term takes about
// three bytes.
type dictionary struct {
	text   []byte
	blocks []uint32 // where each begins in text
	keys   []uint64 // the first bytes of each block's first term, see termKey
	terms  int
}

const (
	blockTerms = 16
	escaped    = 15 // the length of what follows is a number of its own
)

// termRef says where a term's postings are.
type termRef struct {
	at, size uint32 // of a short list: its bytes in the dictionary's text; of a long one: its number, and longRef
}

const longRef = 1<<32 - 1

var noTerm = termRef{}

func (r termRef) none() bool { return r.size == 0 }
func (r termRef) long() bool { return r.size == longRef }

// entry is a term as the text has it.
type entry struct {
	shared int // bytes that the term before it begins with too
	suffix []byte
	ref    termRef
}

// termKey is a term's first eight bytes, in their order.
func termKey(term string) (key uint64) {
	for i := range min(8, len(term)) {
		key |= uint64(term[i]) << (56 - 8*i)
	}
	return key
}

// dictionaryMaker puts a dictionary together.
type dictionaryMaker struct {
	*dictionary
	last []byte // the term before
}

// addShort and addLong append a term, which must come after the one before,
// and its postings.
func (m *dictionaryMaker) addShort(term string, list []byte) {
	m.begin(term)
	m.text = binary.AppendUvarint(m.text, uint64(len(list))<<1)
	m.text = append(m.text, list...)
}

func (m *dictionaryMaker) addLong(term string, number int) {
	m.begin(term)
	m.text = binary.AppendUvarint(m.text, uint64(number)<<1|1)
}

func (m *dictionaryMaker) begin(term string) {
	shared := 0
	if m.terms%blockTerms == 0 {
		m.blocks = append(m.blocks, uint32(len(m.text)))
		m.keys = append(m.keys, termKey(term))
	} else {
		for shared < min(len(term), len(m.last), 15) && term[shared] == m.last[shared] {
			shared++
		}
	}
	m.terms++
	m.last = append(m.last[:0], term...)
	if rest := len(term) - shared; rest < escaped {
		m.text = append(m.text, byte(shared<<4|rest))
	} else {
		m.text = append(m.text, byte(shared<<4|escaped))
		m.text = binary.AppendUvarint(m.text, uint64(rest))
	}
	m.text = append(m.text, term[shared:]...)
}

// entry reads the entry at a place of the text, and returns the place of the
// next.
func (d *dictionary) entry(at uint32) (e entry, next uint32) {
	head := d.text[at]
	at++
	e.shared = int(head >> 4)
	size := uint32(head & 15)
	if size == escaped {
		n, read := binary.Uvarint(d.text[at:])
		size, at = uint32(n), at+uint32(read)
	}
	e.suffix = d.text[at : at+size]
	at += size
	code := uint64(d.text[at])
	if at++; code >= 0x80 {
		var read int
		code, read = binary.Uvarint(d.text[at-1:])
		at += uint32(read) - 1
	}
	if code&1 != 0 {
		e.ref = termRef{at: uint32(code >> 1), size: longRef}
		return e, at
	}
	e.ref = termRef{at: at, size: uint32(code >> 1)}
	return e, at + e.ref.size
}

// first returns the first term of a block.
func (d *dictionary) first(block int) []byte {
	e, _ := d.entry(d.blocks[block])
	return e.suffix
}

// blockOf returns the block that holds a term if any does, -1 when the term
// comes before all.
func (d *dictionary) blockOf(term string, key uint64) int {
	from, to := 0, len(d.keys) // blocks before from begin with the term or before it, those from to on after it
	for from < to {
		mid := int(uint(from+to) >> 1)
		if d.keys[mid] < key || d.keys[mid] == key && string(d.first(mid)) <= term {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return from - 1
}

// find returns where a term's postings are, noTerm where it has none. key is
// termKey(term).
func (d *dictionary) find(term string, key uint64) termRef {
	block := d.blockOf(term, key)
	if block < 0 {
		return noTerm
	}
	at := d.blocks[block]
	alike := 0 // bytes of term that the entry before begins with
	for range min(blockTerms, d.terms-block*blockTerms) {
		e, next := d.entry(at)
		at = next
		if e.shared > alike {
			continue // it differs from term where the one before did
		}
		rest := term[e.shared:]
		n := common(e.suffix, rest)
		switch {
		case n == len(e.suffix) && n == len(rest):
			return e.ref
		case n == len(rest), n < len(e.suffix) && e.suffix[n] > rest[n]:
			return noTerm // it comes after term
		}
		alike = e.shared + n
	}
	return noTerm
}

// common is how many bytes two texts begin with alike.
func common(a []byte, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// from calls fn for the terms from one on, in order, until it returns false.
func (d *dictionary) from(term string, fn func(term []byte, ref termRef) bool) {
	var has []byte
	for block := max(d.blockOf(term, termKey(term)), 0); block < len(d.blocks); block++ {
		at := d.blocks[block]
		for range min(blockTerms, d.terms-block*blockTerms) {
			e, next := d.entry(at)
			at, has = next, append(has[:e.shared], e.suffix...)
			if strings.Compare(string(has), term) >= 0 && !fn(has, e.ref) {
				return
			}
		}
	}
}

func (d *dictionary) bytes() int { return cap(d.text) + 4*cap(d.blocks) + 8*cap(d.keys) }
