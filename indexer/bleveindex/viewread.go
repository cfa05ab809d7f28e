package bleveindex

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"unsafe"

	"github.com/RoaringBitmap/roaring/v2"
)

// viewReader reads what viewWriter wrote.
type viewReader struct {
	from   *bufio.Reader
	left   int64 // bytes before the checksum
	sum    uint32
	err    error
	facets map[string][]byte // decoded once the checksum is known to be right
}

var errShort = errors.New("it ends early")

func (r *viewReader) bytes(b []byte) {
	if r.err != nil {
		return
	}
	if int64(len(b)) > r.left {
		r.err = errShort
		return
	}
	r.left -= int64(len(b))
	if _, r.err = io.ReadFull(r.from, b); r.err == nil {
		r.sum = crc32.Update(r.sum, castagnoli, b)
	}
}

func getSlice[T any](r *viewReader) []T {
	n := []int64{0}
	r.bytes(memoryOf(n))
	var one T
	if r.err == nil && (n[0] < 0 || n[0] > r.left/int64(unsafe.Sizeof(one))) {
		r.err = errShort
	}
	if r.err != nil || n[0] == 0 {
		return nil
	}
	s := make([]T, n[0])
	r.bytes(memoryOf(s))
	return s
}

// numbers reads a slice of so many numbers.
func (r *viewReader) numbers(n int) []int64 {
	s := getSlice[int64](r)
	if r.err == nil && len(s) != n {
		r.err = fmt.Errorf("%d numbers instead of %d", len(s), n)
	}
	if r.err != nil {
		return make([]int64, n)
	}
	return s
}

func getMap[K uint32 | uint64](r *viewReader) map[K]uint32 {
	keys, values := getSlice[K](r), getSlice[uint32](r)
	m := make(map[K]uint32, len(keys))
	for i := range min(len(keys), len(values)) {
		m[keys[i]] = values[i]
	}
	return m
}

func (r *viewReader) view(head string) *segmentView {
	if has := getSlice[byte](r); r.err == nil && string(has) != head {
		r.err = fmt.Errorf("it is of another segment or program")
	}
	v := newSegmentView(int(r.numbers(1)[0]))
	v.ids.packed = getSlice[[16]byte](r)
	for range min(r.numbers(1)[0], textID) {
		v.ids.prefixes = append(v.ids.prefixes, string(getSlice[byte](r)))
	}
	v.ids.prefix, v.ids.text = getSlice[uint8](r), getSlice[byte](r)
	for f := range v.fields {
		if has := getSlice[int64](r); len(has) == 6 {
			v.fields[f] = r.field(has)
		}
	}
	r.facets = map[string][]byte{}
	for range r.numbers(1)[0] {
		if r.err != nil {
			break
		}
		name := string(getSlice[byte](r))
		r.facets[name] = getSlice[byte](r)
	}
	return v
}

func (r *viewReader) field(numbers []int64) *fieldView {
	f := &fieldView{longest: int(numbers[2]), with: int(numbers[3]), total: numbers[4], held: numbers[5]}
	f.dict.terms = int(numbers[1])
	f.dict.text, f.dict.blocks, f.dict.keys = getSlice[byte](r), getSlice[uint32](r), getSlice[uint64](r)
	f.lists, f.docs, f.freqs = getSlice[longList](r), getSlice[uint16](r), getSlice[uint8](r)
	f.planes, f.lengths = getSlice[uint64](r), getSlice[uint16](r)
	f.big, f.long = getMap[uint64](r), getMap[uint32](r)
	return f
}

// readFacets decodes the facets that were read.
func (r *viewReader) readFacets(v *segmentView) error {
	for name, b := range r.facets {
		docs := roaring.New()
		if _, err := docs.FromBuffer(b); err != nil {
			return fmt.Errorf("facet %s: %w", name, err)
		}
		v.facets[name] = docs
	}
	return nil
}
