package exchange

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Limits of a workbook when unpacked, in bytes, against one made to fill the
// memory: a workbook packs to a thousandth of its size if it says nothing.
const (
	maxSheets    = 4 << 30   // all sheets
	maxKept      = 256 << 20 // those of them that are small enough to be kept in memory
	maxStrings   = 256 << 20 // the texts that cells share, of which memory holds the places
	maxStructure = 32 << 20  // what else is read, which is kept in memory several times over
	maxInMemory  = 8 << 20   // larger sheets and texts are unpacked to a temporary file
)

const noWorkbook = "this is no Excel workbook (.xlsx) that can be read"

// errLarge is said of a workbook beyond a limit.
var errLarge = errors.New("the workbook is too large to be read safely; save the sheet as CSV and import that")

// neededParts returns a workbook of nothing but the parts of r that rows are
// read from: no pictures, drawings, styles, macros or attachments. The parts
// stay packed. A workbook beyond the limits is refused before any is unpacked.
func neededParts(r io.Reader) (io.Reader, error) {
	from, size, err := randomAccess(r)
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(from, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", noWorkbook, err)
	}
	var sizes partSizes
	var packed bytes.Buffer
	out := zip.NewWriter(&packed)
	for _, f := range archive.File {
		kind := kindOfPart(f.Name)
		if kind == needless {
			continue
		}
		if err := sizes.add(kind, f.UncompressedSize64); err != nil {
			return nil, err
		}
		if err := out.Copy(f); err != nil {
			return nil, fmt.Errorf("%s: the part %q is damaged: %w", noWorkbook, f.Name, err)
		}
	}
	return &packed, out.Close()
}

// randomAccess returns r, from its front, as what a zip archive is read from.
func randomAccess(r io.Reader) (io.ReaderAt, int64, error) {
	if at, ok := r.(interface {
		io.ReaderAt
		io.Seeker
	}); ok {
		size, err := at.Seek(0, io.SeekEnd)
		return at, size, err
	}
	all, err := io.ReadAll(r)
	return bytes.NewReader(all), int64(len(all)), err
}

// partKind says what a part of a workbook is to the reader of its rows.
type partKind uint8

const (
	needless    partKind = iota
	sheet                // the cells
	sharedTexts          // the texts that cells share
	structure            // which sheets there are, and where
)

// kindOfPart tells it by the part's name, as Excel and its like name them.
func kindOfPart(name string) partKind {
	dir, file := path.Split(strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, "\\", "/"), "/")))
	switch {
	case dir == "xl/worksheets/" && file != "":
		return sheet
	case dir == "xl/" && file == "sharedstrings.xml":
		return sharedTexts
	case dir == "xl/" && (file == "styles.xml" || file == "calcchain.xml"):
		return needless
	case dir == "" || dir == "_rels/" || dir == "xl/" || dir == "xl/_rels/":
		return structure
	}
	return needless
}

// partSizes are the unpacked sizes of the parts so far.
type partSizes struct{ sheets, kept, strings, structure uint64 }

// add counts a part; the error says that there is too much of its kind. The
// sizes are those of the archive's directory: reading a part ends with an
// error where it goes beyond its own.
func (s *partSizes) add(kind partKind, size uint64) error {
	total, limit, what := &s.structure, uint64(maxStructure), "parts other than sheets and texts"
	switch kind {
	case sheet:
		total, limit, what = &s.sheets, maxSheets, "sheets"
		if size <= maxInMemory {
			if s.kept += size; s.kept > maxKept {
				return fmt.Errorf("%w: its smaller sheets unpack to more than %d MiB", errLarge, maxKept>>20)
			}
		}
	case sharedTexts:
		total, limit, what = &s.strings, maxStrings, "texts"
	}
	if size > limit || *total+size > limit {
		return fmt.Errorf("%w: its %s unpack to more than %d MiB", errLarge, what, limit>>20)
	}
	*total += size
	return nil
}
