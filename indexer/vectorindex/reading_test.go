package vectorindex

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"precedent/indexer"
)

// record frames a payload.
func record(t testing.TB, payload []byte) []byte {
	t.Helper()
	b := append(make([]byte, frameSize), payload...)
	require.NoError(t, frame(b))
	return b
}

func sampleChange(seq int64) *change {
	c := &change{seq: seq, mark: "r", sets: [][]string{{"kind:case", "product:"}, {}}, remove: []string{"c_9"}}
	c.put = []put{
		{id: "c_1", sum: 1 << 63, set: 1, keep: true},
		{id: "c_2", sum: 7},
		{id: "c_3", set: 1, vectors: [indexer.NumSpaces]vector{{}, {.5, []int8{1, -127, 0}}, {0, []int8{0}}}},
	}
	return c
}

func sampleLog(t testing.TB) []byte {
	head, err := encodeHeader(header{Format: formatVersion, Replaces: "log-000001"})
	require.NoError(t, err)
	b := record(t, head)
	for seq := range int64(3) {
		b = append(b, record(t, sampleChange(seq).encode(nil))...)
	}
	return b
}

func TestRecord(t *testing.T) {
	want := sampleChange(-5)
	var got change
	require.NoError(t, got.decode(want.encode(nil)))
	for i := range got.put {
		got.put[i].at = 0
		for s := range got.put[i].vectors {
			if len(got.put[i].vectors[s].q) == 0 {
				got.put[i].vectors[s].q = nil
			}
		}
	}
	require.Equal(t, want, &got)
}

// records reads all whole records of a log, past its damages.
func records(t testing.TB, log []byte) (payloads [][]byte, damages int) {
	r := &reader{from: bytes.NewReader(log), size: int64(len(log))}
	for {
		payload, err := r.next()
		if err == io.EOF {
			return payloads, damages
		}
		if err == nil {
			payloads = append(payloads, payload)
			continue
		}
		require.ErrorIs(t, err, errDamaged)
		damages++
		goesOn, err := r.resync(t.Context())
		require.NoError(t, err)
		if !goesOn {
			return payloads, damages
		}
	}
}

// TestDamagedRecords spoils each byte of a log in turn: that record is lost
// and no other.
func TestDamagedRecords(t *testing.T) {
	log := sampleLog(t)
	whole, damages := records(t, log)
	require.Len(t, whole, 4)
	require.Zero(t, damages)
	for at := range log {
		spoiled := bytes.Clone(log)
		spoiled[at] ^= 1 << (at % 8)
		rest, damages := records(t, spoiled)
		require.Len(t, rest, 3, "byte %d", at)
		require.Equal(t, 1, damages, "byte %d", at)
	}
	for at := range log {
		rest, _ := records(t, log[:at])
		require.Less(t, len(rest), 4)
		for i, payload := range rest {
			require.Equal(t, whole[i], payload)
		}
	}
}

// TestLongRecords reads records longer than what is read at once.
func TestLongRecords(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var log []byte
	var want [][]byte
	for _, size := range []int{readAtOnce - frameSize - 1, 10, readAtOnce + 7, 0, 3} {
		payload := make([]byte, size)
		for i := 0; i < len(payload); i += 1000 {
			payload[i] = byte(r.Uint32())
		}
		want = append(want, payload)
		log = append(log, record(t, payload)...)
	}
	got, damages := records(t, log)
	require.Zero(t, damages)
	require.Equal(t, len(want), len(got))
	for i := range want {
		require.True(t, bytes.Equal(want[i], got[i]))
	}
}

// FuzzLog reads any bytes as a log: it neither fails nor takes more memory
// than they are worth, and what is decoded can be carried out or is refused.
func FuzzLog(f *testing.F) {
	log := sampleLog(f)
	f.Add(log)
	f.Add(log[:len(log)-3])
	f.Add([]byte(frameMark + "\xff\xff\xff\x7f0000"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := newState().draft()
		payloads, _ := records(t, b)
		for _, payload := range payloads {
			_, _ = decodeHeader(payload)
			var c change
			if c.decode(payload) == nil && d.apply(&c) == nil {
				require.Equal(t, c.seq, d.seq)
			}
		}
		d.finish(portable{})
	})
}

// FuzzChange decodes any payload; what it accepts is encoded to what decodes
// to the same again.
func FuzzChange(f *testing.F) {
	f.Add(sampleChange(3).encode(nil))
	f.Add((&change{}).encode(nil))
	f.Fuzz(func(t *testing.T, payload []byte) {
		var c, again change
		if err := c.decode(payload); err != nil {
			require.True(t, errors.Is(err, errGarbled))
			return
		}
		encoded := c.encode(nil)
		require.NoError(t, again.decode(encoded))
		require.Equal(t, encoded, again.encode(nil))
		d := newState().draft()
		if d.apply(&c) == nil {
			s := d.finish(portable{})
			for i := range c.put {
				_, ok := s.find(c.put[i].id)
				require.True(t, ok)
			}
		}
	})
}
