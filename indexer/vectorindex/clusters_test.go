package vectorindex_test

import (
	"math"
	"math/rand/v2"
)

// clusters makes vectors of unit length around centres that lie around a mean:
// about as alike as models make the texts of one trade.
type clusters struct {
	r       *rand.Rand
	centres [][]float32
}

func newClusters(seed uint64, n, dim int) *clusters {
	c := &clusters{r: rand.New(rand.NewPCG(seed, 9))}
	mean := c.around(make([]float32, dim), 1)
	for range n {
		c.centres = append(c.centres, c.around(mean, 1.4))
	}
	return c
}

// next is a vector of some cluster.
func (c *clusters) next() []float32 { return c.around(c.centres[c.r.IntN(len(c.centres))], .7) }

// around is a centre and something random of a length, made unit.
func (c *clusters) around(centre []float32, length float64) []float32 {
	v := make([]float32, len(centre))
	by := length / math.Sqrt(float64(len(v)))
	var square float64
	for i := range v {
		x := float64(centre[i]) + by*c.r.NormFloat64()
		v[i] = float32(x)
		square += x * x
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(square))
	}
	return v
}
