// Package precedent_test holds the architecture: which room may import which.
package precedent_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// layers are the rooms from the top down. A package may import packages of
// its own layer and of layers further down, never up.
var layers = []string{"cmd", "api", "benchmarks", "desk", "search", "indexer", "corpus"}

// owners are the libraries that only one room may import. Benchmarks compare
// with them, so it may too.
var owners = map[string]string{
	"github.com/yanyiwu/gojieba":          "indexer/segment",
	"github.com/blevesearch/bleve/v2":     "indexer/bleveindex",
	"github.com/yalue/onnxruntime_go":     "indexer/embed",
	"github.com/mattn/go-sqlite3":         "corpus/sqlite",
	"github.com/gin-gonic/gin":            "api",
	"github.com/xuri/excelize/v2":         "corpus/exchange",
	"github.com/prometheus/client_golang": "api",
}

func layer(path string) int {
	top, _, _ := strings.Cut(path, "/")
	return slices.Index(layers, top)
}

func TestImportsGoDown(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || filepath.Dir(path) == "." {
			return nil
		}
		seen++
		checkImports(t, path)
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, seen, 50, "the walk saw too few files to mean anything")
}

func checkImports(t *testing.T, path string) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	require.NoError(t, err)
	from := filepath.ToSlash(filepath.Dir(path))
	if layer(from) < 0 {
		t.Errorf("%s lies in no room of the architecture", path)
	}
	test := strings.HasSuffix(path, "_test.go")
	for _, spec := range file.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
		if to, ours := strings.CutPrefix(name, "precedent/"); ours && !test && layer(to) < layer(from) {
			t.Errorf("%s imports %s: imports go down, from %s", path, name, strings.Join(layers, " to "))
		}
		if from == "corpus" && strings.HasPrefix(name, "precedent/") && !test {
			t.Errorf("%s imports %s: corpus imports nothing of ours", path, name)
		}
		for library, room := range owners {
			inside := from == room || strings.HasPrefix(from, room+"/") || strings.HasPrefix(from, "benchmarks")
			if strings.HasPrefix(name, library) && !inside && !test {
				t.Errorf("%s imports %s: only %s may", path, name, room)
			}
		}
	}
}
