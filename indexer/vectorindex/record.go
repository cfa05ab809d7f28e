package vectorindex

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"precedent/indexer"
)

// formatVersion changes whenever older logs can't be read as they are.
const formatVersion = 1

// header is the first record of a log.
type header struct {
	Format   int           `json:"format"`
	Stamp    indexer.Stamp `json:"stamp"`
	Replaces string        `json:"replaces,omitempty"` // the log this one is the compacted form of
}

// change is a batch as it stands in the log: what it says depends on nothing
// but the changes before.
type change struct {
	seq    int64
	mark   string
	sets   [][]string // distinct sets of facets
	remove []string   // ids
	put    []put
}

// put is a document of a change.
type put struct {
	id      string
	sum     uint64
	set     int  // which of the change's sets
	keep    bool // it keeps the vectors it has
	vectors [indexer.NumSpaces]vector
	at      int // where it begins in the payload, when decoded
}

// Kinds of records.
const (
	headerRecord = 1
	changeRecord = 2
)

const keepFlag = 1 << 7 // beside a bit for every space

func encodeHeader(h header) ([]byte, error) {
	text, err := json.Marshal(h)
	return append([]byte{headerRecord}, text...), err
}

func decodeHeader(b []byte) (h header, err error) {
	if len(b) == 0 || b[0] != headerRecord {
		return h, errors.New("a log does not begin with its header")
	}
	return h, json.Unmarshal(b[1:], &h)
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// encode appends a change's record.
func (c *change) encode(b []byte) []byte {
	b = append(b, changeRecord)
	b = binary.AppendVarint(b, c.seq)
	b = appendString(b, c.mark)
	b = binary.AppendUvarint(b, uint64(len(c.sets)))
	for _, set := range c.sets {
		b = binary.AppendUvarint(b, uint64(len(set)))
		for _, name := range set {
			b = appendString(b, name)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(c.remove)))
	for _, id := range c.remove {
		b = appendString(b, id)
	}
	b = binary.AppendUvarint(b, uint64(len(c.put)))
	for i := range c.put {
		b = c.put[i].encode(b)
	}
	return b
}

func (p *put) encode(b []byte) []byte {
	b = appendString(b, p.id)
	b = binary.LittleEndian.AppendUint64(b, p.sum)
	b = binary.AppendUvarint(b, uint64(p.set))
	var flags byte
	if p.keep {
		flags = keepFlag
	}
	for s, v := range p.vectors {
		if len(v.q) > 0 {
			flags |= 1 << s
		}
	}
	b = append(b, flags)
	for _, v := range p.vectors {
		if len(v.q) == 0 {
			continue
		}
		b = binary.AppendUvarint(b, uint64(len(v.q)))
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v.scale))
		b = append(b, v.bytes()...)
	}
	return b
}

// cursor reads a payload. After the first thing that can't be, bad is set and
// all else is zero.
type cursor struct {
	b   []byte
	at  int
	bad bool
}

var errGarbled = errors.New("a record's checksum is right but what it says is not")

func (c *cursor) take(n uint64) []byte {
	if c.bad || n > uint64(len(c.b)-c.at) {
		c.bad = true
		return nil
	}
	taken := c.b[c.at : c.at+int(n)]
	c.at += int(n)
	return taken
}

func (c *cursor) uvarint() uint64 {
	n, size := binary.Uvarint(c.b[c.at:])
	if c.bad || size <= 0 {
		c.bad = true
		return 0
	}
	c.at += size
	return n
}

func (c *cursor) varint() int64 {
	n, size := binary.Varint(c.b[c.at:])
	if c.bad || size <= 0 {
		c.bad = true
		return 0
	}
	c.at += size
	return n
}

// count reads how many things follow, each of at least one byte.
func (c *cursor) count() int {
	n := c.uvarint()
	if n > uint64(len(c.b)-c.at) {
		c.bad = true
		return 0
	}
	return int(n)
}

func (c *cursor) string() string { return string(c.take(c.uvarint())) }

// decode reads a change's record. Vectors share the payload's memory.
func (c *change) decode(payload []byte) error {
	in := cursor{b: payload}
	if kind := in.take(1); in.bad || kind[0] != changeRecord {
		return errGarbled
	}
	c.seq, c.mark = in.varint(), in.string()
	for range in.count() {
		set := make([]string, in.count())
		for i := range set {
			set[i] = in.string()
		}
		c.sets = append(c.sets, set)
	}
	for range in.count() {
		c.remove = append(c.remove, in.string())
	}
	puts := in.count()
	c.put = make([]put, 0, min(puts, len(payload)/16))
	for range puts {
		c.put = append(c.put, in.put(len(c.sets)))
	}
	if in.bad || in.at != len(payload) {
		return errGarbled
	}
	return nil
}

// put reads one document of a change that has so many sets.
func (c *cursor) put(sets int) (p put) {
	p.at = c.at
	p.id = c.string()
	if sum := c.take(8); sum != nil {
		p.sum = binary.LittleEndian.Uint64(sum)
	}
	if p.set = int(c.uvarint()); p.set < 0 || p.set >= sets {
		c.bad = true
	}
	flags := c.take(1)
	if c.bad || flags[0]&^(keepFlag|1<<indexer.NumSpaces-1) != 0 {
		c.bad = true
		return p
	}
	p.keep = flags[0]&keepFlag != 0
	for s := range p.vectors {
		if flags[0]>>s&1 != 0 {
			p.vectors[s] = c.vector()
		}
	}
	if p.id == "" || p.keep && flags[0] != keepFlag {
		c.bad = true
	}
	return p
}

func (c *cursor) vector() (v vector) {
	dim := c.uvarint()
	scale := c.take(4)
	q := c.take(dim)
	if c.bad || dim == 0 || dim > maxDim {
		c.bad = true
		return v
	}
	v = ofBytes(math.Float32frombits(binary.LittleEndian.Uint32(scale)), q)
	if !(v.scale >= 0 && v.scale <= math.MaxFloat32) {
		c.bad = true
	}
	return v
}

// check tells of a change that can't follow the state.
func (c *change) check(s *state) error {
	var dims [indexer.NumSpaces]int
	for i := range c.put {
		for space, v := range c.put[i].vectors {
			if len(v.q) == 0 {
				continue
			}
			if dims[space] == 0 {
				dims[space] = len(v.q)
			}
			err := s.spaces[space].fits(len(v.q))
			if err == nil && dims[space] != len(v.q) {
				err = fmt.Errorf("a vector has %d components, another of the batch has %d", len(v.q), dims[space])
			}
			if err != nil {
				return fmt.Errorf("document %q, space %v: %w", c.put[i].id, indexer.Space(space), err)
			}
		}
	}
	return nil
}
