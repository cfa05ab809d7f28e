// Package demo holds the cases that a first start shows, and queries in other
// words with the case that each should find. Products, makers and numbers are
// invented.
package demo

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"

	"precedent/corpus"
	"precedent/corpus/exchange"
)

//go:embed *.jsonl
var files embed.FS

const queriesFile = "queries.jsonl"

// Query is a complaint in words of its own, and the external id of the case
// that answers it.
type Query struct {
	Text string `json:"text"`
	Case string `json:"case"`
}

// Load puts the demo cases into the store and returns how many there are.
func Load(ctx context.Context, store corpus.Store) (int, error) {
	names, err := fs.Glob(files, "*.jsonl")
	if err != nil {
		return 0, err
	}
	total := 0
	for _, name := range names {
		if name == queriesFile {
			continue
		}
		b, err := files.ReadFile(name)
		if err != nil {
			return total, err
		}
		report, err := exchange.Import(ctx, store, name, bytes.NewReader(b))
		if err != nil {
			return total, fmt.Errorf("%s: %w", name, err)
		}
		if report.Bad > 0 {
			return total, fmt.Errorf("%s: %d rows did not go in", name, report.Bad)
		}
		total += report.Rows
	}
	return total, nil
}

// Queries returns the queries in the order of their file.
func Queries() ([]Query, error) {
	b, err := files.ReadFile(queriesFile)
	if err != nil {
		return nil, err
	}
	var queries []Query
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		var q Query
		if err := json.Unmarshal(s.Bytes(), &q); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", queriesFile, len(queries)+1, err)
		}
		queries = append(queries, q)
	}
	return queries, nil
}
