package vectorindex

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func sqrt(x float64) float64 { return math.Sqrt(x) }

// TestQuantise bounds what rounding does to a product.
func TestQuantise(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, dim := range []int{1, 3, 384, 512, maxDim} {
		for range 50 {
			v, q := make([]float32, dim), make([]float32, dim)
			for i := range v {
				v[i], q[i] = float32(r.NormFloat64()), float32(r.NormFloat64())
			}
			is, err := quantise(v)
			require.NoError(t, err)
			asked, err := ask(q)
			require.NoError(t, err)
			var exact, kept, size float64
			for i := range v {
				assert.InDelta(t, v[i], is.scale*float32(is.q[i]), float64(is.scale)*.5001)
				exact += float64(q[i]) * float64(is.scale) * float64(is.q[i])
				kept += math.Abs(float64(is.scale) * float64(is.q[i]))
				size += float64(q[i]) * float64(q[i])
			}
			row := make([]int8, strideOf(dim))
			copy(row, is.q)
			assert.InDelta(t, exact, asked.score(dot(row, asked.q), is.scale), kept*asked.scale/2+1e-9)
		}
	}
}

func TestExtremes(t *testing.T) {
	for _, v := range [][]float32{{}, {0, 0}, {math.SmallestNonzeroFloat32}, {math.MaxFloat32, -math.MaxFloat32}, {1e-30, 1}} {
		is, err := quantise(v)
		require.NoError(t, err, "%v", v)
		require.Len(t, is.q, len(v))
		_, err = ask(v)
		require.NoError(t, err, "%v", v)
	}
	for _, v := range [][]float32{{float32(math.NaN())}, {float32(math.Inf(1))}, {float32(math.Inf(-1)), 1}, make([]float32, maxDim+1)} {
		_, err := quantise(v)
		assert.Error(t, err)
		_, err = ask(v)
		assert.Error(t, err)
	}
}

func TestNth(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for n := 1; n < 200; n++ {
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(r.IntN(1 + n/2))
		}
		sorted := slices.Clone(v)
		slices.Sort(sorted)
		slices.Reverse(sorted)
		for at := range n {
			require.Equal(t, sorted[at], nth(slices.Clone(v), at))
		}
	}
}
