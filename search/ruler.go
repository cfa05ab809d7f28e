package search

import (
	"unicode/utf8"

	"precedent/corpus"
)

// ruler turns byte offsets of a masked text into character offsets of the
// text before masking.
type ruler struct {
	hidden     []corpus.Masked
	characters []int32 // byte of the original -> characters before it; nil when every byte is one
}

func newRuler(original string, hidden []corpus.Masked) *ruler {
	r := &ruler{hidden: hidden}
	if utf8.RuneCountInString(original) == len(original) {
		return r
	}
	r.characters = make([]int32, len(original)+1)
	n := int32(0)
	for at := 0; at < len(original); n++ {
		_, size := utf8.DecodeRuneInString(original[at:])
		for range size {
			r.characters[at] = n
			at++
		}
	}
	r.characters[len(original)] = n
	return r
}

// span measures the bytes from start to end of the masked text.
func (r *ruler) span(start, end int) Span {
	return Span{Start: r.character(r.original(start, false)), End: r.character(r.original(end, true))}
}

// original maps an offset of the masked text back; one inside a placeholder
// goes to the near edge of what it hides.
func (r *ruler) original(at int, end bool) int {
	shift := 0
	for _, h := range r.hidden {
		if at < h.At || (end && at == h.At) {
			break
		}
		if at < h.To {
			if end {
				return h.End
			}
			return h.Start
		}
		shift = h.End - h.To
	}
	return at + shift
}

func (r *ruler) character(at int) int {
	if r.characters == nil {
		return at
	}
	return int(r.characters[at])
}
