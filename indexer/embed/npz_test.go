package embed

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// npy writes an array in NumPy's format, version 1.
func npy(header, numbers string) string {
	return fmt.Sprintf("\x93NUMPY\x01\x00%c%c%s%s", len(header)&0xFF, len(header)>>8, header, numbers)
}

func writeNPZ(t testing.TB, entries map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range entries {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = w.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	path := filepath.Join(t.TempDir(), "weights.npz")
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
	return path
}

func TestReadNPZ(t *testing.T) {
	arrays, err := readNPZ(writeNPZ(t, map[string]string{
		"table.npy": npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n", "\x01\x02\x03\x04\x05\x06"),
		"scale.npy": npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n", "\x00\x00\x80\x3f\x00\x00\x00\xc0"),
		"eps.npy":   npy("{'descr': '<f8', 'fortran_order': False, 'shape': (), }\n", "12345678"),
	}))
	require.NoError(t, err)
	require.Len(t, arrays, 3)
	require.Equal(t, array{shape: []int{2, 3}, kind: "|u1", data: []byte{1, 2, 3, 4, 5, 6}}, arrays["table"])
	require.Equal(t, []float32{1, -2}, arrays["scale"].floats())
	require.Nil(t, arrays["table"].floats(), "bytes are no floats")
	require.Equal(t, array{kind: "<f8", data: []byte("12345678")}, arrays["eps"])
}

func TestReadNPYSaysWhatIsWrong(t *testing.T) {
	const good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n"
	for name, c := range map[string]struct{ content, says string }{
		"nothing":          {"", "array's start"},
		"another file":     {"PK\x03\x04 something else", "not a NumPy array"},
		"header cut":       {npy(good, "")[:20], "read the header"},
		"numbers cut":      {npy(good, "123"), "read 4 bytes"},
		"numbers too many": {npy(good, "12345"), "something follows"},
		"complex numbers":  {npy("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", ""), "<c8"},
		"column-major":     {npy("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", ""), "row-major"},
		"no shape":         {npy("{'descr': '<f4', 'fortran_order': False, }", ""), "no shape"},
		"negative shape":   {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", ""), "shape"},
		"huge shape":       {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999, 99999, 99999, 99999), }", ""), "shape"},
		"long header":      {"\x93NUMPY\x02\x00\xff\xff\xff\xff", "too long"},
	} {
		_, err := readNPY(bytes.NewReader([]byte(c.content)))
		require.ErrorContains(t, err, c.says, name)
	}
}

func TestReadNPZNamesTheDamagedArray(t *testing.T) {
	path := writeNPZ(t, map[string]string{"proj2.npy": npy("{'descr': '|u1', 'fortran_order': False, 'shape': (4000,), }", string(make([]byte, 4000)))})
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	content[len(content)/5] ^= 0xFF
	require.NoError(t, os.WriteFile(path, content, 0o600))
	_, err = readNPZ(path)
	require.ErrorContains(t, err, "proj2.npy")
	_, err = readNPZ(filepath.Join(t.TempDir(), "none.npz"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func FuzzReadNPY(f *testing.F) {
	f.Add([]byte(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }\n", "12345678")))
	f.Add([]byte("\x93NUMPY\x03\x00\x02\x00\x00\x00{}"))
	f.Fuzz(func(t *testing.T, content []byte) {
		a, err := readNPY(bytes.NewReader(content))
		if err != nil {
			return
		}
		size := kinds[a.kind]
		for _, n := range a.shape {
			size *= n
		}
		require.Len(t, a.data, size)
	})
}
