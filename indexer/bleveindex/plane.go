package bleveindex

// A plane has two words for every 64 documents. A document's bit is set in the
// first when it holds the term once, in the second when twice, in both when
// more often; then the list's runs tell how often.

// A term in at least one of planeShare documents gets a plane: two bits for
// every document, where a run would take 16 or more for each that holds it.
const planeShare = 8

func planeWords(count int) int { return (count + 63) / 64 * 2 }

// addPlane appends the plane of a list, and returns its number.
func (v *fieldView) addPlane(docs, freqs []uint32, count int) int32 {
	words := planeWords(count)
	number := len(v.planes) / words
	v.planes = append(v.planes, make([]uint64, words)...)
	plane := v.planes[number*words:]
	for i, doc := range docs {
		bit := uint64(1) << (doc % 64)
		if freqs[i] != 2 {
			plane[doc/64*2] |= bit
		}
		if freqs[i] >= 2 {
			plane[doc/64*2+1] |= bit
		}
	}
	return int32(number)
}

// plane returns a list's plane, nil when it has none.
func (v *fieldView) plane(list int) []uint64 {
	number := int(v.lists[list].plane)
	if number < 0 {
		return nil
	}
	words := planeWords(len(v.lengths))
	return v.planes[number*words : (number+1)*words]
}

// inPlane is how often a document holds the plane's term: 0 to 2, or 3 for
// more than that.
func inPlane(plane []uint64, doc uint32) uint8 {
	word := plane[doc/64*2:][:2]
	return uint8(word[0]>>(doc%64)&1 | word[1]>>(doc%64)&1<<1)
}
