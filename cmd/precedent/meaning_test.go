package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"precedent/indexer/embed"

	"github.com/stretchr/testify/require"
)

// modelsHere is the folder of the models, which the test is skipped without.
func modelsHere(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "models"))
	require.NoError(t, err)
	files, ok := embed.Files()
	if _, err := os.Stat(filepath.Join(dir, files[0].Name)); err != nil || !ok {
		t.Skip("the models are missing: run `make models` first")
	}
	return dir
}

func TestMeaningFromImportToDoctor(t *testing.T) {
	models, data := modelsHere(t), t.TempDir()
	must(t, "import", "--data", data, write(t, "cases.jsonl", twoCases))
	abroad := func() string {
		return must(t, "search", "--data", data, "--models", models, "the red light on the fibre modem keeps blinking")
	}
	require.NotContains(t, abroad(), "A1", "nobody has read the cases for their meaning yet")

	_, stop := serve(t, "--data", data, "--models", models)
	require.Eventually(t, func() bool { return strings.Contains(abroad(), "A1") }, 30*time.Second, 100*time.Millisecond)
	stop()
	require.Contains(t, abroad(), "A1", "what was read is kept")
	require.Contains(t, must(t, "doctor", "--data", data, "--models", models), "vectors: sound, 2 cases")

	none := t.TempDir()
	_, stop = serve(t, "--data", data, "--models", none)
	require.Contains(t, must(t, "search", "--data", data, "光猫"), "A1", "words alone rank")
	stop()
	require.Contains(t, must(t, "doctor", "--data", data, "--models", none), "vectors: not checked")

	require.NoError(t, filepath.WalkDir(folder(data).vectors(), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasPrefix(d.Name(), "log") {
			return err
		}
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		b[len(b)/2] ^= 1
		return os.WriteFile(path, b, 0o600)
	}))
	code, _, stderr := call(t, "doctor", "--data", data, "--models", models)
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "the server makes them anew")
	_, stop = serve(t, "--data", data, "--models", models)
	require.Eventually(t, func() bool { return strings.Contains(abroad(), "A1") }, 30*time.Second, 100*time.Millisecond)
	stop()
	require.Contains(t, must(t, "doctor", "--data", data, "--models", models), "vectors: sound, 2 cases")
}

func TestEvalByEachLeg(t *testing.T) {
	models, dir := modelsHere(t), t.TempDir()
	for name, text := range map[string]string{
		"docs.jsonl":    `{"id":"d1","complaint":"光猫红灯一直闪","resolution":"检查光纤"}` + "\n" + `{"id":"d2","complaint":"打印机老是卡纸","resolution":"清理搓纸轮"}` + "\n",
		"queries.jsonl": `{"id":"q1","text":"The printer has a paper jam"}` + "\n",
		"qrels.tsv":     "q1\t0\td2\t1\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	require.Contains(t, must(t, "eval", "--models", models, "--legs", "words", dir), "hit@1 0.000")
	require.Contains(t, must(t, "eval", "--models", models, "--legs", "meaning", dir), "hit@1 1.000")
	require.Contains(t, must(t, "eval", "--models", models, "--legs", "all", dir), "hit@1 1.000")
	require.Contains(t, must(t, "eval", "--models", models, dir), "hit@1 1.000", "all is what there is")
	require.Contains(t, must(t, "eval", "--models", t.TempDir(), dir), "hit@1 0.000", "words alone, without models")
	code, _, stderr := call(t, "eval", "--models", t.TempDir(), "--legs", "all", dir)
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "make models")
	code, _, _ = call(t, "eval", "--legs", "both", dir)
	require.Equal(t, exitUsage, code)
}
