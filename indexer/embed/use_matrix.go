package embed

import (
	"fmt"
	"math"
)

// panel is how many columns of a matrix lie together.
const panel = 16

// matrix holds the weights of one layer as 8-bit integers times one step, the
// form they were published in. They lie in panels of 16 columns; a panel holds
// for each pair of rows the pairs of its columns, so that one load gives what
// an integer multiply-and-add of pairs wants.
type matrix struct {
	rows, cols int
	step       float32
	packed     []int8
	limit      float32 // largest magnitude of an input whose sums still fit 32 bits
}

// newMatrix packs an array of rows x cols numbers, all of them whole multiples,
// up to 127, of one step.
func newMatrix(a array) (*matrix, error) {
	values := a.floats()
	if len(a.shape) != 2 || values == nil || a.shape[0]%2 != 0 || a.shape[1]%panel != 0 || len(values) == 0 {
		return nil, fmt.Errorf("a matrix of shape %v and type %s does not fit", a.shape, a.kind)
	}
	m := &matrix{rows: a.shape[0], cols: a.shape[1], packed: make([]int8, len(values))}
	largest := float32(0)
	for _, v := range values {
		largest = max(largest, v, -v)
	}
	m.step, m.limit = largest/127, math.MaxInt16
	if !(m.step > 0) || math.IsInf(float64(m.step), 0) {
		return nil, fmt.Errorf("the largest weight is %v", largest)
	}
	for first := 0; first < m.cols; first += panel {
		if err := m.pack(first, values); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// pack fills the panel that starts at column first, and lowers the limit where
// its sums ask for that.
func (m *matrix) pack(first int, values []float32) error {
	to := m.packed[first*m.rows:]
	var sums [panel]int
	for row := range m.rows {
		for col, v := range values[row*m.cols+first:][:panel] {
			units := v / m.step
			// Adding and taking away 1.5 * 2^23 rounds to whole numbers.
			whole := units + 0x1.8p23 - 0x1.8p23
			if gap := units - whole; !(gap > -1e-3 && gap < 1e-3) {
				return fmt.Errorf("the weight at row %d, column %d is no multiple of %v", row, first+col, m.step)
			}
			to[row/2*2*panel+col*2+row%2] = int8(whole)
			sums[col] += int(max(whole, -whole))
		}
	}
	for _, sum := range sums {
		m.limit = min(m.limit, float32(math.MaxInt32/max(sum, 1)))
	}
	return nil
}

// quantised holds numbers as 16-bit integers times one step.
type quantised struct {
	values []int16
	step   float32
}

// layer is what follows the product of a layer: out = relu(product + bias) +
// residual, the last two only where wanted.
type layer struct {
	weights  *matrix
	bias     []float32 // weights.cols long
	relu     bool
	residual []float32 // nil, or where the first row's numbers lie
	width    int       // from one row of residual to the next
}

// kernel holds the loops that take an embedding's time. A row of dst, src or
// out begins width, from or to numbers after the one before.
type kernel interface {
	// quantise rounds rows of cols numbers to integers of at most limit.
	// dst.values gets them without gaps; the step comes back.
	quantise(dst []int16, src []float32, width, rows, cols int, limit float32) float32
	// apply computes rows of a layer. Row i of the input begins at
	// src.values[i*stride] and is weights.rows long; rows may overlap.
	apply(out []float32, width int, src quantised, stride, rows int, l layer)
	// normalise gives rows of len(gain) numbers the mean 0 and variance 1,
	// times gain plus bias.
	normalise(x []float32, rows int, gain, bias []float32, epsilon float32)
}
