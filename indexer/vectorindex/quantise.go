package vectorindex

import (
	"errors"
	"fmt"
	"math"
	"unsafe"
)

// strideOf is the room that a row takes: its dimension, rounded up to what the
// kernels do at once. The rest is 0.
func strideOf(dim int) int { return (dim + 63) / 64 * 64 }

// maxDim bounds the dimension of a vector: above, an estimate by signs could
// overflow its 16 bits.
const maxDim = 2048

var errNotFinite = errors.New("a component is infinite or not a number")

// vector is a document's vector as kept: component i is scale*q[i].
type vector struct {
	scale float32
	q     []int8
}

// bytes is the components' memory, a byte each.
func (v vector) bytes() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v.q))), len(v.q))
}

// ofBytes is what bytes is of.
func ofBytes(scale float32, b []byte) vector {
	return vector{scale, unsafe.Slice((*int8)(unsafe.Pointer(unsafe.SliceData(b))), len(b))}
}

// largest returns the largest magnitude among the components.
func largest(v []float32) (float32, error) {
	if len(v) > maxDim {
		return 0, fmt.Errorf("a vector has %d components, at most %d are possible", len(v), maxDim)
	}
	var most float32
	for _, x := range v {
		x = max(x, -x)
		if !(x <= math.MaxFloat32) {
			return 0, errNotFinite
		}
		most = max(most, x)
	}
	return most, nil
}

// quantise rounds a vector to 8 bits a component, -127 to 127.
func quantise(v []float32) (vector, error) {
	most, err := largest(v)
	if err != nil {
		return vector{}, err
	}
	is := vector{scale: most / 127, q: make([]int8, len(v))}
	if is.scale == 0 {
		return is, nil
	}
	by := 1 / float64(is.scale)
	for i, x := range v {
		is.q[i] = int8(max(-127, min(127, math.Round(float64(x)*by))))
	}
	return is, nil
}

// question is a query's vector, as fine as 32-bit sums of products allow: 16
// bits a component up to 512 dimensions.
type question struct {
	scale  float64
	q      []int16
	vector []float32 // as asked, filled up to the stride
}

func ask(v []float32) (question, error) {
	most, err := largest(v)
	if err != nil {
		return question{}, err
	}
	stride := strideOf(len(v))
	is := question{q: make([]int16, stride), vector: make([]float32, stride)}
	copy(is.vector, v)
	if most == 0 {
		return is, nil
	}
	finest := float64(min(math.MaxInt16, math.MaxInt32/(127*max(1, len(v)))))
	is.scale = float64(most) / finest
	for i, x := range v {
		is.q[i] = int16(max(-finest, min(finest, math.Round(float64(x)/is.scale))))
	}
	return is, nil
}

// score is the product of the query and a row, given that of their integers.
func (q question) score(dot int32, scale float32) float64 {
	return q.scale * float64(scale) * float64(dot)
}
