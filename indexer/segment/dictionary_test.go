package segment

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// small is a dictionary that loads at once.
const small = "宽带 100 n\n断网 50 v\n寬頻 7 n\nT恤 4 n\n网 900 n\n断 800 v\n"

func folder(t *testing.T, text string) string {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, dictionaryName), []byte(text), 0o644))
	return dir
}

func TestDictionaryIsNormalised(t *testing.T) {
	words, total, err := normalizeDictionary([]byte(small))
	require.NoError(t, err)
	assert.Equal(t, "宽频 7 x\n宽带 100 x\n断网 50 x\n网 900 x\n断 800 x\n", string(words))
	assert.EqualValues(t, 1857, total)
}

func TestBadDictionaries(t *testing.T) {
	for _, row := range []struct{ text, says string }{
		{"宽带 100 n\n断网\n", "line 2"},
		{"宽带 many n\n", `line 1: frequency "many"`},
		{"宽带 0 n\n", "above 0"},
		{"", "no words"},
	} {
		_, err := New(Config{Dictionaries: folder(t, row.text)})
		assert.ErrorContains(t, err, row.says, "dictionary %q", row.text)
	}
	_, err := New(Config{Dictionaries: t.TempDir()})
	assert.ErrorContains(t, err, "go generate ./indexer/segment")
}

// TestScratchIsUsedAgain holds that a prepared dictionary is used as it is,
// mended when damaged, and enough by itself.
func TestScratchIsUsedAgain(t *testing.T) {
	scratch := t.TempDir()
	from := sources(Config{Dictionaries: folder(t, small)})
	first, err := prepare(Config{Scratch: scratch}, from)
	require.NoError(t, err)
	before, err := os.Stat(first.words())
	require.NoError(t, err)

	second, err := prepare(Config{Scratch: scratch}, from)
	require.NoError(t, err)
	after, err := os.Stat(second.words())
	require.NoError(t, err)
	assert.Equal(t, first, second)
	assert.True(t, os.SameFile(before, after), "prepared again without need")

	nowhere := []source{{"nowhere", func() ([]byte, error) { return nil, fs.ErrNotExist }}}
	kept, err := prepare(Config{Scratch: scratch}, nowhere)
	require.NoError(t, err, "what an earlier start kept is enough")
	assert.Equal(t, first, kept)

	require.NoError(t, os.WriteFile(first.words(), []byte("宽带 1 x\n"), 0o644))
	_, err = prepare(Config{Scratch: scratch}, nowhere)
	assert.ErrorContains(t, err, "nowhere", "a damaged one is not")
	mended, err := prepare(Config{Scratch: scratch}, from)
	require.NoError(t, err)
	assert.Equal(t, first.sum, mended.sum)
	raw, err := os.ReadFile(mended.words())
	require.NoError(t, err)
	assert.Equal(t, first.sum, checksum(raw))

	left, err := filepath.Glob(filepath.Join(scratch, "unpacking-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestSourceError(t *testing.T) {
	broken := []source{{"the copy", func() ([]byte, error) { return nil, errors.New("unexpected EOF") }}}
	_, err := prepare(Config{}, broken)
	assert.ErrorContains(t, err, "the copy: unexpected EOF")
}

// TestVersion holds that a Version tells dictionaries apart, and nothing else.
func TestVersion(t *testing.T) {
	version := func(cfg Config) string {
		s, err := New(cfg)
		require.NoError(t, err)
		defer s.Close()
		return s.Version()
	}
	user := filepath.Join(t.TempDir(), "user.txt")
	require.NoError(t, os.WriteFile(user, []byte("光猫\n"), 0o644))
	plain := version(Config{Dictionaries: folder(t, small)})
	assert.Equal(t, plain, version(Config{Dictionaries: folder(t, small), Scratch: t.TempDir()}))
	assert.NotEqual(t, plain, version(Config{Dictionaries: folder(t, small+"光猫 3 n\n")}))
	assert.NotEqual(t, plain, version(Config{Dictionaries: folder(t, small), UserDictionary: user}))
}

// TestMovedBinary builds a program with the dictionary embedded and one
// without, moves them, and runs them where there is no module cache.
func TestMovedBinary(t *testing.T) {
	if testing.Short() {
		t.Skip("builds two programs; leave out -short to run it")
	}
	packed := t.TempDir()
	run(t, nil, "go", "run", "gen_dict.go", packed)
	_, err := os.Stat(filepath.Join(packed, "LICENSE.gojieba"))
	require.NoError(t, err)
	here, err := filepath.Abs(packedDictionary)
	require.NoError(t, err)
	with := build(t, here, filepath.Join(packed, filepath.Base(packedDictionary)))
	without := build(t, here, "")

	nowhere := filepath.Join(t.TempDir(), "nowhere")
	scratch := t.TempDir()
	env := []string{"GOPATH=" + nowhere, "GOMODCACHE=" + nowhere, "HOME=" + nowhere, "TMPDIR=" + t.TempDir()}

	_, err = command(append(env, "SCRATCH="+t.TempDir()), without, "宽带断网").Output()
	var failed *exec.ExitError
	require.ErrorAs(t, err, &failed, "no dictionary anywhere")
	assert.Contains(t, string(failed.Stderr), "go generate ./indexer/segment")

	assert.Contains(t, run(t, append(env, "SCRATCH="), with, "宽带断网"), "宽带\n")
	assert.Contains(t, run(t, append(env, "SCRATCH="+scratch), with, "宽带断网"), "宽带\n")
	assert.Contains(t, run(t, append(env, "SCRATCH="+scratch), without, "宽带断网"), "宽带\n",
		"a program without a dictionary finds the one kept in its data folder")
}

// build builds testdata/cut with a file in the place of the packed dictionary,
// or none, and returns the program's path in a folder of its own.
func build(t *testing.T, place, file string) string {
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{place: file}})
	require.NoError(t, err)
	list := filepath.Join(t.TempDir(), "overlay.json")
	require.NoError(t, os.WriteFile(list, overlay, 0o644))
	program := filepath.Join(t.TempDir(), "cut")
	run(t, nil, "go", "build", "-overlay", list, "-o", program, "./testdata/cut")
	moved := filepath.Join(t.TempDir(), "moved")
	require.NoError(t, os.Rename(program, moved))
	return moved
}

func command(env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	return cmd
}

func run(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	cmd := command(env, name, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "%s %v: %s", name, args, stderr.String())
	return string(out)
}
