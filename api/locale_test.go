package api

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// Both catalogues hold every message, and every message that the code names.
func TestCataloguesAreComplete(t *testing.T) {
	locales, err := loadLocales()
	require.NoError(t, err)
	names := regexp.MustCompile(`\{\w+\}`)
	ofOneField := regexp.MustCompile(`^field\.\w+\.`)
	for key, text := range locales.en.messages {
		require.NotEmpty(t, locales.zh.messages[key], key)
		require.ElementsMatch(t, names.FindAllString(text, -1), names.FindAllString(locales.zh.messages[key], -1), key)
	}
	for key := range locales.zh.messages {
		if !ofOneField.MatchString(key) {
			require.Contains(t, locales.en.messages, key)
		}
	}
	for _, k := range kinds {
		require.Contains(t, locales.en.messages, "problem."+k.name)
		require.Contains(t, locales.en.messages, "about."+k.name)
	}
	used := regexp.MustCompile(`"(detail\.\w+)"|refuse\([\w, ]+, "(\w+)"|"@(type\.\w+)"`)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	seen := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range used.FindAllStringSubmatch(string(src), -1) {
			key := m[1] + m[3]
			if m[2] != "" {
				key = "field." + m[2]
			}
			require.Contains(t, locales.en.messages, key, file)
			seen++
		}
	}
	require.Greater(t, seen, 25)
}
