package vectorindex

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"precedent/indexer"
)

// header reads a log's header, and leaves the reader behind it.
func (r *reader) header() (header, error) {
	payload, err := r.next()
	if err == io.EOF {
		err = r.damaged()
	}
	if err != nil {
		return header{}, err
	}
	return decodeHeader(payload)
}

// openReader reads a file as a log.
func openReader(path string) (*reader, *os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return &reader{from: f, size: info.Size()}, f, nil
}

// headerOf reads the header of a log in the folder.
func headerOf(dir string, n int) (header, error) {
	r, f, err := openReader(filepath.Join(dir, logName(n)))
	if err != nil {
		return header{}, err
	}
	defer f.Close()
	return r.header()
}

// load makes the state that a log's changes lead to. end is where the log's
// whole records end: what a crash tore off behind it is left out. Damage
// elsewhere is an error.
func load(ctx context.Context, path string, k kernels) (s *state, end int64, err error) {
	r, f, err := openReader(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	if _, err := r.header(); err != nil {
		return nil, 0, err
	}
	d := newState().draft()
	err = r.replay(ctx, d)
	end = r.at
	if errors.Is(err, errDamaged) {
		goesOn, failed := r.resync(ctx)
		if failed != nil {
			return nil, 0, failed
		}
		if !goesOn {
			err = nil
		}
	}
	if err != nil {
		return nil, 0, err
	}
	return d.finish(k), end, nil
}

// replay carries out the changes from where the reader is to the log's end.
func (r *reader) replay(ctx context.Context, d *draft) error {
	return r.each(ctx, func(c *change, at int64) error {
		if err := d.apply(c); err != nil {
			return fmt.Errorf("the record at byte %d: %w", at, err)
		}
		return nil
	})
}

// alike tells whether vectors made under one stamp are as good under the
// other: the store's epoch decides which records there are, not what is made
// of them.
func alike(a, b indexer.Stamp) bool {
	a.Epoch = b.Epoch
	return a == b
}
