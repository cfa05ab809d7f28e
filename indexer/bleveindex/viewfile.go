package bleveindex

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"unsafe"
)

// A view file holds a view as it lies in memory, so that a start reads it
// instead of decoding bleve's segment. It is bound to the segment's file by
// that file's name, size and checksum, and ends with a checksum of its own. It
// is never needed: one that is missing, damaged, or of another segment or
// program is made anew.
const (
	viewMagic  = "precedent view 1\n" // changes with the layout of a view
	viewSuffix = ".view"
	tempSuffix = ".tmp"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errNoView is returned for a segment without a view file.
var errNoView = errors.New("there is no view file")

// binding is what a view file says of the segment's file it belongs to.
func binding(segmentFile string) (string, error) {
	f, err := os.Open(segmentFile)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	var end [4]byte
	if _, err := f.ReadAt(end[:], info.Size()-4); err != nil {
		return "", err
	}
	order := memoryOf([]uint16{1}) // of bytes, on this machine
	return fmt.Sprintf("%s%s %d %x %x\n", viewMagic, filepath.Base(segmentFile), info.Size(), end, order), nil
}

// writeView writes a view file in one step: after a crash it is there or not.
func writeView(ctx context.Context, path, segmentFile string, v *segmentView) (err error) {
	head, err := binding(segmentFile)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path+tempSuffix, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(path + tempSuffix)
	w := &viewWriter{ctx: ctx, to: bufio.NewWriterSize(f, 1<<20)}
	w.view(head, v)
	sum := binary.LittleEndian.AppendUint32(nil, w.sum)
	if w.err == nil {
		_, w.err = w.to.Write(sum)
	}
	if err := errors.Join(w.err, w.to.Flush(), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+tempSuffix, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// readView reads a view file; errNoView when there is none. Any other error
// says why it can't be used.
func readView(path, segmentFile string) (*segmentView, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNoView
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head, err := binding(segmentFile)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	r := &viewReader{from: bufio.NewReaderSize(f, 1<<16), left: info.Size() - 4}
	v := r.view(head)
	var end [4]byte
	if r.err == nil {
		_, r.err = io.ReadFull(r.from, end[:])
	}
	switch {
	case r.err != nil:
		return nil, fmt.Errorf("%s is damaged: %w", filepath.Base(path), r.err)
	case r.left != 0 || binary.LittleEndian.Uint32(end[:]) != r.sum:
		return nil, fmt.Errorf("%s is damaged: its checksum is not the one written at its end", filepath.Base(path))
	}
	return v, r.readFacets(v)
}

// viewWriter writes slices as they lie in memory, each after its length.
type viewWriter struct {
	ctx context.Context // of the one writing
	to  *bufio.Writer
	sum uint32
	err error
}

func (w *viewWriter) bytes(b []byte) {
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err == nil {
		w.sum = crc32.Update(w.sum, castagnoli, b)
		_, w.err = w.to.Write(b)
	}
}

// memoryOf is the memory of a slice of plain numbers.
func memoryOf[T any](s []T) []byte {
	if len(s) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(s[0])))
}

func putSlice[T any](w *viewWriter, s []T) {
	w.bytes(memoryOf([]int64{int64(len(s))}))
	w.bytes(memoryOf(s))
}

func putMap[K uint32 | uint64](w *viewWriter, m map[K]uint32) {
	keys := slices.Sorted(maps.Keys(m))
	values := make([]uint32, len(keys))
	for i, k := range keys {
		values[i] = m[k]
	}
	putSlice(w, keys)
	putSlice(w, values)
}

func (w *viewWriter) view(head string, v *segmentView) {
	putSlice(w, []byte(head))
	putSlice(w, []int64{int64(v.count)})
	putSlice(w, v.ids.packed)
	putSlice(w, []int64{int64(len(v.ids.prefixes))})
	for _, prefix := range v.ids.prefixes {
		putSlice(w, []byte(prefix))
	}
	putSlice(w, v.ids.prefix)
	putSlice(w, v.ids.text)
	for _, f := range v.fields {
		if f == nil {
			putSlice(w, []int64{0})
			continue
		}
		putSlice(w, []int64{1, int64(f.dict.terms), int64(f.longest), int64(f.with), f.total, f.held})
		putSlice(w, f.dict.text)
		putSlice(w, f.dict.blocks)
		putSlice(w, f.dict.keys)
		putSlice(w, f.lists)
		putSlice(w, f.docs)
		putSlice(w, f.freqs)
		putSlice(w, f.planes)
		putSlice(w, f.lengths)
		putMap(w, f.big)
		putMap(w, f.long)
	}
	names := slices.Sorted(maps.Keys(v.facets))
	putSlice(w, []int64{int64(len(names))})
	for _, name := range names {
		putSlice(w, []byte(name))
		b, err := v.facets[name].ToBytes()
		w.err = errors.Join(w.err, err)
		putSlice(w, b)
	}
}
