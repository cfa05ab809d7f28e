package exchange

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Format is how a file of cases is written.
type Format string

const (
	JSONL Format = "jsonl" // one JSON object a line
	CSV   Format = "csv"   // , or ; or tab; UTF-8, UTF-16 or GB18030
	XLSX  Format = "xlsx"  // the first sheet of an Excel workbook
)

// Formats lists every format.
var Formats = [...]Format{JSONL, CSV, XLSX}

// FormatOf returns the format of a file by the end of its name.
func FormatOf(name string) (Format, error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jsonl", ".ndjson", ".json":
		return JSONL, nil
	case ".csv", ".tsv", ".txt":
		return CSV, nil
	case ".xlsx", ".xlsm":
		return XLSX, nil
	}
	return "", fmt.Errorf("the name %q does not tell the format; say jsonl, csv or xlsx", filepath.Base(name))
}

func (f Format) check() error {
	if !slices.Contains(Formats[:], f) {
		return fmt.Errorf("there is no format %q; there are jsonl, csv and xlsx", f)
	}
	return nil
}
