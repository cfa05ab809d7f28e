package vectorindex

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// errDamaged is met at a record that is not as it was written.
var errDamaged = errors.New("the log is damaged")

// readAtOnce is how many bytes are read from a log by one call, unless a
// record is longer.
const readAtOnce = 32 << 20

// reader reads a log's records one after another.
type reader struct {
	from io.ReaderAt
	at   int64 // of the next record
	size int64
	buf  []byte // what of the log was read
	base int64  // where buf lies in the log
}

// window returns n bytes of the log from r.at on, fewer at its end.
func (r *reader) window(n int64) ([]byte, error) {
	n = min(n, r.size-r.at)
	if r.at < r.base || r.at+n > r.base+int64(len(r.buf)) {
		want := min(max(n, readAtOnce), r.size-r.at)
		r.buf = make([]byte, want) // the former one may still be in use
		r.base = r.at
		if _, err := r.from.ReadAt(r.buf, r.at); err != nil {
			r.buf = nil
			if errors.Is(err, io.EOF) {
				err = fmt.Errorf("%w: it is shorter than it was", errDamaged)
			}
			return nil, err
		}
	}
	return r.buf[r.at-r.base:][:n], nil
}

// next returns the payload of the next record, io.EOF at the end, errDamaged
// where none stands. The payload stays as it is.
func (r *reader) next() ([]byte, error) {
	if r.at == r.size {
		return nil, io.EOF
	}
	head, err := r.window(frameSize)
	if err != nil {
		return nil, err
	}
	if len(head) < frameSize || string(head[:4]) != frameMark {
		return nil, r.damaged()
	}
	n := int64(binary.LittleEndian.Uint32(head[4:]))
	if n > maxPayload || r.at+frameSize+n > r.size {
		return nil, r.damaged()
	}
	record, err := r.window(frameSize + n)
	if err != nil {
		return nil, err
	}
	if binary.LittleEndian.Uint32(record[8:]) != checksum(record) {
		return nil, r.damaged()
	}
	r.at += frameSize + n
	return record[frameSize:], nil
}

func (r *reader) damaged() error { return fmt.Errorf("%w at byte %d", errDamaged, r.at) }

// resync moves behind the damage, to the next whole record; false when there
// is none.
func (r *reader) resync(ctx context.Context) (bool, error) {
	for r.at++; r.size-r.at >= frameSize; {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		window, err := r.window(readAtOnce)
		if err != nil {
			return false, err
		}
		found := bytes.Index(window, []byte(frameMark))
		if found < 0 {
			r.at += max(1, int64(len(window)-len(frameMark)+1))
			continue
		}
		r.at += int64(found)
		at := r.at
		_, err = r.next()
		r.at = at
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, errDamaged) {
			return false, err
		}
		r.at++
	}
	return false, nil
}

// change returns the next record's change, or an error as next does.
func (r *reader) change() (*change, error) {
	at := r.at
	payload, err := r.next()
	if err != nil {
		return nil, err
	}
	c := &change{}
	if c.decode(payload) != nil {
		r.at = at
		return nil, r.damaged()
	}
	return c, nil
}

// read is a change or what came instead.
type read struct {
	change *change
	at     int64 // where its record begins
	err    error
}

// ahead reads the changes on another goroutine, a few ahead of the one who
// asks; the channel is closed behind the first error or the end of ctx.
func (r *reader) ahead(ctx context.Context) <-chan read {
	changes := make(chan read, 4)
	go func() {
		defer close(changes)
		for {
			is := read{at: r.at}
			is.change, is.err = r.change()
			select {
			case changes <- is:
			case <-ctx.Done():
				return
			}
			if is.err != nil {
				return
			}
		}
	}()
	return changes
}

// each calls do for every change in order, from where the reader is, while the
// next ones are read. It returns nil at the end of the log; at a damage, the
// reader stands there.
func (r *reader) each(ctx context.Context, do func(c *change, at int64) error) error {
	ctx, stop := context.WithCancel(ctx)
	changes := r.ahead(ctx)
	defer func() {
		stop()
		for range changes { // until the other goroutine is done
		}
	}()
	for is := range changes {
		if is.err == io.EOF {
			return nil
		}
		if is.err != nil {
			return is.err
		}
		if err := do(is.change, is.at); err != nil {
			return err
		}
	}
	return ctx.Err()
}
