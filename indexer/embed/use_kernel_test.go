package embed

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// floatArray makes an array of float32 numbers.
func floatArray(values []float32, shape ...int) array {
	a := array{shape: shape, kind: "<f4"}
	for _, v := range values {
		a.data = binary.LittleEndian.AppendUint32(a.data, math.Float32bits(v))
	}
	return a
}

// randomMatrix gives weights of whole multiples of step, and a packed copy.
func randomMatrix(t testing.TB, random *rand.Rand, rows, cols int, step float32) ([]float32, *matrix) {
	t.Helper()
	values := make([]float32, rows*cols)
	for i := range values {
		values[i] = float32(random.IntN(255)-127) * step
	}
	values[random.IntN(len(values))] = 127 * step
	m, err := newMatrix(floatArray(values, rows, cols))
	require.NoError(t, err)
	return values, m
}

func randomFloats(random *rand.Rand, n int) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = float32(random.NormFloat64())
	}
	return values
}

func kernels() map[string]kernel {
	return map[string]kernel{"portable": portable{}, fmt.Sprintf("%T", fastest()): fastest()}
}

// Every kernel gives what the definition of a layer says, for every number of
// rows a tile may have, overlapping rows, and with and without what follows a
// product.
func TestKernelsApplyALayer(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 1))
	const depth, cols, stride, width = 48, 32, 16, 40
	weights, m := randomMatrix(t, random, depth, cols, .0125)
	for name, k := range kernels() {
		for rows := 1; rows <= 14; rows++ {
			src := randomFloats(random, rows*stride+depth)
			l := layer{weights: m, bias: randomFloats(random, cols), relu: rows%2 == 0, width: 37}
			if rows%3 != 0 {
				l.residual = randomFloats(random, rows*l.width)
			}
			values := make([]int16, len(src))
			step := k.quantise(values, src, len(src), 1, len(src), m.limit)
			out := make([]float32, rows*width)
			k.apply(out, width, quantised{values, step}, stride, rows, l)
			for row := range rows {
				for col := range cols {
					want := l.bias[col]
					for i := range depth {
						want += src[row*stride+i] * weights[i*cols+col]
					}
					if l.relu {
						want = max(want, 0)
					}
					if l.residual != nil {
						want += l.residual[row*l.width+col]
					}
					require.InDelta(t, want, out[row*width+col], 1e-3, "%s, row %d of %d, column %d", name, row, rows, col)
				}
				for _, v := range out[row*width+cols : (row+1)*width] {
					require.Zero(t, v, "%s wrote beside its columns", name)
				}
			}
		}
	}
}

// The integers are the same whatever the processor, so that vectors of one
// machine serve on another.
func TestKernelsAgree(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 2))
	const rows, cols, width = 9, 64, 80
	for range 50 {
		src := randomFloats(random, rows*width)
		limit := float32(1 + random.IntN(math.MaxInt16))
		got, want := make([]int16, rows*cols), make([]int16, rows*cols)
		step := fastest().quantise(got, src, width, rows, cols, limit)
		require.Equal(t, portable{}.quantise(want, src, width, rows, cols, limit), step)
		require.Equal(t, want, got)

		x, gain, bias := randomFloats(random, rows*cols), randomFloats(random, cols), randomFloats(random, cols)
		y := append([]float32(nil), x...)
		fastest().normalise(x, rows, gain, bias, 1e-12)
		portable{}.normalise(y, rows, gain, bias, 1e-12)
		require.InDeltaSlice(t, y, x, 1e-4)
	}
}

func TestKernelsQuantiseZeros(t *testing.T) {
	for name, k := range kernels() {
		dst := []int16{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
		require.Zero(t, k.quantise(dst, make([]float32, 16), 16, 1, 16, 100), name)
		require.Equal(t, make([]int16, 16), dst, name)
	}
}

// Inputs at the limit, all of one sign with their weights, still fit the sums.
func TestSumsNeverOverflow(t *testing.T) {
	const depth = 1280
	values := make([]float32, depth*panel)
	src := make([]float32, depth)
	for i := range src {
		src[i] = 3
		for col := range panel {
			values[i*panel+col] = 127
		}
	}
	m, err := newMatrix(floatArray(values, depth, panel))
	require.NoError(t, err)
	require.Less(t, m.limit, float32(math.MaxInt16))
	for name, k := range kernels() {
		ints := make([]int16, depth)
		step := k.quantise(ints, src, depth, 1, depth, m.limit)
		out := make([]float32, panel)
		k.apply(out, panel, quantised{ints, step}, depth, 1, layer{weights: m, bias: make([]float32, panel)})
		require.InEpsilon(t, 3*127*depth, out[0], 1e-3, name)
	}
}

func TestMatrixRefusesWhatIsNoStepOf8Bits(t *testing.T) {
	good := make([]float32, 2*panel)
	good[3] = 1.27
	for name, c := range map[string]struct {
		a    array
		says string
	}{
		"between steps": {floatArray(append([]float32{.005}, good[1:]...), 2, panel), "no multiple"},
		"not a number":  {floatArray(append([]float32{float32(math.NaN())}, good[1:]...), 2, panel), "largest weight"},
		"infinite":      {floatArray(append([]float32{float32(math.Inf(1))}, good[1:]...), 2, panel), "largest weight"},
		"all zeros":     {floatArray(make([]float32, 2*panel), 2, panel), "largest weight"},
		"odd rows":      {floatArray(good, 1, 2*panel+1), "does not fit"},
		"a vector":      {floatArray(good, 2*panel), "does not fit"},
		"bytes":         {array{shape: []int{2, panel}, kind: "|u1", data: make([]byte, 2*panel)}, "does not fit"},
	} {
		_, err := newMatrix(c.a)
		require.ErrorContains(t, err, c.says, name)
	}
}
