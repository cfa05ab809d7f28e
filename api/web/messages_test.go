package web

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"os"
	"precedent/corpus"
)

// madeKeys are the keys that code puts together from values.
func madeKeys() []string {
	var keys []string
	add := func(prefix string, names ...string) {
		for _, n := range names {
			keys = append(keys, prefix+n)
		}
	}
	for _, s := range corpus.States {
		add("state.", string(s))
		add("state.means_", string(s))
	}
	for _, k := range corpus.ResolutionKinds {
		add("resolution_kind.", string(k))
	}
	for _, a := range corpus.Audiences {
		add("audience.", string(a))
	}
	for _, v := range corpus.VerdictKinds {
		add("verdict.said_", string(v))
	}
	add("action.", "create", "update", "import", "retire", "resolve")
	add("field.", formFields...)
	add("confidence.", levels...)
	add("meaning.", "near", "very_near")
	add("masked.", "brackets", "phone", "id", "card", "imei", "email", "plate")
	add("differs.", "code", "model", "version")
	add("case.differs_", "code", "model", "version")
	add("done.", deeds...)
	for _, failure := range []string{"not_found", "failed", "full", "busy", "token", "conflict", "too_large"} {
		add("error."+failure, ".title", ".advice")
	}
	return append(keys, "tongue.name",
		"record.list_hint", "record.versions_hint", "record.verified_hint", "record.title_hint",
		"record.handler_hint", "record.tell_hint", "record.resolution_hint")
}

var (
	saidInTemplates  = regexp.MustCompile(`\{\{-?[^}]*?\bt "([a-z_.]+)"`)
	countedAnywhere  = regexp.MustCompile(`\bcount\(? ?"([a-z_.]+)"`)
	saidInGo         = regexp.MustCompile(`\.say\("([a-z_.]+)"[,)]`)
	saidInScripts    = regexp.MustCompile(`\bsay\("([a-z_]+)"`)
	shownByCodeAlone = regexp.MustCompile(`^fault\.`)
)

// usedKeys reads every key that templates, scripts and code say.
func usedKeys(t *testing.T) map[string]bool {
	used := make(map[string]bool)
	for _, k := range madeKeys() {
		used[k] = true
	}
	read := func(data []byte, patterns map[*regexp.Regexp]string) {
		for pattern, prefix := range patterns {
			for _, m := range pattern.FindAllSubmatch(data, -1) {
				used[prefix+string(m[1])] = true
			}
		}
		for _, m := range countedAnywhere.FindAllSubmatch(data, -1) {
			used[string(m[1])+".one"], used[string(m[1])+".other"] = true, true
		}
	}
	for _, tree := range []struct {
		files    fs.FS
		glob     string
		patterns map[*regexp.Regexp]string
	}{
		{templateFiles, "templates/*.html", map[*regexp.Regexp]string{saidInTemplates: ""}},
		{staticFiles, "static/*.js", map[*regexp.Regexp]string{saidInScripts: "js."}},
		{os.DirFS("."), "*.go", map[*regexp.Regexp]string{saidInGo: ""}},
	} {
		names, err := fs.Glob(tree.files, tree.glob)
		require.NoError(t, err)
		require.NotEmpty(t, names)
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			data, err := fs.ReadFile(tree.files, name)
			require.NoError(t, err)
			read(data, tree.patterns)
		}
	}
	return used
}

// The catalogues have the same keys with the same places; everything said has
// a message and every message is said.
func TestCatalogues(t *testing.T) {
	ts := loadTongues(loadAssets())
	used := usedKeys(t)
	require.Greater(t, len(used), 100)
	place := regexp.MustCompile(`\{[a-z]+\}`)
	for _, tongue := range ts {
		keys := slices.Sorted(maps.Keys(tongue.catalogue))
		assert.Equal(t, slices.Sorted(maps.Keys(ts[0].catalogue)), keys, tongue.Code)
		for _, key := range keys {
			assert.NotEmpty(t, tongue.catalogue[key], "%s %s", tongue.Code, key)
			assert.True(t, used[key] || shownByCodeAlone.MatchString(key), "%s: nothing says %s", tongue.Code, key)
			want := place.FindAllString(ts[0].catalogue[key], -1)
			got := place.FindAllString(tongue.catalogue[key], -1)
			if !strings.HasSuffix(key, ".one") {
				assert.ElementsMatch(t, want, got, "%s %s", tongue.Code, key)
			}
		}
		for key := range used {
			assert.Contains(t, tongue.catalogue, key, tongue.Code)
		}
	}
}

func TestTongueOfTheBrowser(t *testing.T) {
	ts := loadTongues(loadAssets())
	for accept, want := range map[string]string{
		"zh-CN,zh;q=0.9,en;q=0.8": "zh", "zh-TW": "zh", "zh-Hant-HK,en;q=0.1": "zh",
		"en-GB": "en", "en-US,zh;q=0.5": "en", "fr,zh;q=0.4": "zh", "fr": "en", "": "en", "*": "en", ";;;": "en",
	} {
		assert.Equal(t, want, ts.choose(accept).Code, accept)
	}
}
