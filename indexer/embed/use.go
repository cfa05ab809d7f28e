package embed

import (
	"context"
	"errors"
	"sync"
)

// maxPieces bounds the pieces of a text that shape its vector: about 600
// Chinese or 2,400 English characters, and 20 ms. The rest is left out. The
// reference in Python has no bound.
const maxPieces = 512

// useModel embeds texts of 16 languages in one space by the Universal Sentence
// Encoder. It is safe for concurrent use; a call takes one thread.
type useModel struct {
	pieces  *sentencePiece
	network *network
	scratch sync.Pool // of *scratch
}

// openUSE reads the model's vocabulary (a SentencePiece model) and weights (an
// .npz archive). About 75 MB stay in memory.
func openUSE(piecesPath, weightsPath string) (*useModel, error) {
	m := &useModel{scratch: sync.Pool{New: func() any { return new(scratch) }}}
	var vocabulary, weights error
	var reading sync.WaitGroup
	reading.Go(func() { m.pieces, vocabulary = readSentencePiece(piecesPath) })
	reading.Go(func() { m.network, weights = readNetwork(weightsPath) })
	reading.Wait()
	if err := errors.Join(vocabulary, weights); err != nil {
		return nil, err
	}
	return m, nil
}

// Dim is the length of the vectors, 512.
func (m *useModel) Dim() int { return useWidth }

// Embed gives the unit vector of a text, nil when the model knows none of its
// pieces. It looks at ctx between layers.
func (m *useModel) Embed(ctx context.Context, text string) ([]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ids := m.pieces.encode(text, maxPieces)
	if m.pieces.known(ids) == 0 {
		return nil, nil
	}
	s := m.scratch.Get().(*scratch)
	defer m.scratch.Put(s)
	return m.network.embed(ctx, ids, s)
}

// Known is the share of a text's pieces that the model knows, from 0 to 1;
// spaces do not count. 0 for a text without pieces. Below a half, the vector
// says little about the text.
func (m *useModel) Known(text string) float64 {
	return m.pieces.known(m.pieces.encode(text, maxPieces))
}
