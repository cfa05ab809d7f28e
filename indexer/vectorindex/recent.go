package vectorindex

import (
	"slices"

	"precedent/indexer"
)

// recentBatches is how many batches what was replaced or deleted stays at
// hand. A batch is made while two before it are on their way: what Knows
// promised its maker must still be true when it comes in.
const recentBatches = 4

type recentKey struct {
	id  string
	sum uint64
}

// recent holds the vectors of documents that the last batches replaced by
// others or deleted, the newest batch first.
type recent []map[recentKey][indexer.NumSpaces]vector

// find returns the vectors of a document as some earlier batch had them.
func (r recent) find(id string, sum uint64) (v [indexer.NumSpaces]vector, ok bool) {
	for _, batch := range r {
		if v, ok = batch[recentKey{id, sum}]; ok {
			break
		}
	}
	return v, ok
}

// note returns what there is after a change of the state.
func (r recent) note(s *state, c *change) recent {
	lost := map[recentKey][indexer.NumSpaces]vector{}
	note := func(id string) {
		if e, ok := s.find(id); ok {
			is := s.entries.at(e)
			v := s.vectors(is)
			for i := range v {
				v[i].q = slices.Clone(v[i].q)
			}
			lost[recentKey{id, is.sum}] = v
		}
	}
	for _, id := range c.remove {
		note(id)
	}
	for i := range c.put {
		if !c.put[i].keep {
			note(c.put[i].id)
		}
	}
	return append(recent{lost}, r[:min(len(r), recentBatches-1)]...)
}

func (r recent) heapBytes() (n int64) {
	for _, batch := range r {
		for key, vectors := range batch {
			n += int64(len(key.id)) + 160
			for _, v := range vectors {
				n += int64(len(v.q))
			}
		}
	}
	return n
}
