package segment

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func userFile(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "user.txt")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

func TestUserDictionary(t *testing.T) {
	s, err := New(Config{
		Dictionaries: folder(t, small),
		UserDictionary: userFile(t, "\uFEFF# products and slang\n\n"+
			"雲寬帶\n"+ // traditional is fine
			"沃家固话 30 n\n"+
			"T恤\n"+
			"Mate 60 Pro\n"+
			"天翼 Plus\t5\tn\n"),
	})
	require.NoError(t, err)
	defer s.Close()
	for _, row := range []struct{ text, whole string }{
		{"我的云宽带断网", "云宽带"},
		{"沃家固话不通", "沃家固话"},
		{"买了T恤", "t恤"},
		{"天翼plus套餐", "天翼plus"},
		{"天翼 PLUS套餐", "天翼plus"},
		{"Mate-60-Pro充电", "mate60pro"},
	} {
		found := false
		for _, term := range s.Append(nil, row.text) {
			found = found || term.Text == row.whole && term.Kind == Word
		}
		assert.True(t, found, "%q in %q", row.whole, row.text)
	}
	assert.NotContains(t, texts(s.Append(nil, "mate 60 prominent")), "mate60pro", "no part of a word")
}

func TestBadUserDictionaries(t *testing.T) {
	for _, row := range []struct{ text, says string }{
		{"光猫\n宽带 often n\n", `line 2: frequency "often"`},
		{"Mate 60\t-1\n", "line 1"},
		{"光猫\n\xb9\xe2\xc3\xa8\n", "line 2: not UTF-8"},
	} {
		_, err := New(Config{Dictionaries: folder(t, small), UserDictionary: userFile(t, row.text)})
		assert.ErrorContains(t, err, row.says)
	}
	_, err := New(Config{UserDictionary: filepath.Join(t.TempDir(), "none.txt")})
	assert.ErrorIs(t, err, os.ErrNotExist)
}
