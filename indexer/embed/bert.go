package embed

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	onnx "github.com/yalue/onnxruntime_go"
)

// maxTokens is how much of a text a BERT model reads, [CLS] and [SEP]
// included: 254 Chinese characters or some 190 English words. MiniLM was made
// for 256, bge for 512. Of 10,000 complaints in public sets one is longer, and
// a run costs .25 ms a token or more, so that a transcript read to 512 would
// take twice the time for what was said after the problem.
const maxTokens = 256

// pooling is how the states of a text's tokens become one vector.
type pooling int

const (
	poolFirst pooling = iota // the state of [CLS]
	poolMean                 // the mean of all states
)

// bertModel is a BERT encoder. Any number of goroutines may use it.
type bertModel struct {
	pieces      *wordPiece
	pooling     pooling
	dim         int
	ones, zeros []int64 // an attention mask and token types for maxTokens tokens

	// slots bounds the runs at once, and so the memory: about 8 MB each. There
	// are two a processor, so that a search needn't wait for a slow backlog.
	slots chan struct{}

	open    sync.RWMutex // held to read while a run goes on, to write by close
	session *onnx.DynamicAdvancedSession
}

// newBERT loads a model of dim dimensions. The runtime must have started.
func newBERT(path string, pieces *wordPiece, pooling pooling, dim int) (*bertModel, error) {
	session, err := newSession(path, []string{"input_ids", "attention_mask", "token_type_ids"}, []string{"last_hidden_state"})
	if err != nil {
		return nil, err
	}
	return &bertModel{
		pieces: pieces, pooling: pooling, dim: dim, session: session,
		slots: make(chan struct{}, 2*runtime.GOMAXPROCS(0)),
		ones:  slices.Repeat([]int64{1}, maxTokens), zeros: make([]int64, maxTokens),
	}, nil
}

// Dim implements [Model].
func (m *bertModel) Dim() int { return m.dim }

// Embed implements [Model]. Cancelling ctx ends a run within a layer's time.
func (m *bertModel) Embed(ctx context.Context, text string) ([]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ids, known := m.pieces.encode(text, maxTokens)
	if known == 0 {
		return nil, nil
	}
	select {
	case m.slots <- struct{}{}:
		defer func() { <-m.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	m.open.RLock()
	defer m.open.RUnlock()
	if m.session == nil {
		return nil, ErrClosed
	}
	states, err := m.run(ctx, ids)
	if err != nil {
		return nil, err
	}
	if len(states) != len(ids)*m.dim {
		return nil, fmt.Errorf("the model gave %d numbers for %d tokens of %d dimensions", len(states), len(ids), m.dim)
	}
	vector := slices.Clone(states[:m.dim])
	if m.pooling == poolMean {
		for at := m.dim; at < len(states); at += m.dim {
			for i, x := range states[at : at+m.dim] {
				vector[i] += x
			}
		}
	}
	return unit(vector), nil
}

// run gives the last layer's states, dim numbers for each id.
func (m *bertModel) run(ctx context.Context, ids []int64) ([]float32, error) {
	options, err := onnx.NewRunOptions()
	if err != nil {
		return nil, err
	}
	defer options.Destroy()
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		options.Terminate()
		close(ended)
	})
	defer func() {
		if !stop() {
			<-ended
		}
	}()

	// The tensors keep pointers to these beyond the call that makes them.
	var pinner runtime.Pinner
	defer pinner.Unpin()
	var inputs []onnx.Value
	for _, data := range [][]int64{ids, m.ones[:len(ids)], m.zeros[:len(ids)]} {
		pinner.Pin(&data[0])
		tensor, err := onnx.NewTensor(onnx.NewShape(1, int64(len(ids))), data)
		if err != nil {
			return nil, err
		}
		defer tensor.Destroy()
		inputs = append(inputs, tensor)
	}
	outputs := []onnx.Value{nil}
	if err := m.session.RunWithOptions(inputs, outputs, options); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	defer outputs[0].Destroy()
	states, ok := outputs[0].(*onnx.Tensor[float32])
	if !ok {
		return nil, fmt.Errorf("the model gave %T, want 32-bit floats", outputs[0])
	}
	return states.GetData(), nil
}

// close waits for the runs in progress and frees the model.
func (m *bertModel) close() error {
	m.open.Lock()
	defer m.open.Unlock()
	if m.session == nil {
		return nil
	}
	session := m.session
	m.session = nil
	return session.Destroy()
}

// unit scales a vector to length 1, in place; nil where it has no length.
func unit(vector []float32) []float32 {
	var sum float64
	for _, x := range vector {
		sum += float64(x) * float64(x)
	}
	if sum == 0 || math.IsNaN(sum) || math.IsInf(sum, 0) {
		return nil
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range vector {
		vector[i] *= scale
	}
	return vector
}
