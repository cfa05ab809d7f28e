package vectorindex

import (
	"fmt"
	"slices"
)

// draft is the next state in the making. It copies what it changes, a block or
// a table's part at a time, so that its former state stays as it is. Only one
// draft of a state may ever be published.
type draft struct{ state }

func (s *state) draft() *draft {
	d := &draft{*s}
	d.version++
	d.entries = slices.Clone(s.entries)
	for i := range d.spaces {
		d.spaces[i] = s.spaces[i].clone()
	}
	return d
}

// apply carries out a change.
func (d *draft) apply(c *change) error {
	if err := c.check(&d.state); err != nil {
		return err
	}
	for _, id := range c.remove {
		d.remove(id)
	}
	sets := make([]uint32, len(c.sets))
	for i, set := range c.sets {
		sets[i] = d.facets.of.intern(set)
	}
	for i := range c.put {
		if err := d.put(&c.put[i], sets[c.put[i].set]); err != nil {
			return err
		}
	}
	d.seq, d.mark = c.seq, c.mark
	return nil
}

func (d *draft) put(p *put, set uint32) error {
	vectors := p.vectors
	if p.keep {
		e, ok := d.find(p.id)
		if !ok {
			return fmt.Errorf("document %q is to keep vectors that it does not have", p.id)
		}
		vectors = d.vectors(d.entries.at(e))
	}
	n := uint32(d.entries.len())
	is := entry{sum: p.sum, set: set}
	for space, v := range vectors {
		is.rows[space] = noRow
		if len(v.q) > 0 {
			is.rows[space] = d.spaces[space].append(d.version, v, n, set)
		}
	}
	d.entries.append(d.version, p.id, is)
	former, had := d.ids.set(d.version, p.id, n, func(e uint32) bool { return string(d.entries.id(e)) == p.id })
	if had {
		d.kill(former)
	}
	d.docs++
	d.bytes += d.recordBytes(n)
	return nil
}

func (d *draft) remove(id string) {
	if e, had := d.ids.remove(d.version, id, func(e uint32) bool { return string(d.entries.id(e)) == id }); had {
		d.kill(e)
	}
}

// kill takes an entry that no id leads to any more out of all else.
func (d *draft) kill(e uint32) {
	d.docs--
	d.bytes -= d.recordBytes(e)
	for space, row := range d.entries.at(e).rows {
		if row != noRow {
			d.spaces[space].kill(d.version, row)
		}
	}
}

// finish makes the draft ready to be published.
func (d *draft) finish(k kernels) *state {
	for i := range d.spaces {
		d.spaces[i].sign(k, d.version)
	}
	d.facets = d.facets.of.view()
	return &d.state
}
