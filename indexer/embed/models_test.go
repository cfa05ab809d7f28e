package embed

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// loaded are the models that the tests share.
var loaded = sync.OnceValues(func() (*Models, error) { return Open(filepath.Join("..", "..", "models")) })

func sharedModels(t testing.TB) *Models {
	t.Helper()
	modelsFolder(t)
	m, err := loaded()
	require.NoError(t, err)
	return m
}

func TestModelsGiveTheReferenceVectors(t *testing.T) {
	m := sharedModels(t)
	texts := referenceTexts(t)
	for name, model := range map[string]Model{"bge": m.Chinese(), "minilm": m.English()} {
		compared := 0
		for i, want := range readReference(t, name) {
			if want.Vector == nil {
				continue
			}
			got, err := model.Embed(t.Context(), texts[i])
			require.NoError(t, err)
			require.Len(t, got, model.Dim())
			require.InDelta(t, 1, math.Sqrt(dot(got, got)), 1e-5, "unit length")
			require.Greater(t, cosine(got, want.Vector), near, "%s: %+q", name, texts[i])
			compared++
		}
		require.Greater(t, compared, 40)
	}
}

func dot(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestModelsKnowWhatTextsMean(t *testing.T) {
	m := sharedModels(t)
	for _, c := range []struct {
		name                string
		model               Model
		complaint, fix, off string
	}{
		{"Chinese", m.Chinese(), "宽带上不了网，路由器亮红灯", "光猫红灯闪烁，无法连接网络", "洗衣机漏水而且很吵"},
		{"English", m.English(), "I was charged twice this month", "duplicate payment on my bill", "the washing machine leaks"},
		{"Multilingual", m.Multilingual(), "I was charged twice this month", "这个月重复扣费", "洗衣机漏水"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var vectors [3][]float32
			for i, text := range []string{c.complaint, c.fix, c.off} {
				var err error
				vectors[i], err = c.model.Embed(t.Context(), text)
				require.NoError(t, err)
			}
			require.Greater(t, dot(vectors[0], vectors[1]), .1+dot(vectors[0], vectors[2]))
		})
	}
}

func TestEmbedKnowsNothing(t *testing.T) {
	m := sharedModels(t)
	for _, model := range []Model{m.Chinese(), m.English()} {
		for _, text := range []string{"", " \t\n", "\x00\xff", "\U0001F6DC"} {
			v, err := model.Embed(t.Context(), text)
			require.NoError(t, err)
			require.Nil(t, v, "%q", text)
		}
	}
}

func TestEmbedFromManyGoroutines(t *testing.T) {
	m := sharedModels(t)
	texts := []string{"宽带上不了网", "the router blinks red", strings.Repeat("很长的投诉。", 200)}
	for _, model := range []Model{m.Chinese(), m.English(), m.Multilingual()} {
		var want [][]float32
		for _, text := range texts {
			v, err := model.Embed(t.Context(), text)
			require.NoError(t, err)
			want = append(want, v)
		}
		var running sync.WaitGroup
		for range 4 {
			running.Go(func() {
				for i, text := range texts {
					v, err := model.Embed(t.Context(), text)
					if err != nil || cosine(v, want[i]) < .99999 {
						t.Errorf("%.20s: %v, other vector", text, err)
					}
				}
			})
		}
		running.Wait()
	}
}

func TestEmbedHeedsItsContext(t *testing.T) {
	m := sharedModels(t)
	long := strings.Repeat("路由器一直闪红灯，", 40)
	for _, model := range []Model{m.Chinese(), m.English(), m.Multilingual()} {
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := model.Embed(ended, long)
		require.ErrorIs(t, err, context.Canceled)
	}
	// A run in progress ends early, and the next one is whole again.
	for range 10 {
		ctx, cancel := context.WithTimeout(t.Context(), 5e6)
		_, err := m.Chinese().Embed(ctx, long)
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
	v, err := m.Chinese().Embed(t.Context(), long)
	require.NoError(t, err)
	require.Len(t, v, 512)
}

func TestModelsOpenTwiceAndClose(t *testing.T) {
	second := sharedModels(t)
	first, err := Open(modelsFolder(t))
	require.NoError(t, err)
	require.Equal(t, first.Version(), second.Version())
	require.Contains(t, first.Version(), "onnxruntime@1.24.2")
	require.NoError(t, first.Close())
	require.NoError(t, first.Close())
	_, err = first.Chinese().Embed(t.Context(), "红灯")
	require.ErrorIs(t, err, ErrClosed)
	_, err = second.Chinese().Embed(t.Context(), "红灯")
	require.NoError(t, err)
}

func TestOpenNamesWhatIsMissingOrWrong(t *testing.T) {
	_, err := Open(t.TempDir())
	require.ErrorIs(t, err, ErrNoModels)
	require.ErrorContains(t, err, fileBGE)
	require.ErrorContains(t, err, "make models")

	folder := modelsFolder(t)
	files, ok := Files()
	require.True(t, ok)
	dir := t.TempDir()
	for _, f := range files {
		whole, err := filepath.Abs(filepath.Join(folder, f.Name))
		require.NoError(t, err)
		require.NoError(t, os.Symlink(whole, filepath.Join(dir, f.Name)))
	}
	damaged := filepath.Join(dir, fileMiniLMTokenizer)
	content := model(t, fileMiniLMTokenizer)
	content[len(content)/2] ^= 1
	require.NoError(t, os.Remove(damaged))
	require.NoError(t, os.WriteFile(damaged, content, 0o644))
	_, err = Open(dir)
	require.ErrorIs(t, err, ErrNoModels)
	require.ErrorContains(t, err, damaged+" has the SHA-256")

	require.NoError(t, os.WriteFile(damaged, content[1:], 0o644))
	_, err = Open(dir)
	require.ErrorContains(t, err, "bytes, not")
}

func TestRuntimeRefusesWhatIsNoModel(t *testing.T) {
	sharedModels(t)
	path := filepath.Join(t.TempDir(), "no.onnx")
	require.NoError(t, os.WriteFile(path, []byte("no model"), 0o644))
	_, err := newBERT(path, nil, poolMean, 384)
	require.Error(t, err)
	require.False(t, errors.Is(err, ErrNoModels))
}
