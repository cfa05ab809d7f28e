package vectorindex

import (
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// signing says what the signs of a space's rows are of: of each row less the
// centre, the rows' mean. A row is about the centre plus its factor times its
// signs as +1 and -1, the factor being |row|²/|row|₁ (of the row less the
// centre), and so is its product with a query, with what the centre brings
// being the same for all. After Gao and Long, RaBitQ, SIGMOD 2024, without
// their rotation, which gained nothing on these models.
//
// Signs lie in groups of 32 rows: first a byte of each row for the components
// 0 to 7, then for 8 to 15, and so on.
type signing struct {
	centre []float32 // nil: the space is small and has no signs
	rows   int       // how many there were when the centre was found
}

const (
	// signsFrom is how many rows a space has before its rows get signs: up
	// to there the exact scan takes less than 3 ms.
	signsFrom = 1 << 16
	// recentre is by which factor a space grows before its centre is found anew.
	recentre = 4
	// centreSample is how many rows at least make up a centre, if there are.
	centreSample = 1 << 14
)

// sign gives signs to the rows that lack them.
func (l *rowList) sign(k kernels, owner uint64) {
	n := l.len()
	first := len(l.blocks)
	switch {
	case n <= signsFrom && l.signs.centre == nil:
		return
	case n >= recentre*l.signs.rows:
		l.signs = signing{l.mean(), n}
		for i := range l.blocks {
			b := l.own(owner, i)
			b.signs, b.factors = nil, nil
		}
		first = 0
	default:
		for first > 0 && len(l.blocks[first-1].factors) < l.blocks[first-1].len() {
			first--
			l.own(owner, first)
		}
	}
	each(l.blocks[first:], func(b *rowBlock) { b.sign(k, l.stride, l.signs.centre) })
}

// sign makes the signs of a block's rows that lack them.
func (b *rowBlock) sign(k kernels, stride int, centre []float32) {
	had, n := len(b.factors), b.len()
	if cap(b.factors) < n {
		b.factors = append(make([]float32, 0, cap(b.entries)), b.factors...)
		b.signs = append(make([]byte, 0, (cap(b.entries)+31)/32*32*stride/8), b.signs...)
	}
	b.factors = b.factors[:n]
	b.signs = b.signs[:(n+31)/32*32*stride/8]
	k.sign(b.vectors, stride, had, n, b.scales, centre, b.signs, b.factors)
}

// each calls do for every block, on all processors if there are many.
func each(blocks []*rowBlock, do func(*rowBlock)) {
	workers := min(runtime.GOMAXPROCS(0), (len(blocks)+7)/8)
	if workers <= 1 {
		for _, b := range blocks {
			do(b)
		}
		return
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(blocks); i = int(next.Add(1)) - 1 {
				do(blocks[i])
			}
		})
	}
	group.Wait()
}

// mean returns the mean of rows taken evenly from all.
func (l *rowList) mean() []float32 {
	step := max(1, l.len()/centreSample)
	sums := make([]float64, l.stride)
	n := 0
	for row := 0; row < l.len(); row += step {
		b, r := l.row(uint32(row))
		for i, v := range b.vectors[r*l.stride : (r+1)*l.stride] {
			sums[i] += float64(v) * float64(b.scales[r])
		}
		n++
	}
	mean := make([]float32, l.stride)
	for i, s := range sums {
		mean[i] = float32(s / float64(n))
	}
	return mean
}

// table is what the signs of each four components bring to a product with a
// query: 16 entries for each of their patterns, up to maxEntry, in steps; what
// all patterns have in common is the offset.
type table struct {
	entries      []uint8
	step, offset float32
}

// maxEntry lets two entries fit a byte, and those of maxDim components 16 bits.
const maxEntry = 127

func newTable(q question) *table {
	t := &table{entries: make([]uint8, 4*len(q.vector))}
	var widest, sum float32
	for four := range slices.Chunk(q.vector, 4) {
		size := abs(four[0]) + abs(four[1]) + abs(four[2]) + abs(four[3])
		widest = max(widest, 2*size)
		sum += size
	}
	t.step, t.offset = max(widest, math.SmallestNonzeroFloat32)/maxEntry, -sum
	at := 0
	for four := range slices.Chunk(q.vector, 4) {
		for pattern := range 16 {
			var over float32 // how far above the least
			for i, v := range four {
				if pattern>>i&1 != 0 == (v > 0) {
					over += 2 * abs(v)
				}
			}
			t.entries[at] = uint8(min(maxEntry, over/t.step+.5))
			at++
		}
	}
	return t
}

func abs(v float32) float32 { return max(v, -v) }

// clone returns a list whose blocks a draft may replace.
func (l rowList) clone() rowList {
	l.blocks = slices.Clone(l.blocks)
	return l
}
