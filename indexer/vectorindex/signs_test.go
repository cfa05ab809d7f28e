package vectorindex

import (
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCentre gives signs to rows that lie around a mean far from 0: about half
// of each component's signs are set, and stay so while rows come in and the
// mean moves.
func TestCentre(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var l rowList
	owner := uint64(0)
	add := func(n int, mean float32) {
		owner++
		l = l.clone()
		for range n {
			v := make([]float32, 64)
			for i := range v {
				v[i] = mean*float32(i%3-1) + r.Float32() - .5
			}
			is, err := quantise(v)
			require.NoError(t, err)
			l.append(owner, is, 0, 0)
		}
		l.sign(nativeKernels(), owner)
	}
	add(signsFrom, 3)
	require.Nil(t, l.signs.centre, "a small space needs no signs")
	halves := func(from, to int, within float64) {
		for c := range 8 {
			var ones [8]int
			for row := from; row < to; row++ {
				b, i := l.row(uint32(row))
				sign := b.signs[i/32*32*8+c*32+i%32]
				for bit := range ones {
					ones[bit] += int(sign >> bit & 1)
				}
			}
			for bit, n := range ones {
				assert.InDelta(t, .5, float64(n)/float64(to-from), within, "component %d of rows %d to %d", c*8+bit, from, to)
			}
		}
	}
	add(1, 3)
	halves(0, l.len(), .02)
	add(300, 3)
	halves(signsFrom, l.len(), .12)
	first := l.signs
	add(recentre*signsFrom+10-l.len(), -5)
	require.NotEqual(t, first.rows, l.signs.rows)
	_, i := l.row(uint32(l.len() - 1))
	require.Len(t, l.blocks[len(l.blocks)-1].factors, i+1)
	var all int
	for _, b := range l.blocks {
		for _, sign := range b.signs[:b.len()/32*32*8] {
			all += bits.OnesCount8(sign)
		}
	}
	assert.InDelta(t, .5, float64(all)/float64(l.len()*64), .1)
}
