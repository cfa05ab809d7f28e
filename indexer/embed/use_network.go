package embed

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// The network's sizes.
const (
	useWidth  = 512 // numbers of a piece's embedding, and of a text's
	useBranch = 256 // numbers of one branch of convolutions
	useChunks = 17  // parts of the embedding table; piece p lies in part p mod 17
	useDense  = 3 * useBranch
	useWide   = useWidth + useDense
)

// convolution is one branch of the network: two residual convolutions over
// windows of 2, 3 or 5 pieces, of which before come before the window's own.
type convolution struct {
	before        int
	first, second *matrix
	bias1, bias2  []float32
}

// paddedRows is how many rows of zeros stand before and after a text, enough
// for the widest window.
const paddedRows = 2

// network computes the Universal Sentence Encoder, multilingual version 3
// (Yang et al. 2020): embeddings of pieces, projected and normalised, go through
// three branches of convolutions of 2, 3 and 5 pieces; the normalised sum over
// all pieces, divided by the square root of their number, goes through four
// dense layers with skips.
type network struct {
	kernel      kernel
	table       [useChunks][]byte // rows of useWidth 6-bit numbers, a byte each
	scale, low  [useChunks]float32
	projections [3]*matrix
	projected   [3][]float32 // their biases
	gain, bias  []float32    // of the normalising after them
	branches    [3]convolution
	wideGain    []float32
	wideBias    []float32
	head        head
	epsilon     float32
}

// scratch holds what one embedding computes on its way; a text has as many
// rows as pieces.
type scratch struct {
	wide   []float32 // rows x useWide: embedding and the three branches
	narrow []float32 // rows x useDense: the projections
	middle []float32 // rows x useBranch: after a branch's first convolution
	whole  []int16   // rows + 2*paddedRows, x useWidth
}

func (s *scratch) fit(rows int) {
	s.wide = slices.Grow(s.wide[:0], rows*useWide)[:rows*useWide]
	s.narrow = slices.Grow(s.narrow[:0], rows*useDense)[:rows*useDense]
	s.middle = slices.Grow(s.middle[:0], rows*useBranch)[:rows*useBranch]
	size := (rows + 2*paddedRows) * useWidth
	s.whole = slices.Grow(s.whole[:0], size)[:size]
}

// embed gives the unit vector of a text's pieces.
func (n *network) embed(ctx context.Context, ids []int32, s *scratch) ([]float32, error) {
	rows := len(ids)
	s.fit(rows)
	if err := n.lookup(ids, s.wide); err != nil {
		return nil, err
	}
	n.project(rows, s)
	for i := range n.branches {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n.convolve(i, rows, s)
	}
	n.kernel.normalise(s.wide, rows, n.wideGain, n.wideBias, n.epsilon)
	return n.head.run(n.kernel, pool(s.wide, rows), rows), nil
}

// lookup writes the embeddings of pieces into the first columns of wide.
func (n *network) lookup(ids []int32, wide []float32) error {
	for i, id := range ids {
		part, row := int(id)%useChunks, int(id)/useChunks
		if id < 0 || (row+1)*useWidth > len(n.table[part]) {
			return fmt.Errorf("the table of embeddings has no piece %d", id)
		}
		scale, low := n.scale[part], n.low[part]
		to := wide[i*useWide:][:useWidth]
		for j, v := range n.table[part][row*useWidth:][:useWidth] {
			to[j] = float32(v)*scale + low
		}
	}
	return nil
}

// project fills the narrow columns from the embeddings.
func (n *network) project(rows int, s *scratch) {
	limit := float32(math.MaxInt16)
	for _, m := range n.projections {
		limit = min(limit, m.limit)
	}
	step := n.kernel.quantise(s.whole, s.wide, useWide, rows, useWidth, limit)
	src := quantised{s.whole, step}
	for i, m := range n.projections {
		n.kernel.apply(s.narrow[i*useBranch:], useDense, src, useWidth, rows, layer{weights: m, bias: n.projected[i]})
	}
	n.kernel.normalise(s.narrow, rows, n.gain, n.bias, n.epsilon)
}

// convolve runs one branch from its narrow columns into its wide ones.
func (n *network) convolve(branch, rows int, s *scratch) {
	c := n.branches[branch]
	in, out := s.narrow[branch*useBranch:], s.wide[useWidth+branch*useBranch:]
	src := n.padded(in, useDense, rows, c.first.limit, s)
	n.kernel.apply(s.middle, useBranch, c.window(src), useBranch, rows,
		layer{weights: c.first, bias: c.bias1, relu: true, residual: in, width: useDense})
	src = n.padded(s.middle, useBranch, rows, c.second.limit, s)
	n.kernel.apply(out, useWide, c.window(src), useBranch, rows,
		layer{weights: c.second, bias: c.bias2, relu: true, residual: s.middle, width: useBranch})
}

// padded gives rows of a branch as integers, with rows of zeros around them.
// Rows touch, so that a window over several of them is one longer row.
func (n *network) padded(src []float32, width, rows int, limit float32, s *scratch) quantised {
	const margin = paddedRows * useBranch
	inner := rows * useBranch
	clear(s.whole[:margin])
	clear(s.whole[margin+inner:][:margin])
	return quantised{s.whole, n.kernel.quantise(s.whole[margin:], src, width, rows, useBranch, limit)}
}

// window moves to where the first piece's window begins.
func (c convolution) window(src quantised) quantised {
	src.values = src.values[(paddedRows-c.before)*useBranch:]
	return src
}

// pool sums rows.
func pool(wide []float32, rows int) []float32 {
	sum := make([]float32, useWide)
	for row := range rows {
		for i, v := range wide[row*useWide:][:useWide] {
			sum[i] += v
		}
	}
	return sum
}
