package segment

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/yanyiwu/gojieba"
)

//go:generate go run gen_dict.go

// builtIn holds what `go generate ./indexer/segment` copied out of gojieba's
// module; after a plain `go build` of a fresh clone, only a README.
//
//go:embed dict
var builtIn embed.FS

const (
	packedDictionary = "dict/jieba.dict.utf8.gz" // in builtIn
	dictionaryName   = "jieba.dict.utf8"         // in a folder of jieba's
	wordsName        = "words.utf8"              // in a prepared folder
	manifestName     = "manifest.json"
)

// preparing names how a dictionary is made ready; a change makes it anew.
const preparing = "1"

// source is a place that may hold jieba's dictionary.
type source struct {
	name string                 // as an error calls it
	read func() ([]byte, error) // fs.ErrNotExist when it holds none
}

// sources lists where the dictionary is looked for, first the best.
func sources(cfg Config) []source {
	if cfg.Dictionaries != "" {
		path := filepath.Join(cfg.Dictionaries, dictionaryName)
		return []source{{path, func() ([]byte, error) { return os.ReadFile(path) }}}
	}
	return []source{
		{"the built-in copy", func() ([]byte, error) { return readPacked(builtIn) }},
		{gojieba.DICT_PATH, func() ([]byte, error) { return os.ReadFile(gojieba.DICT_PATH) }},
	}
}

func readPacked(files fs.FS) ([]byte, error) {
	f, err := files.Open(packedDictionary)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// manifest says what a prepared folder was made from.
type manifest struct {
	Recipe string `json:"recipe"` // how it was prepared
	Source string `json:"source"` // checksum of the dictionary it came from
	Words  string `json:"words"`  // checksum of the words
	Total  int64  `json:"total"`  // sum of the words' frequencies
}

// prepared is a folder of files as jieba wants them.
type prepared struct {
	dir   string
	temp  string // folder to remove when jieba has read it, "" = none
	sum   string // checksum of the words
	total int64
}

// prepare finds a dictionary and makes it ready in the scratch folder, or
// finds there what an earlier start made.
func prepare(cfg Config, from []source) (prepared, error) {
	temp := ""
	root := cfg.Scratch
	if root == "" {
		var err error
		if temp, err = os.MkdirTemp("", "segment-*"); err != nil {
			return prepared{}, fmt.Errorf("segment: no folder for the dictionaries: %w", err)
		}
		root = temp
	} else if err := os.MkdirAll(root, 0o755); err != nil {
		return prepared{}, fmt.Errorf("segment: no folder for the dictionaries: %w", err)
	}
	p, err := prepareIn(root, from)
	p.temp = temp
	if err != nil {
		return p, errors.Join(err, p.discard())
	}
	return p, nil
}

func prepareIn(root string, from []source) (prepared, error) {
	var missing []string
	for _, src := range from {
		raw, err := src.read()
		if errors.Is(err, fs.ErrNotExist) {
			missing = append(missing, src.name)
			continue
		}
		if err != nil {
			return prepared{}, fmt.Errorf("segment: dictionary %s: %w", src.name, err)
		}
		return install(root, src.name, raw)
	}
	// Kept by an earlier start of a program that still had its dictionary.
	kept, _ := filepath.Glob(filepath.Join(root, "jieba-*", wordsName))
	for _, path := range kept {
		p, m, err := verify(filepath.Dir(path))
		if err != nil {
			continue
		}
		if m.Recipe == recipe() {
			return p, nil
		}
		if raw, err := os.ReadFile(path); err == nil {
			return install(root, path, raw)
		}
	}
	return prepared{}, fmt.Errorf("segment: no dictionary: looked for %s and for one kept in %s; "+
		"build the program after `go generate ./indexer/segment`, or name a folder that holds %s as the dictionaries",
		strings.Join(missing, ", "), root, dictionaryName)
}

// recipe is what a prepared folder depends on beside its source.
func recipe() string { return checksum([]byte(preparing + hanPairs)) }

func checksum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// install prepares a raw dictionary under root, unless it already is there.
// A folder appears under its name only when it is complete.
func install(root, name string, raw []byte) (prepared, error) {
	from := checksum(raw)
	dir := filepath.Join(root, "jieba-"+checksum([]byte(recipe() + from))[:12])
	if p, m, err := verify(dir); err == nil && m.Recipe == recipe() && m.Source == from {
		return p, nil
	}
	words, total, err := normalizeDictionary(raw)
	if err != nil {
		return prepared{}, fmt.Errorf("segment: dictionary %s: %w", name, err)
	}
	fresh, err := os.MkdirTemp(root, "unpacking-*")
	if err != nil {
		return prepared{}, fmt.Errorf("segment: %w", err)
	}
	defer os.RemoveAll(fresh)
	m := manifest{Recipe: recipe(), Source: from, Words: checksum(words), Total: total}
	if err := writeFolder(fresh, words, m); err != nil {
		return prepared{}, fmt.Errorf("segment: %w", err)
	}
	if err := os.Rename(fresh, dir); err != nil {
		// Another process was first, or a damaged folder is in the way.
		if p, _, err := verify(dir); err == nil {
			return p, nil
		}
		if err := os.RemoveAll(dir); err != nil {
			return prepared{}, fmt.Errorf("segment: %w", err)
		}
		if err := os.Rename(fresh, dir); err != nil {
			return prepared{}, fmt.Errorf("segment: %w", err)
		}
	}
	return prepared{dir: dir, sum: m.Words, total: total}, nil
}

// verify reads a prepared folder's manifest and compares its checksum.
func verify(dir string) (prepared, manifest, error) {
	var m manifest
	raw, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return prepared{}, m, err
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return prepared{}, m, err
	}
	words, err := os.ReadFile(filepath.Join(dir, wordsName))
	if err != nil {
		return prepared{}, m, err
	}
	if checksum(words) != m.Words {
		return prepared{}, m, fmt.Errorf("%s is damaged", dir)
	}
	for _, f := range fixedFiles {
		if b, err := os.ReadFile(filepath.Join(dir, f.name)); err != nil || string(b) != f.text {
			return prepared{}, m, fmt.Errorf("%s is damaged", dir)
		}
	}
	return prepared{dir: dir, sum: m.Words, total: m.Total}, m, nil
}

// normalizeDictionary brings the words of a dictionary into the form texts are
// cut in, and leaves out those that are not all Han: they never reach jieba.
func normalizeDictionary(raw []byte) (words []byte, total int64, err error) {
	var same, changed bytes.Buffer
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 {
			continue
		}
		if len(fields) < 2 {
			return nil, 0, fmt.Errorf("line %d: want a word, its frequency and a tag", n)
		}
		freq, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil || freq < 1 {
			return nil, 0, fmt.Errorf("line %d: frequency %q: want a whole number above 0", n, fields[1])
		}
		word := Normalize(fields[0])
		if !allHan(word) {
			continue
		}
		into := &same
		if word != fields[0] {
			into = &changed
		}
		into.WriteString(word)
		into.WriteByte(' ')
		into.WriteString(fields[1])
		into.WriteString(" x\n")
		total += freq
	}
	if err := lines.Err(); err != nil {
		return nil, 0, err
	}
	if same.Len() == 0 {
		return nil, 0, errors.New("no words")
	}
	// jieba takes the last of equal words: the one that needed no change.
	return append(changed.Bytes(), same.Bytes()...), total, nil
}

// allHan reports whether a text is made of Han characters of three bytes,
// which is what jieba is given.
func allHan(s string) bool {
	n := 0
	for _, r := range s {
		if r > 0xFFFF || classOf(r) != han {
			return false
		}
		n++
	}
	return n > 0
}
