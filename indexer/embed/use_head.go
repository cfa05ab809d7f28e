package embed

import "math"

// useHidden is the width of the first dense block.
const useHidden = 320

// head holds the layers that follow the sum over a text's pieces: a projection
// and two blocks of two dense layers, each with a linear way around.
//
//	x = pooled(sum) + bias
//	y = relu(around1(x) + out1(relu(in1(x))))
//	z = tanh(around2(y) + out2(relu(in2(y))))
type head struct {
	pooled             *matrix
	bias               []float32
	in1, around1, out1 *matrix
	in2, around2, out2 *matrix
}

// run gives the unit vector for the sum of a text's rows pieces.
func (h *head) run(k kernel, sum []float32, rows int) []float32 {
	root := float32(math.Sqrt(float64(rows)))
	for i := range sum {
		sum[i] /= root
	}
	bias := make([]float32, len(h.bias))
	for i, v := range h.bias {
		bias[i] = v * root
	}
	x := dense(k, h.pooled, sum, bias, false)
	y := block(k, x, h.in1, h.around1, h.out1, true)
	z := block(k, y, h.in2, h.around2, h.out2, false)
	squares := 0.0
	for i, v := range z {
		t := math.Tanh(float64(v))
		z[i] = float32(t)
		squares += t * t
	}
	norm := float32(1 / math.Sqrt(squares))
	for i := range z {
		z[i] *= norm
	}
	return z
}

// block gives around(x) + out(relu(in(x))), and relu of that where wanted.
func block(k kernel, x []float32, in, around, out *matrix, relu bool) []float32 {
	hidden := dense(k, in, x, make([]float32, in.cols), true)
	return dense(k, out, hidden, dense(k, around, x, make([]float32, around.cols), false), relu)
}

// dense applies a layer to one row.
func dense(k kernel, m *matrix, x, bias []float32, relu bool) []float32 {
	values := make([]int16, m.rows)
	out := make([]float32, m.cols)
	step := k.quantise(values, x, m.rows, 1, m.rows, m.limit)
	k.apply(out, m.cols, quantised{values, step}, m.rows, 1, layer{weights: m, bias: bias, relu: relu})
	return out
}
