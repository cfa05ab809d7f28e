package embed

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
)

// maxArray bounds one array of an archive in bytes, so that a damaged header
// cannot ask for the machine's memory. The largest array we read has 4 MB.
const maxArray = 64 << 20

// array is one array of an .npz archive: numbers in row-major order.
type array struct {
	shape []int
	kind  string // a key of kinds
	data  []byte // little-endian, len = product of shape times the kind's size
}

// kinds are the number types read, as NumPy names them, with their size in
// bytes.
var kinds = map[string]int{"|u1": 1, "|i1": 1, "<f4": 4, "<f8": 8}

// readNPZ reads every array of a NumPy archive, named without ".npy".
// It inflates the arrays on all processors.
func readNPZ(path string) (map[string]array, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer archive.Close()
	arrays := make([]array, len(archive.File))
	var reading errgroup.Group
	reading.SetLimit(runtime.GOMAXPROCS(0))
	for i, file := range archive.File {
		reading.Go(func() (err error) {
			arrays[i], err = readEntry(file)
			return err
		})
	}
	if err := reading.Wait(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	named := make(map[string]array, len(arrays))
	for i, file := range archive.File {
		named[strings.TrimSuffix(file.Name, ".npy")] = arrays[i]
	}
	return named, nil
}

func readEntry(file *zip.File) (array, error) {
	r, err := file.Open()
	if err != nil {
		return array{}, fmt.Errorf("%s: %w", file.Name, err)
	}
	defer r.Close()
	a, err := readNPY(r)
	if err != nil {
		return array{}, fmt.Errorf("%s: %w", file.Name, err)
	}
	return a, nil
}

// readNPY reads one array in NumPy's .npy format, versions 1 to 3: a magic, a
// version, the length of a header, the header (a Python dictionary), the
// numbers. r must end with them.
func readNPY(r io.Reader) (array, error) {
	var start [8]byte
	if _, err := io.ReadFull(r, start[:]); err != nil {
		return array{}, fmt.Errorf("read the array's start: %w", err)
	}
	if string(start[:6]) != "\x93NUMPY" {
		return array{}, errors.New("not a NumPy array: its first six bytes are not \\x93NUMPY")
	}
	size := make([]byte, 4)
	if start[6] == 1 {
		size = size[:2]
	}
	if _, err := io.ReadFull(r, size); err != nil {
		return array{}, fmt.Errorf("read the header's length: %w", err)
	}
	var padded [4]byte
	copy(padded[:], size)
	length := binary.LittleEndian.Uint32(padded[:])
	if length > 1<<16 {
		return array{}, fmt.Errorf("a header of %d bytes is too long", length)
	}
	header := make([]byte, length)
	if _, err := io.ReadFull(r, header); err != nil {
		return array{}, fmt.Errorf("read the header: %w", err)
	}
	a, bytes, err := parseHeader(string(header))
	if err != nil {
		return array{}, err
	}
	a.data = make([]byte, bytes)
	if _, err := io.ReadFull(r, a.data); err != nil {
		return array{}, fmt.Errorf("read %d bytes of numbers: %w", bytes, err)
	}
	// A zip entry compares its checksum when it ends.
	switch _, err := io.ReadFull(r, start[:1]); err {
	case io.EOF:
		return a, nil
	case nil:
		return array{}, fmt.Errorf("something follows the %d bytes of numbers", bytes)
	default:
		return array{}, err
	}
}

// parseHeader reads the three entries of a header such as
// {'descr': '<f4', 'fortran_order': False, 'shape': (512, 256), } and gives
// the array without its numbers, and how many bytes they take.
func parseHeader(header string) (array, int, error) {
	kind, ok := between(header, "'descr': '", "'")
	size := kinds[kind]
	if !ok || size == 0 {
		return array{}, 0, fmt.Errorf("numbers of type %q are not read (header %q)", kind, header)
	}
	if order, _ := between(header, "'fortran_order': ", ","); order != "False" {
		return array{}, 0, fmt.Errorf("only arrays in row-major order are read (header %q)", header)
	}
	list, ok := between(header, "'shape': (", ")")
	if !ok {
		return array{}, 0, fmt.Errorf("no shape in header %q", header)
	}
	a := array{kind: kind}
	bytes := size
	for _, field := range strings.Split(list, ",") {
		if field = strings.TrimSpace(field); field == "" {
			continue
		}
		var n int
		if _, err := fmt.Sscanf(field, "%d", &n); err != nil || n < 0 || n > maxArray || bytes*n > maxArray {
			return array{}, 0, fmt.Errorf("a shape of (%s) is not read", list)
		}
		a.shape = append(a.shape, n)
		bytes *= n
	}
	return a, bytes, nil
}

func between(s, before, after string) (string, bool) {
	_, rest, ok := strings.Cut(s, before)
	if !ok {
		return "", false
	}
	found, _, ok := strings.Cut(rest, after)
	return found, ok
}

// floats gives the numbers of a float32 array, nil for another type.
func (a array) floats() []float32 {
	if a.kind != "<f4" {
		return nil
	}
	out := make([]float32, len(a.data)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(a.data[4*i:]))
	}
	return out
}
