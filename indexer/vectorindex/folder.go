package vectorindex

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// What lies in an index's folder:
//
//	LOCK         the pid of the process that has the index open
//	log-000007   the served log: the one of the highest number
//	log-000006   a former log, whose vectors are used again until Settled
//	*.tmp        a log that was not finished; removed on opening
const (
	logPrefix = "log-"
	tmpSuffix = ".tmp"
)

func logName(n int) string { return fmt.Sprintf("%s%06d", logPrefix, n) }

// logNumber returns the number of a log's name, 0 for another file's.
func logNumber(name string) (n int) {
	if _, err := fmt.Sscanf(strings.TrimPrefix(name, logPrefix), "%d", &n); err != nil || logName(n) != name {
		return 0
	}
	return n
}

// logs lists the numbers of the folder's logs, highest first, and removes what
// a crash left unfinished.
func logs(dir string) ([]int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, e := range entries {
		if n := logNumber(e.Name()); n > 0 && e.Type().IsRegular() {
			numbers = append(numbers, n)
		} else if strings.HasPrefix(e.Name(), logPrefix) && strings.HasSuffix(e.Name(), tmpSuffix) {
			err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	slices.Sort(numbers)
	slices.Reverse(numbers)
	return numbers, err
}

// diskBytes sums the sizes of the files in the folder.
func diskBytes(dir string) (total int64, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed meanwhile
		}
		if err != nil {
			return total, err
		}
		total += info.Size()
	}
	return total, err
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
