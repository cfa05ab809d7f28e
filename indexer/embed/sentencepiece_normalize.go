package embed

import (
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf8"
)

// longestRule bounds the bytes that one rule of a normalizer replaces.
const longestRule = 64

// normalizer rewrites a text by the rules a SentencePiece model carries: a
// precompiled_charsmap. That is a Darts-clone double array over the bytes of
// what is to be replaced, and the replacements, each closed by a zero byte,
// one after another. The longest rule that fits at a place wins.
//
// A unit of the array is 32 bits: bits 0 to 7 and 31 are the label, bit 8 says
// that a rule ends here, bits 9 to 30 hold the offset to the children. At
// offset^0 of a unit where a rule ends lies the place of its replacement.
type normalizer struct {
	units        []uint32
	replacements string
}

func newNormalizer(charsmap []byte) (normalizer, error) {
	if len(charsmap) == 0 {
		return normalizer{}, nil
	}
	if len(charsmap) < 4 {
		return normalizer{}, errors.New("its normalising rules are cut short")
	}
	size := binary.LittleEndian.Uint32(charsmap)
	charsmap = charsmap[4:]
	if size%4 != 0 || int64(size) > int64(len(charsmap)) {
		return normalizer{}, errors.New("its normalising rules are cut short")
	}
	n := normalizer{units: make([]uint32, size/4), replacements: string(charsmap[size:])}
	for i := range n.units {
		n.units[i] = binary.LittleEndian.Uint32(charsmap[4*i:])
	}
	if len(n.replacements) > 0 && n.replacements[len(n.replacements)-1] != 0 {
		return normalizer{}, errors.New("its last normalising rule is not closed")
	}
	return n, nil
}

func childrenOf(unit uint32) uint32 {
	return (unit >> 10) << ((unit & 0x200) >> 6)
}

// first gives what the start of text becomes and how many bytes of text that
// takes. text is not empty.
func (n normalizer) first(text string) (string, int) {
	place, length := uint32(0), 0
	if len(n.units) > 0 {
		place, length = n.match(text)
	}
	if length == 0 || int(place) >= len(n.replacements) {
		_, size := utf8.DecodeRuneInString(text)
		return text[:size], size
	}
	rest := n.replacements[place:]
	return rest[:strings.IndexByte(rest, 0)], length
}

// match walks the double array along text and gives the place of the longest
// rule's replacement and the bytes it replaces, 0 where no rule fits.
func (n normalizer) match(text string) (place uint32, length int) {
	at := childrenOf(n.units[0])
	for i := 0; i < min(len(text), longestRule); i++ {
		at ^= uint32(text[i])
		if at >= uint32(len(n.units)) {
			break
		}
		unit := n.units[at]
		if unit&0x800000FF != uint32(text[i]) {
			break
		}
		at ^= childrenOf(unit)
		if unit&0x100 != 0 && at < uint32(len(n.units)) {
			place, length = n.units[at]&0x7FFFFFFF, i+1
		}
	}
	return place, length
}

// normalize gives the runes of text after the rules, with wordStart for every
// space and one in front. Spaces at both ends are dropped, and so are those at
// the start of a replacement that follows one. It stops after most runes.
func (n normalizer) normalize(text string, most int) []rune {
	out := append(make([]rune, 0, min(len(text), most)+8), wordStart)
	afterSpace := true
	for len(text) > 0 && len(out) <= most {
		replacement, size := n.first(text)
		text = text[size:]
		if afterSpace {
			replacement = strings.TrimLeft(replacement, " ")
		}
		for _, r := range replacement {
			if afterSpace = r == ' '; afterSpace {
				r = wordStart
			}
			out = append(out, r)
		}
	}
	for len(out) > 0 && out[len(out)-1] == wordStart {
		out = out[:len(out)-1]
	}
	return out
}
