package bleveindex

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"precedent/indexer"
)

// What lies in an index's folder:
//
//	LOCK                   the pid of the process that has the index open
//	CURRENT                the name of the generation that is served
//	generation-000007/
//	  STAMP                what it was made from and how
//	  SUMS                  size and checksum of every file, while it is closed
//	  store/               bleve's files
//	  views/               large views as they lie in memory (viewfile.go)
const (
	currentName = "CURRENT"
	stampName   = "STAMP"
	sumsName    = "SUMS"
	genPrefix   = "generation-"
)

// formatVersion changes whenever older files can't be read as they are.
const formatVersion = 1

// stampFile is what STAMP holds.
type stampFile struct {
	Format int           `json:"format"`
	Stamp  indexer.Stamp `json:"stamp"`
}

// checked appends a line with the CRC-32 of text, so that a flipped bit shows.
func checked(text []byte) []byte {
	return fmt.Appendf(text, "crc32 %08x\n", crc32.ChecksumIEEE(text))
}

// unchecked returns the text of a checked file, or what is wrong with it.
func unchecked(name string, b []byte) ([]byte, error) {
	const tail = len("crc32 00000000\n")
	if len(b) < tail || string(checked(b[:len(b)-tail:len(b)-tail])) != string(b) {
		return nil, fmt.Errorf("%s is damaged", name)
	}
	return b[:len(b)-tail], nil
}

func readChecked(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return unchecked(filepath.Base(path), b)
}

// writeChecked replaces a file in one step: after a crash it holds the old
// text or the new.
func writeChecked(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".tmp*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(checked(text))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// readCurrent returns the name of the current generation; fs.ErrNotExist when
// there never was one.
func readCurrent(root string) (string, error) {
	b, err := readChecked(filepath.Join(root, currentName))
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(b)), nil
}

func writeCurrent(root, name string) error {
	return writeChecked(filepath.Join(root, currentName), []byte(name+"\n"))
}

func readStamp(dir string) (stampFile, error) {
	var s stampFile
	b, err := readChecked(filepath.Join(dir, stampName))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(b, &s)
}

func writeStamp(dir string, stamp indexer.Stamp) error {
	b, err := json.Marshal(stampFile{Format: formatVersion, Stamp: stamp})
	if err != nil {
		return err
	}
	return writeChecked(filepath.Join(dir, stampName), append(b, '\n'))
}

// generations lists the generations in the folder.
func generations(root string) ([]string, error) {
	entries, err := os.ReadDir(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), genPrefix) {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// makeGeneration makes an empty folder for a new generation.
func makeGeneration(root string, stamp indexer.Stamp) (string, error) {
	names, err := generations(root)
	if err != nil {
		return "", err
	}
	last := 0
	for _, name := range names {
		if n, err := strconv.Atoi(strings.TrimPrefix(name, genPrefix)); err == nil {
			last = max(last, n)
		}
	}
	name := fmt.Sprintf("%s%06d", genPrefix, last+1)
	dir := filepath.Join(root, name)
	if err := os.MkdirAll(storeFolder(dir), 0o700); err != nil {
		return "", err
	}
	return name, writeStamp(dir, stamp)
}

// removeOthers removes every generation but one: what a rebuild left that did
// not come to its end, or one that was replaced.
func removeOthers(root, keep string) error {
	names, err := generations(root)
	for _, name := range names {
		if name != keep {
			err = errors.Join(err, os.RemoveAll(filepath.Join(root, name)))
		}
	}
	return err
}

// diskBytes sums the sizes of the files under a folder.
func diskBytes(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return ignoreMissing(err)
		}
		info, err := e.Info()
		if err != nil {
			return ignoreMissing(err)
		}
		total += info.Size()
		return nil
	})
	return total, err
}

// ignoreMissing forgives files that bleve removes while they are listed.
func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
