package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
)

// Backup writes a copy of the store as it is at one moment to a new file at
// path, while others read and write. The copy appears under its name only
// when it is whole and on disk. It holds the store's secret, and only its owner
// may read it. It fails with os.ErrExist when there is a file already.
func (s *Store) Backup(ctx context.Context, path string) error {
	return whole(path, func(partial string) error {
		if err := createPrivate(partial); err != nil {
			return err
		}
		db := connect(s.path, url.Values{"_busy_timeout": {"10000"}}, common[:]...)
		_, err := db.ExecContext(ctx, "VACUUM INTO ?", partial)
		return errors.Join(explain(err), db.Close())
	})
}

// Restore makes the store at path out of a backup, under a new epoch: an
// index made of the store that was there before is not of this one. The
// backup is checked first, and stays as it is. It fails with os.ErrExist
// when there is a store at path already, and with ErrDamaged when the backup
// is not sound.
func Restore(ctx context.Context, backup, path string) error {
	err := whole(path, func(partial string) error {
		if err := copyFile(backup, partial); err != nil {
			return err
		}
		return renew(ctx, partial)
	})
	if err != nil {
		return fmt.Errorf("restore %s from %s: %w", path, backup, err)
	}
	return nil
}

// renew checks the store in a file and gives it a new epoch.
func renew(ctx context.Context, path string) (err error) {
	s, err := Open(ctx, Config{Path: path})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Check(ctx); err != nil {
		return err
	}
	t, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer t.end()
	if err := t.exec("UPDATE meta SET value = ? WHERE key = 'epoch'", []byte(newEpoch())); err != nil {
		return err
	}
	if err := t.commit(); err != nil {
		return err
	}
	// The file is about to be moved without its log.
	var left, pages, moved int
	err = s.writer.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&left, &pages, &moved)
	if err == nil && left != 0 {
		err = ErrBusy
	}
	return explain(err)
}

// whole has write make a file, and gives it its name once it is on disk.
func whole(path string, write func(partial string) error) (err error) {
	if err := vacant(path); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".partial-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	partial := filepath.Join(dir, filepath.Base(path))
	if err := write(partial); err != nil {
		return err
	}
	if err := syncFile(partial); err != nil {
		return err
	}
	if err := vacant(path); err != nil { // it took a while
		return err
	}
	if err := os.Rename(partial, path); err != nil {
		return err
	}
	return syncFile(filepath.Dir(path))
}

// vacant fails with os.ErrExist when there is a store at path, or a log that
// SQLite would take for the new one's.
func vacant(path string) error {
	for _, p := range []string{path, path + "-wal", path + "-journal"} {
		if _, err := os.Lstat(p); err == nil {
			return &os.PathError{Op: "create", Path: p, Err: os.ErrExist}
		}
	}
	return nil
}

// syncFile waits until a file or the entries of a folder are on disk.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
