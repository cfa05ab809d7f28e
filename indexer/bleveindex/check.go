package bleveindex

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// sum is one file's line in SUMS.
type sum struct {
	name string // relative to the generation's folder, with slashes
	size int64
	crc  uint32 // CRC-32 (IEEE)
}

// seal writes SUMS for a generation that is closed, so that the next opening
// can tell that every byte is as it was left.
func seal(dir string) error {
	sums, err := sumFiles(dir)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	for _, s := range sums {
		fmt.Fprintf(&text, "%08x %d %s\n", s.crc, s.size, s.name)
	}
	return writeChecked(filepath.Join(dir, sumsName), text.Bytes())
}

// checkSeal compares every file of a closed generation with SUMS. sealed is
// false when there is no SUMS: the process that had it open was killed.
func checkSeal(dir string) (sealed bool, err error) {
	text, err := readChecked(filepath.Join(dir, sumsName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return true, err
	}
	found, err := sumFiles(dir)
	if err != nil {
		return true, err
	}
	byName := map[string]sum{}
	for _, s := range found {
		byName[s.name] = s
	}
	for line := range strings.Lines(string(text)) {
		var want sum
		if _, err := fmt.Sscanf(line, "%x %d %s\n", &want.crc, &want.size, &want.name); err != nil {
			return true, fmt.Errorf("%s: %w", sumsName, err)
		}
		switch has, ok := byName[want.name]; {
		case !ok:
			return true, fmt.Errorf("%s is missing", want.name)
		case has.size != want.size:
			return true, fmt.Errorf("%s has %d bytes instead of %d", want.name, has.size, want.size)
		case has.crc != want.crc:
			return true, fmt.Errorf("%s is damaged: its checksum is not the one it was left with", want.name)
		}
	}
	return true, nil
}

// sumFiles sums every file of a generation, a worker a core, but SUMS and the
// views, which nothing depends on.
func sumFiles(dir string) ([]sum, error) {
	var names []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && path == viewsFolder(dir):
			return filepath.SkipDir
		case e.IsDir():
			return nil
		}
		name, err := filepath.Rel(dir, path)
		if err == nil && name != sumsName {
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	sums, errs := make([]sum, len(names)), make([]error, len(names))
	var workers sync.WaitGroup
	room := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, name := range names {
		room <- struct{}{}
		workers.Go(func() {
			defer func() { <-room }()
			sums[i].name = name
			sums[i].size, sums[i].crc, errs[i] = sumFile(filepath.Join(dir, filepath.FromSlash(name)), 0)
		})
	}
	workers.Wait()
	return sums, errors.Join(errs...)
}

// sumFile returns a file's size, and the CRC-32 of all but its last bytes.
func sumFile(path string, butLast int64) (size int64, crc uint32, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	hash := crc32.NewIEEE()
	n, err := io.Copy(hash, bufio.NewReaderSize(io.LimitReader(f, info.Size()-butLast), 1<<20))
	return n + butLast, hash.Sum32(), err
}

// checkSegments compares the checksum that each of bleve's segment files ends
// with, which bleve itself never does.
func checkSegments(snap *scorch.IndexSnapshot) error {
	for _, s := range snap.Segments() {
		file, ok := s.Segment().(segment.PersistedSegment)
		if !ok {
			continue // still in memory
		}
		if err := checkSegmentFile(file.Path()); err != nil {
			return err
		}
	}
	return nil
}

func checkSegmentFile(path string) error {
	size, crc, err := sumFile(path, 4)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var end [4]byte
	if _, err := f.ReadAt(end[:], size-4); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	if binary.BigEndian.Uint32(end[:]) != crc {
		return fmt.Errorf("%s is damaged: its checksum is not the one written at its end", filepath.Base(path))
	}
	return nil
}
