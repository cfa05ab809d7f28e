package vectorindex

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"slices"

	"precedent/indexer"
)

// Verify implements indexer.VectorIndex: it reads the whole log, compares the
// records' checksums, and holds the documents they lead to against those that
// are served. Former logs, of which only what is whole is used, it leaves out.
// Searches and writers go on meanwhile.
func (ix *Index) Verify(ctx context.Context) error {
	ix.mu.Lock()
	if ix.closed.Load() {
		ix.mu.Unlock()
		return errClosed
	}
	s, path, end, stamp := ix.served.Load(), ix.log.path, ix.log.end, ix.stamp
	r, f, err := openReader(path)
	ix.mu.Unlock()
	if err != nil {
		return err
	}
	defer f.Close()
	if r.size < end {
		return fmt.Errorf("%w: %s has %d bytes of %d", errDamaged, path, r.size, end)
	}
	r.size = end
	h, err := r.header()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if h.Stamp != stamp {
		return fmt.Errorf("%s has the stamp %+v, served is %+v", path, h.Stamp, stamp)
	}
	is := &inspection{state: s, found: make([]digest, s.entries.len()), stray: map[string]bool{}}
	if err := r.each(ctx, is.follow); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := is.compare(ctx); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// digest sums up what is known of a document.
type digest struct {
	there           bool
	facets, vectors uint32
	sum             uint64
}

// inspection follows a log to the state it leads to.
type inspection struct {
	state *state
	found []digest        // by the entry that is served
	stray map[string]bool // documents that are not served
	seq   int64
	mark  string
}

func (is *inspection) follow(c *change, _ int64) error {
	for _, id := range c.remove {
		delete(is.stray, id)
		if e, ok := is.state.find(id); ok {
			is.found[e] = digest{}
		}
	}
	for i := range c.put {
		p := &c.put[i]
		e, ok := is.state.find(p.id)
		if !ok {
			is.stray[p.id] = true
			continue
		}
		d := digest{there: true, facets: facetsDigest(c.sets[p.set]), sum: p.sum}
		if p.keep {
			d.vectors = is.found[e].vectors
		} else {
			d.vectors = vectorsDigest(p.vectors)
		}
		is.found[e] = d
	}
	is.seq, is.mark = c.seq, c.mark
	return nil
}

func (is *inspection) compare(ctx context.Context) error {
	s := is.state
	if is.seq != s.seq || is.mark != s.mark {
		return fmt.Errorf("the log leads to seq %d and mark %q, served are %d and %q", is.seq, is.mark, s.seq, s.mark)
	}
	for id := range is.stray {
		return fmt.Errorf("the log has document %q, which is not served", id)
	}
	for e, found := range is.found {
		if e%blockSize == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		id := string(s.entries.id(uint32(e)))
		if now, ok := s.find(id); !ok || int(now) != e {
			continue
		}
		served := s.entries.at(uint32(e))
		want := digest{true, facetsDigest(s.facets.facets(served.set)), vectorsDigest(s.vectors(served)), served.sum}
		if found != want {
			return fmt.Errorf("document %q is not served as the log has it", id)
		}
	}
	return nil
}

func facetsDigest(facets []string) uint32 {
	sorted := slices.Sorted(slices.Values(facets))
	var b []byte
	for _, f := range slices.Compact(sorted) {
		b = appendString(b, f)
	}
	return crc32.Checksum(b, castagnoli)
}

func vectorsDigest(vectors [indexer.NumSpaces]vector) (sum uint32) {
	for _, v := range vectors {
		head := binary.LittleEndian.AppendUint32(nil, uint32(len(v.q)))
		head = binary.LittleEndian.AppendUint32(head, math.Float32bits(v.scale))
		sum = crc32.Update(crc32.Update(sum, castagnoli, head), castagnoli, v.bytes())
	}
	return sum
}
