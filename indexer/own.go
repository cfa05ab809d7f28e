package indexer

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofrs/flock"
)

// lockName is the file of an index's folder that holds the pid of the process
// that has the index open.
const lockName = "LOCK"

// Own takes an index's folder for this process. It returns ErrOwned at once,
// with who has the folder, when another process does.
func Own(root string) (*flock.Flock, error) {
	path := filepath.Join(root, lockName)
	lock := flock.New(path, flock.SetPermissions(0o600))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if !ok {
		holder := "another process"
		if b, err := os.ReadFile(path); err == nil {
			if pid, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil {
				holder = fmt.Sprintf("process %d", pid)
			}
		}
		return nil, fmt.Errorf("%w: %s has %s open; stop it first, or name another data folder", ErrOwned, holder, root)
	}
	if err := os.WriteFile(path, fmt.Appendf(nil, "%d\n", os.Getpid()), 0o600); err != nil {
		lock.Close()
		return nil, err
	}
	return lock, nil
}
