package sqlite

import (
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"

	"precedent/corpus"
)

var (
	// ErrDamaged means that the file is not a sound store: only a backup helps.
	ErrDamaged = errors.New("the store is damaged; restore it from a backup")
	// ErrNewer means that a later release of the program has written the file.
	ErrNewer = errors.New("the store was written by a newer release of this program; install that release or restore an older backup")
	// ErrBusy means that other processes kept the store locked for too long.
	ErrBusy = fmt.Errorf("another process has kept the store locked: %w", corpus.ErrBusy)
	// ErrDiskFull means that there was no room for the write.
	ErrDiskFull = fmt.Errorf("no room for the write: %w", corpus.ErrFull)
	// ErrClosed means that the store was closed.
	ErrClosed = fmt.Errorf("the store is closed: %w", corpus.ErrBusy)
)

// explain adds to an error of SQLite what it means for a person.
func explain(err error) error {
	var se sqlite3.Error
	if !errors.As(err, &se) {
		return err
	}
	switch se.Code {
	case sqlite3.ErrNotADB, sqlite3.ErrCorrupt:
		return fmt.Errorf("%w (%w)", ErrDamaged, err)
	case sqlite3.ErrFull:
		return fmt.Errorf("%w (%w)", ErrDiskFull, err)
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return fmt.Errorf("%w (%w)", ErrBusy, err)
	}
	return err
}

// isBusy reports whether another connection's lock stood in the way.
func isBusy(err error) bool {
	var se sqlite3.Error
	return errors.As(err, &se) && (se.Code == sqlite3.ErrBusy || se.Code == sqlite3.ErrLocked)
}
