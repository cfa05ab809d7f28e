package embed

import "math"

// portable is the kernel in plain Go, for processors the native one does not
// know. Its integers are the native kernel's to the bit.
type portable struct{}

func (portable) quantise(dst []int16, src []float32, width, rows, cols int, limit float32) float32 {
	largest := float32(0)
	for row := range rows {
		for _, v := range src[row*width:][:cols] {
			largest = max(largest, float32(math.Abs(float64(v))))
		}
	}
	if largest == 0 {
		clear(dst[:rows*cols])
		return 0
	}
	scale := limit / largest
	for row := range rows {
		to := dst[row*cols:][:cols]
		for i, v := range src[row*width:][:cols] {
			to[i] = int16(math.RoundToEven(float64(v * scale)))
		}
	}
	return largest / limit
}

func (portable) apply(out []float32, width int, src quantised, stride, rows int, l layer) {
	m := l.weights
	step := src.step * m.step
	for first := 0; first < m.cols; first += panel {
		weights := m.packed[first*m.rows:][:panel*m.rows]
		for row := range rows {
			sums := product(src.values[row*stride:][:m.rows], weights)
			to := out[row*width+first:][:panel]
			for i, sum := range sums {
				v := float32(sum)*step + l.bias[first+i]
				if l.relu {
					v = max(v, 0)
				}
				if l.residual != nil {
					v += l.residual[row*l.width+first+i]
				}
				to[i] = v
			}
		}
	}
}

// product multiplies one row with one panel.
func product(values []int16, weights []int8) (sums [panel]int32) {
	for i := 0; i+1 < len(values); i += 2 {
		a, b := int32(values[i]), int32(values[i+1])
		pairs := (*[2 * panel]int8)(weights[i*panel:])
		for j := range sums {
			sums[j] += a*int32(pairs[2*j]) + b*int32(pairs[2*j+1])
		}
	}
	return sums
}

func (portable) normalise(x []float32, rows int, gain, bias []float32, epsilon float32) {
	n := len(gain)
	for row := range rows {
		v := x[row*n:][:n]
		var sum, squares float32
		for _, f := range v {
			sum += f
		}
		mean := sum / float32(n)
		for _, f := range v {
			squares += (f - mean) * (f - mean)
		}
		scale := float32(1 / math.Sqrt(float64(squares/float32(n)+epsilon)))
		for i, f := range v {
			v[i] = (f-mean)*scale*gain[i] + bias[i]
		}
	}
}
