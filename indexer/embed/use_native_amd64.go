//go:build amd64 && cgo

package embed

// #cgo noescape use_quantise
// #cgo nocallback use_quantise
// #cgo noescape use_apply
// #cgo nocallback use_apply
// #cgo noescape use_normalise
// #cgo nocallback use_normalise
// #cgo LDFLAGS: -lm
// #include "use_native_amd64.h"
import "C"

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// fastest gives the quickest kernel this processor runs.
func fastest() kernel {
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		return native{}
	}
	return portable{}
}

// native is the kernel in C with AVX2 and FMA.
type native struct{}

func (native) quantise(dst []int16, src []float32, width, rows, cols int, limit float32) float32 {
	_, _ = dst[rows*cols-1], src[(rows-1)*width+cols-1]
	return float32(C.use_quantise((*C.int16_t)(&dst[0]), (*C.float)(&src[0]), C.long(width), C.long(rows), C.long(cols), C.float(limit)))
}

func (native) apply(out []float32, width int, src quantised, stride, rows int, l layer) {
	m, residual := l.weights, (*C.float)(unsafe.SliceData(l.residual))
	_, _, _ = out[(rows-1)*width+m.cols-1], src.values[(rows-1)*stride+m.rows-1], l.bias[m.cols-1]
	if residual != nil {
		_ = l.residual[(rows-1)*l.width+m.cols-1]
	}
	relu := C.int(0)
	if l.relu {
		relu = 1
	}
	C.use_apply((*C.float)(&out[0]), C.long(width), (*C.int16_t)(&src.values[0]), C.long(stride), C.long(rows),
		(*C.int8_t)(&m.packed[0]), C.long(m.rows), C.long(m.cols), (*C.float)(&l.bias[0]),
		residual, C.long(l.width), C.float(src.step*m.step), relu)
}

func (native) normalise(x []float32, rows int, gain, bias []float32, epsilon float32) {
	_, _ = x[rows*len(gain)-1], bias[len(gain)-1]
	C.use_normalise((*C.float)(&x[0]), C.long(rows), C.long(len(gain)), (*C.float)(&gain[0]), (*C.float)(&bias[0]), C.float(epsilon))
}
