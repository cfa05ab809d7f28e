package bleveindex

import "encoding/binary"

// A short list is the postings of a rare term. For each document, in order, a
// number says how far it is from the one before, less one, and in its lowest
// bit whether the term occurs more than once; then a second number says how
// often, less two. A list of more than bareList bytes begins with the number
// of its documents.
const bareList = 3

// shortMost is the most documents that a short list of a segment holds. To
// read one takes two or three times as long as to walk a long list, and a long
// list takes more memory for its heads, one a block.
func shortMost(count int) int { return max(256, 64*blocksOf(count)) }

func blocksOf(count int) int { return (count + 1<<blockBits - 1) >> blockBits }

func appendShortList(to []byte, docs, freqs []uint32) []byte {
	to = to[:0]
	last := -1
	for i, doc := range docs {
		gap := uint64(int(doc)-last-1) << 1
		last = int(doc)
		if freqs[i] == 1 {
			to = binary.AppendUvarint(to, gap)
			continue
		}
		to = binary.AppendUvarint(to, gap|1)
		to = binary.AppendUvarint(to, uint64(freqs[i]-2))
	}
	if len(to) <= bareList {
		return to
	}
	head := binary.AppendUvarint(nil, uint64(len(docs)))
	to = append(to, head...)
	copy(to[len(head):], to)
	copy(to, head)
	return to
}

// shortList walks a short list.
type shortList struct {
	rest []byte
	doc  uint32 // the present document
	freq uint32 // how often it holds the term
}

func (v *fieldView) short(ref termRef) shortList {
	list := v.dict.text[ref.at : ref.at+ref.size]
	if ref.size > bareList {
		_, n := binary.Uvarint(list)
		list = list[n:]
	}
	return shortList{rest: list, doc: 1<<32 - 1}
}

// next moves to the next document, if there is one.
func (l *shortList) next() bool {
	if len(l.rest) == 0 {
		return false
	}
	b := uint32(l.rest[0])
	n := 1
	gap := b & 0x7f
	for shift := 7; b >= 0x80; shift += 7 {
		b = uint32(l.rest[n])
		n++
		gap |= b & 0x7f << shift
	}
	l.doc += gap>>1 + 1
	l.freq = 1
	if gap&1 != 0 {
		more, read := binary.Uvarint(l.rest[n:])
		l.freq, n = uint32(more)+2, n+read
	}
	l.rest = l.rest[n:]
	return true
}

func (v *fieldView) shortDF(ref termRef) (df int) {
	if ref.size > bareList {
		n, _ := binary.Uvarint(v.dict.text[ref.at:])
		return int(n)
	}
	for l := v.short(ref); l.next(); {
		df++
	}
	return df
}
