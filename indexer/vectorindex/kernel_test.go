package vectorindex

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// block is random rows in all the forms that kernels take.
type block struct {
	stride, n int
	rows      []int8
	scales    []float32
	centre    []float32
	query     question
}

func randomBlock(r *rand.Rand, stride, n int) block {
	b := block{stride: stride, n: n, rows: make([]int8, n*stride), scales: make([]float32, n), centre: make([]float32, stride)}
	for i := range b.rows {
		b.rows[i] = int8(r.IntN(255) - 127)
	}
	if n > 2 {
		for i := range stride { // the most that sums can come to, and the least
			b.rows[i], b.rows[stride+i] = 127, -127
		}
		clear(b.rows[2*stride : 3*stride])
	}
	for i := range b.scales {
		b.scales[i] = r.Float32() / 100
	}
	v := make([]float32, stride)
	for i := range v {
		v[i] = r.Float32() - .3
		b.centre[i] = r.Float32() / 10
	}
	if n%2 == 0 {
		for i := range v {
			v[i] = 1
		}
	}
	b.query, _ = ask(v)
	return b
}

// TestKernels holds the kernels of every instruction set at hand equal to
// those in Go.
func TestKernels(t *testing.T) {
	best := nativeKernels().(native)
	for level := range best.level + 1 {
		for _, stride := range []int{64, 128, 384, 512, 1024, maxDim} {
			for _, n := range []int{0, 1, 2, 31, 32, 33, 63, 100, 257} {
				t.Run(fmt.Sprintf("level %d stride %d rows %d", level, stride, n), func(t *testing.T) {
					r := rand.New(rand.NewPCG(uint64(stride), uint64(n)))
					compareKernels(t, r, native{level}, randomBlock(r, stride, n))
				})
			}
		}
	}
}

func compareKernels(t *testing.T, r *rand.Rand, k kernels, b block) {
	want, got := make([]int32, b.n), make([]int32, b.n)
	portable{}.dots(b.rows, b.stride, b.n, b.query.q, want)
	k.dots(b.rows, b.stride, b.n, b.query.q, got)
	require.Equal(t, want, got, "dots")

	at := make([]uint32, r.IntN(b.n+1))
	for i := range at {
		at[i] = uint32(r.IntN(b.n))
	}
	some := make([]int32, len(at))
	k.dotsAt(b.rows, b.stride, at, b.query.q, some)
	for i, row := range at {
		require.Equal(t, want[row], some[i], "dotsAt row %d", row)
	}

	size := (b.n + 31) / 32 * 32 * b.stride / 8
	signs, factors := make([]byte, size), make([]float32, b.n)
	portable{}.sign(b.rows, b.stride, 0, b.n, b.scales, b.centre, signs, factors)
	theirs, theirFactors := make([]byte, size), make([]float32, b.n)
	middle := r.IntN(b.n + 1)
	k.sign(b.rows, b.stride, 0, middle, b.scales, b.centre, theirs, theirFactors)
	k.sign(b.rows, b.stride, middle, b.n, b.scales, b.centre, theirs, theirFactors)
	require.Equal(t, signs, theirs, "signs")
	if b.n > 0 {
		require.InEpsilonSlice(t, plusOne(factors), plusOne(theirFactors), 1e-5, "factors")
	}

	table := newTable(b.query)
	for _, limit := range []float32{-1e9, 0, .1, 1e9} {
		rows, estimates := make([]uint32, b.n+1), make([]float32, b.n+1)
		n := portable{}.estimate(signs, b.stride, b.n, factors, table, limit, rows, estimates)
		theirRows, theirs := make([]uint32, b.n+1), make([]float32, b.n+1)
		m := k.estimate(signs, b.stride, b.n, factors, table, limit, theirRows, theirs)
		require.Equal(t, rows[:n], theirRows[:m], "rows with an estimate of at least %g", limit)
		require.Equal(t, estimates[:n], theirs[:m])
	}
}

func plusOne(v []float32) []float32 {
	sum := make([]float32, len(v))
	for i := range v {
		sum[i] = v[i] + 1
	}
	return sum
}

// TestEstimate compares estimates with the products they stand for.
func TestEstimate(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const stride, n = 512, 200
	b := block{stride: stride, n: n, centre: make([]float32, stride)}
	for i := range b.centre {
		b.centre[i] = float32(r.NormFloat64()) * .02
	}
	for range n {
		v := make([]float32, stride)
		for i := range v {
			v[i] = b.centre[i] + float32(r.NormFloat64())*.04
		}
		is, err := quantise(v)
		require.NoError(t, err)
		b.rows, b.scales = append(b.rows, is.q...), append(b.scales, is.scale)
	}
	v := make([]float32, stride)
	for i := range v {
		v[i] = float32(r.NormFloat64()) * .044 // length 1
	}
	var err error
	b.query, err = ask(v)
	require.NoError(t, err)
	signs, factors := make([]byte, (n+31)/32*32*stride/8), make([]float32, n)
	portable{}.sign(b.rows, stride, 0, n, b.scales, b.centre, signs, factors)
	rows, estimates := make([]uint32, n+1), make([]float32, n+1)
	require.Equal(t, n, portable{}.estimate(signs, stride, n, factors, newTable(b.query), -1e9, rows, estimates))
	var ofCentre float64
	for i, c := range b.centre {
		ofCentre += float64(c) * float64(v[i])
	}
	var square float64
	for i := range n {
		is := b.query.score(dot(b.rows[i*stride:(i+1)*stride], b.query.q), b.scales[i])
		square += (is - ofCentre - float64(estimates[i])) * (is - ofCentre - float64(estimates[i]))
	}
	// The signs of a normal vector leave √(1-2/π) = .6 of its length out, which
	// is .9, spread over all directions; divided by 2/π, as factors do.
	assert.InDelta(t, .9*.6*.044/.64, sqrt(square/n), .01)
}
