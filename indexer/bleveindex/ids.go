package bleveindex

import (
	"encoding/binary"
	"slices"
)

// idList holds the ids of a segment's documents. An id as the store makes
// them, a prefix and 128 bits written in 26 characters, takes 16 bytes; any
// other is kept as text.
type idList struct {
	packed   [][16]byte // by document: the bits; for a text, where in text it begins and ends
	prefixes []string
	prefix   []uint8 // by document: its prefix, or textID; nil when all have the first
	text     []byte
}

const (
	idDigits = "0123456789abcdefghjkmnpqrstvwxyz" // the store's, five bits each
	idLength = 26
	textID   = 255 // an id that is kept as text
)

// digitOf is the value of each of idDigits, and 32 for anything else.
var digitOf = func() (of [256]byte) {
	for i := range of {
		of[i] = 32
	}
	for i := range idDigits {
		of[idDigits[i]] = byte(i)
	}
	return of
}()

// packID returns the bits that 26 characters write. ok is false for what the
// store would have written in another way.
func packID(s []byte) (bits [16]byte, ok bool) {
	var held, have uint
	n := 0
	for _, c := range s {
		digit := digitOf[c]
		if digit == 32 {
			return bits, false
		}
		held, have = held<<5|uint(digit), have+5
		if have >= 8 {
			have -= 8
			bits[n], n = byte(held>>have), n+1
			held &= 1<<have - 1
		}
	}
	return bits, held == 0
}

// unpackID appends what packID took apart.
func unpackID(to []byte, bits [16]byte) []byte {
	var held, have uint
	for _, b := range bits {
		held, have = held<<8|uint(b), have+8
		for have >= 5 {
			have -= 5
			to = append(to, idDigits[held>>have&31])
		}
	}
	return append(to, idDigits[held<<(5-have)&31])
}

func (l *idList) add(id []byte) {
	if at := len(id) - idLength; at >= 0 {
		if bits, ok := packID(id[at:]); ok {
			if n, ok := l.prefixOf(string(id[:at])); ok {
				l.put(bits, n)
				return
			}
		}
	}
	var ends [16]byte
	binary.LittleEndian.PutUint64(ends[:8], uint64(len(l.text)))
	l.text = append(l.text, id...)
	binary.LittleEndian.PutUint64(ends[8:], uint64(len(l.text)))
	l.put(ends, textID)
}

func (l *idList) prefixOf(prefix string) (uint8, bool) {
	n := slices.Index(l.prefixes, prefix)
	if n < 0 {
		if len(l.prefixes) == textID {
			return 0, false
		}
		n = len(l.prefixes)
		l.prefixes = append(l.prefixes, prefix)
	}
	return uint8(n), true
}

func (l *idList) put(bits [16]byte, prefix uint8) {
	if prefix != 0 && l.prefix == nil {
		l.prefix = make([]uint8, len(l.packed), cap(l.packed))
	}
	l.packed = append(l.packed, bits)
	if l.prefix != nil {
		l.prefix = append(l.prefix, prefix)
	}
}

// at returns a document's id.
func (l *idList) at(doc uint32) []byte {
	bits, prefix := l.packed[doc], uint8(0)
	if l.prefix != nil {
		prefix = l.prefix[doc]
	}
	if prefix == textID {
		start, end := binary.LittleEndian.Uint64(bits[:8]), binary.LittleEndian.Uint64(bits[8:])
		return l.text[start:end]
	}
	return unpackID(append(make([]byte, 0, len(l.prefixes[prefix])+idLength), l.prefixes[prefix]...), bits)
}

func (l *idList) bytes() int {
	return 16*cap(l.packed) + cap(l.prefix) + cap(l.text) + 16*cap(l.prefixes)
}
