package embed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	onnx "github.com/yalue/onnxruntime_go"
	"golang.org/x/sync/errgroup"
)

var (
	// ErrNoModels says that the folder doesn't hold the models: files are
	// missing or not the ones wanted, or this system can't run them.
	ErrNoModels = errors.New("no models")
	// ErrClosed says that the models were closed.
	ErrClosed = errors.New("the models are closed")
)

// preparation numbers our own share in a vector, the normalising and cutting
// of texts and the pooling; it grows when that changes.
const preparation = 1

// Model turns texts into vectors of one space. Any number of goroutines may
// use it; a call takes one thread.
type Model interface {
	// Embed gives a text's vector, of unit length and [Model.Dim] numbers. It
	// is nil for a text in which the model knows nothing. The error is ctx's
	// when ctx ended first.
	Embed(ctx context.Context, text string) ([]float32, error)
	// Dim is the number of dimensions of the space.
	Dim() int
}

// Models are the three models, loaded: about 170 MB, and some more for the
// texts that are embedded at once.
type Models struct {
	chinese, english *bertModel
	multilingual     *useModel
	version          string
}

// Open checks the files of a folder, about 100 MB, and loads the models, which
// takes about a second of the processors together. A folder that lacks them gives [ErrNoModels]. Whatever
// the error, searching by words goes on without the models.
func Open(dir string) (*Models, error) {
	files, ok := Files()
	if !ok {
		return nil, fmt.Errorf("%w: ONNX Runtime is not built for this system", ErrNoModels)
	}
	if err := checkAll(dir, files); err != nil {
		return nil, err
	}
	if err := startRuntime(filepath.Join(dir, files[len(files)-1].Name)); err != nil {
		return nil, err
	}
	m := &Models{version: version()}
	var loading errgroup.Group
	loading.Go(func() (err error) {
		m.chinese, err = openBERT(dir, fileBGE, fileBGETokenizer, true, poolFirst, 512)
		return err
	})
	loading.Go(func() (err error) {
		m.english, err = openBERT(dir, fileMiniLM, fileMiniLMTokenizer, false, poolMean, 384)
		return err
	})
	loading.Go(func() (err error) {
		m.multilingual, err = openUSE(filepath.Join(dir, fileUSEPieces), filepath.Join(dir, fileUSE))
		return err
	})
	if err := loading.Wait(); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

func openBERT(dir, weights, tokenizer string, compose bool, pooling pooling, dim int) (*bertModel, error) {
	content, err := os.ReadFile(filepath.Join(dir, tokenizer))
	if err != nil {
		return nil, err
	}
	pieces, err := newWordPiece(content, compose)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", tokenizer, err)
	}
	model, err := newBERT(filepath.Join(dir, weights), pieces, pooling, dim)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", weights, err)
	}
	return model, nil
}

// Chinese is bge-small-zh-v1.5, for Chinese with Chinese: 512 dimensions.
func (m *Models) Chinese() Model { return m.chinese }

// English is all-MiniLM-L6-v2, for English with English: 384 dimensions.
func (m *Models) English() Model { return m.english }

// Multilingual is the Universal Sentence Encoder, multilingual v3, across 16
// languages: 512 dimensions.
func (m *Models) Multilingual() Model { return m.multilingual }

// Version names all that decides a vector: the weights and vocabularies, the
// runtime, and our own preparation of texts. Vectors of different versions
// must not be compared.
func (m *Models) Version() string { return m.version }

func version() string {
	var b strings.Builder
	for _, f := range modelFiles() {
		fmt.Fprintf(&b, "%s@%.8s ", f.Name, f.SHA256)
	}
	fmt.Fprintf(&b, "onnxruntime@%s preparation@%d", onnx.GetVersion(), preparation)
	return b.String()
}

// Close waits for the texts in progress and frees the models; a text that
// comes later gets [ErrClosed]. Closing again does nothing.
func (m *Models) Close() error {
	var failures []error
	for _, model := range []*bertModel{m.chinese, m.english} {
		if model != nil {
			failures = append(failures, model.close())
		}
	}
	return errors.Join(failures...)
}

// checkAll compares every file of a folder with the manifest.
func checkAll(dir string, files []File) error {
	var missing []string
	for _, f := range files {
		if _, err := os.Stat(filepath.Join(dir, f.Name)); err != nil {
			missing = append(missing, f.Name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: the folder %s lacks %s; `make models` brings them",
			ErrNoModels, dir, strings.Join(missing, ", "))
	}
	var checking errgroup.Group
	for _, f := range files {
		checking.Go(func() error {
			if err := f.Check(dir); err != nil {
				return fmt.Errorf("%w: %w; `make models` brings it anew", ErrNoModels, err)
			}
			return nil
		})
	}
	return checking.Wait()
}

// Check reads the file in a folder and says how it differs from the manifest:
// missing, of another size, or of another content.
func (f File) Check(dir string) error {
	path := filepath.Join(dir, f.Name)
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.Size() != f.Size {
		return fmt.Errorf("%s has %d bytes, not %d", path, info.Size(), f.Size)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.SHA256 {
		return fmt.Errorf("%s has the SHA-256 %s, not %s", path, got, f.SHA256)
	}
	return nil
}
