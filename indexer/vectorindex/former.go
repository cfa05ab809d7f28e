package vectorindex

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"path/filepath"

	"precedent/indexer"
)

// formers are the logs that the served one took the place of, kept while the
// index is being filled again: a document whose texts are what they were gets
// its vectors from there and is not embedded again. One writer at a time.
type formers struct {
	seed  maphash.Seed
	files []*os.File
	at    map[formerKey]formerPlace
}

type formerKey struct{ id, sum uint64 }

// formerPlace is where a document stands: in which file, and where its record
// begins there and it in the payload.
type formerPlace struct {
	file       int
	record, in int64
}

func newFormers() *formers { return &formers{seed: maphash.MakeSeed()} }

func (f *formers) key(id string, sum uint64) formerKey {
	return formerKey{maphash.String(f.seed, id), sum}
}

// add takes in what is whole of a log. A log that can't be read at all, or was
// made otherwise, is an error.
func (f *formers) add(ctx context.Context, path string, stamp indexer.Stamp) error {
	r, file, err := openReader(path)
	if err != nil {
		return err
	}
	h, err := r.header()
	if err == nil && (h.Format != formatVersion || !alike(h.Stamp, stamp)) {
		err = errors.New("it was made from something else")
	}
	if err != nil {
		return errors.Join(err, file.Close())
	}
	f.files = append(f.files, file)
	return f.index(ctx, r, len(f.files)-1)
}

// index notes where the documents of a log are that have vectors.
func (f *formers) index(ctx context.Context, r *reader, file int) error {
	if f.at == nil {
		f.at = map[formerKey]formerPlace{}
	}
	for {
		err := r.each(ctx, func(c *change, at int64) error {
			for i := range c.put {
				if p := &c.put[i]; !p.keep {
					f.at[f.key(p.id, p.sum)] = formerPlace{file, at, int64(p.at)}
				}
			}
			return nil
		})
		if !errors.Is(err, errDamaged) {
			return err
		}
		if goesOn, err := r.resync(ctx); err != nil || !goesOn {
			return err
		}
	}
}

// has tells whether a document's vectors are there.
func (f *formers) has(id string, sum uint64) bool {
	_, ok := f.at[f.key(id, sum)]
	return ok
}

// take reads a document's vectors; false when they are not there.
func (f *formers) take(id string, sum uint64) (v [indexer.NumSpaces]vector, ok bool, err error) {
	at, ok := f.at[f.key(id, sum)]
	if !ok {
		return v, false, nil
	}
	const most = 64 + int(indexer.NumSpaces)*(maxDim+16)
	b := make([]byte, most+len(id))
	n, err := f.files[at.file].ReadAt(b, at.record+frameSize+at.in)
	if err != nil && err != io.EOF {
		return v, false, fmt.Errorf("reading vectors that a former log has: %w", err)
	}
	in := cursor{b: b[:n]}
	p := in.put(1 << 31)
	if in.bad || p.id != id || p.sum != sum {
		return v, false, nil // another id of the same hash
	}
	return p.vectors, true, nil
}

// drop closes the former logs and removes them.
func (f *formers) drop() (err error) {
	for _, file := range f.files {
		err = errors.Join(err, os.Remove(file.Name()))
	}
	return errors.Join(err, f.close())
}

func (f *formers) close() (err error) {
	for _, file := range f.files {
		err = errors.Join(err, file.Close())
	}
	f.files, f.at = nil, nil
	return err
}

// heapBytes counts, for each document noted, a map's slot at its usual load.
func (f *formers) heapBytes() int64 { return int64(len(f.at)) * 56 }

// names of the logs, without their folder.
func (f *formers) names() (names []string) {
	for _, file := range f.files {
		names = append(names, filepath.Base(file.Name()))
	}
	return names
}
