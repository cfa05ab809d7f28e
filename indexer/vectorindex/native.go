package vectorindex

/*
#cgo CFLAGS: -O3
#cgo noescape vx_dots
#cgo nocallback vx_dots
#cgo noescape vx_dots_at
#cgo nocallback vx_dots_at
#cgo noescape vx_estimate
#cgo nocallback vx_estimate
#cgo noescape vx_sign
#cgo nocallback vx_sign
#include "native.h"
*/
import "C"

// native are the kernels in C, of the best instruction set at hand. A call
// costs some 50 ns, so each takes a block of rows.
type native struct{ level C.int }

func nativeKernels() kernels { return native{C.vx_level()} }

func (k native) dots(rows []int8, stride, n int, query []int16, out []int32) {
	if n == 0 {
		return
	}
	_, _, _ = rows[n*stride-1], query[stride-1], out[n-1]
	C.vx_dots(k.level, (*C.int8_t)(&rows[0]), C.int32_t(stride), C.int32_t(n), (*C.int16_t)(&query[0]), (*C.int32_t)(&out[0]))
}

func (k native) dotsAt(rows []int8, stride int, at []uint32, query []int16, out []int32) {
	if len(at) == 0 {
		return
	}
	for _, r := range at {
		_ = rows[int(r)*stride+stride-1]
	}
	_, _ = query[stride-1], out[len(at)-1]
	C.vx_dots_at(k.level, (*C.int8_t)(&rows[0]), C.int32_t(stride), (*C.uint32_t)(&at[0]), C.int32_t(len(at)), (*C.int16_t)(&query[0]), (*C.int32_t)(&out[0]))
}

func (k native) estimate(signs []byte, stride, n int, factors []float32, t *table, limit float32, rows []uint32, estimates []float32) int {
	if n == 0 {
		return 0
	}
	_, _, _, _, _ = signs[(n+31)/32*32*stride/8-1], factors[n-1], t.entries[4*stride-1], rows[n], estimates[n]
	return int(C.vx_estimate(k.level, (*C.uint8_t)(&signs[0]), C.int32_t(stride), C.int32_t(n), (*C.float)(&factors[0]),
		(*C.uint8_t)(&t.entries[0]), C.float(t.step), C.float(t.offset), C.float(limit), (*C.uint32_t)(&rows[0]), (*C.float)(&estimates[0])))
}

func (k native) sign(rows []int8, stride, from, to int, scales, centre []float32, signs []byte, factors []float32) {
	if from >= to {
		return
	}
	_, _, _, _, _ = rows[to*stride-1], scales[to-1], centre[stride-1], signs[(to+31)/32*32*stride/8-1], factors[to-1]
	C.vx_sign(k.level, (*C.int8_t)(&rows[0]), C.int32_t(stride), C.int32_t(from), C.int32_t(to), (*C.float)(&scales[0]),
		(*C.float)(&centre[0]), (*C.uint8_t)(&signs[0]), (*C.float)(&factors[0]))
}
