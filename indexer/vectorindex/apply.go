package vectorindex

import (
	"context"
	"errors"
	"fmt"

	"precedent/indexer"
)

// errWithoutID is met at a document without an id.
var errWithoutID = errors.New("a document has no id")

// Apply implements indexer.VectorIndex. A document both deleted and put is
// put; of two with one id the later counts. The batch is visible when Apply
// returns, and on disk soon after; when it can't be written, say for want of
// room, nothing of it is seen, and the next Apply tries anew.
//
// A batch applied beside a Rebuild is taken in, but moves no seq: the refill
// comes by its changes in its turn.
func (ix *Index) Apply(ctx context.Context, b indexer.Batch) error {
	return ix.apply(ctx, b, false)
}

func (ix *Index) apply(ctx context.Context, b indexer.Batch, filling bool) error {
	c, err := quantised(ctx, b)
	if err != nil {
		return err
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.closed.Load() {
		return errClosed
	}
	s := ix.served.Load()
	if ix.refilling && !filling {
		c.seq, c.mark = s.seq, s.mark
	}
	if err := ix.resolve(s, c); err != nil {
		return err
	}
	if err := c.check(s); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	d := s.draft()
	if err := d.apply(c); err != nil {
		return err
	}
	if err := ix.write(c); err != nil {
		return fmt.Errorf("writing a batch to the vectors' log: %w", err)
	}
	ix.recent = ix.recent.note(s, c)
	ix.served.Store(d.finish(ix.kernels))
	ix.keeper.written(ix.log.end - ix.synced)
	return nil
}

// write appends a change to the log. A log that could not be synced is
// replaced first.
func (ix *Index) write(c *change) error {
	if ix.failed != nil {
		if err := ix.rewrite(); err != nil {
			return err
		}
	}
	return ix.log.append(c.encode(make([]byte, frameSize, c.size())))
}

// quantised makes a change of a batch.
func quantised(ctx context.Context, b indexer.Batch) (*change, error) {
	c := &change{seq: b.Seq, mark: b.Mark}
	last := make(map[string]int, len(b.Put)) // of each id, the document that counts
	for i := range b.Put {
		last[b.Put[i].ID] = i
	}
	for _, id := range b.Delete {
		if _, ok := last[id]; !ok {
			c.remove = append(c.remove, id)
		}
	}
	sets := map[string]int{}
	for i := range b.Put {
		doc := &b.Put[i]
		if last[doc.ID] != i {
			continue
		}
		if i%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p, err := quantisedPut(doc)
		if err != nil {
			return nil, err
		}
		p.set = c.setOf(sets, doc.Facets)
		c.put = append(c.put, p)
	}
	return c, nil
}

// quantisedPut makes a put of a document. keep says that it brings no vectors,
// not even word that it has none.
func quantisedPut(doc *indexer.Document) (put, error) {
	if doc.ID == "" {
		return put{}, errWithoutID
	}
	p := put{id: doc.ID, sum: doc.Sum, keep: true}
	for s, v := range doc.Vectors {
		p.keep = p.keep && v == nil
		if len(v) == 0 {
			continue
		}
		var err error
		if p.vectors[s], err = quantise(v); err != nil {
			return put{}, fmt.Errorf("document %q, space %v: %w", doc.ID, indexer.Space(s), err)
		}
	}
	return p, nil
}

// setOf returns which of the change's sets of facets is this one.
func (c *change) setOf(known map[string]int, facets []string) int {
	var key []byte
	for _, f := range facets {
		key = appendString(key, f)
	}
	n, ok := known[string(key)]
	if !ok {
		n = len(c.sets)
		known[string(key)] = n
		c.sets = append(c.sets, facets)
	}
	return n
}

// resolve finds the vectors of the documents that bring none: those the
// document has, or had a few batches ago, or those of a former log.
func (ix *Index) resolve(s *state, c *change) (err error) {
	for i := range c.put {
		p := &c.put[i]
		if !p.keep || s.has(p.id, p.sum) {
			continue
		}
		var ok bool
		p.keep = false
		if p.vectors, ok = ix.recent.find(p.id, p.sum); ok {
			continue
		}
		if p.vectors, _, err = ix.formers.take(p.id, p.sum); err != nil {
			return err
		}
	}
	return nil
}

// size is about the length of the change's record.
func (c *change) size() int {
	n := 64 + frameSize
	for _, set := range c.sets {
		for _, name := range set {
			n += len(name) + 2
		}
	}
	for _, id := range c.remove {
		n += len(id) + 2
	}
	for i := range c.put {
		n += len(c.put[i].id) + 20
		for _, v := range c.put[i].vectors {
			n += len(v.q) + 6
		}
	}
	return n
}
