package sqlite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"sync"
	"time"

	"precedent/corpus"
)

// body is the JSON of a case without what columns hold: the fields named
// here hide those of the case.
type body struct {
	*corpus.Case
	ID        hidden `json:"id,omitempty"`
	Version   hidden `json:"version,omitempty"`
	CreatedAt hidden `json:"created_at,omitempty"`
	UpdatedAt hidden `json:"updated_at,omitempty"`
}

type hidden *struct{}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// encodeBody returns the content of a case as it is stored. Cases of equal
// content have equal bodies.
func encodeBody(c corpus.Case) (string, error) {
	c.ResolvedAt = stored(c.ResolvedAt)
	if c = clone(c); c.Known != nil {
		c.Known.DueAt = stored(c.Known.DueAt)
	}
	return encode(body{Case: &c})
}

// encode is json.Marshal that leaves <, > and & as they are.
func encode(v any) (string, error) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// clone returns a copy of c that Prepare can change without changing c.
func clone(c corpus.Case) corpus.Case {
	if c.Known != nil {
		known := *c.Known
		c.Known = &known
	}
	return c
}

// stored is a time as the store keeps it: in UTC, to the microsecond.
func stored(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC().Truncate(time.Microsecond)
	return &u
}

// decodeBody returns the case whose content is body.
func decodeBody(body []byte, sum uint32) (c corpus.Case, err error) {
	err = decode(body, sum, &c)
	return c, err
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum is what tells a body that a disk has changed: SQLite itself notices only
// damage to its own structure.
func sum(body string) uint32 { return crc32.Checksum([]byte(body), castagnoli) }

// decode reads the JSON of a record, whose sum was taken as it was written.
func decode(body []byte, sum uint32, record any) error {
	if crc32.Checksum(body, castagnoli) != sum {
		return fmt.Errorf("%w (a record is not what was written)", ErrDamaged)
	}
	if err := json.Unmarshal(body, record); err != nil {
		return fmt.Errorf("%w (a record is not what was written: %w)", ErrDamaged, err)
	}
	return nil
}

// sameContent reports whether two bodies say the same. Those written by an
// earlier release may say it in another order.
func sameContent(former, present string) bool {
	if former == present {
		return true
	}
	var c corpus.Case
	if err := json.Unmarshal([]byte(former), &c); err != nil {
		return false
	}
	again, err := encodeBody(c)
	return err == nil && again == present
}
