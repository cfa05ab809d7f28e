package bleveindex

import (
	"bytes"
	"cmp"
	"slices"

	"precedent/indexer"
)

// rank scores what is left in the pool exactly and returns the k best.
func (s *search) rank() []indexer.Hit {
	s.prune()
	slices.SortFunc(s.pool, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.segment, b.segment), cmp.Compare(a.doc, b.doc))
	})
	type hit struct {
		id    []byte
		score float64
	}
	hits := make([]hit, 0, len(s.pool))
	for from := 0; from < len(s.pool); {
		n, to := s.pool[from].segment, from+1
		for to < len(s.pool) && s.pool[to].segment == n {
			to++
		}
		ids := &s.p.segments[n].view.ids
		for i, score := range s.exact(int(n), s.pool[from:to]) {
			hits = append(hits, hit{id: ids.at(s.pool[from+i].doc), score: score})
		}
		from = to
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), bytes.Compare(a.id, b.id))
	})
	best := make([]indexer.Hit, min(s.q.K, len(hits)))
	for i := range best {
		best[i] = indexer.Hit{ID: string(hits[i].id), Score: hits[i].score}
	}
	return best
}

// exact scores candidates of one segment, in the order of their documents,
// term by term: equal documents get equal scores wherever they are.
func (s *search) exact(n int, of []candidate) []float64 {
	view, scores := s.p.segments[n].view, make([]float64, len(of))
	for i, t := range s.q.Terms {
		ref := s.refs[n*len(s.q.Terms)+i]
		if ref.none() {
			continue
		}
		field, average := view.fields[t.Field], s.p.average(t.Field)
		idf := indexer.IDF(s.stats.Docs[t.Field], s.stats.DF[i])
		add := func(at int, freq int) {
			scores[at] += t.Weight * indexer.Score(idf, freq, field.length(of[at].doc), average)
		}
		if !ref.long() {
			at := 0
			for l := field.short(ref); at < len(of) && l.next(); {
				for at < len(of) && of[at].doc < l.doc {
					at++
				}
				if at < len(of) && of[at].doc == l.doc {
					add(at, int(l.freq))
				}
			}
			continue
		}
		c := cursor{view: field, list: int(ref.at)}
		c.open()
		for at := range of {
			c.enterBlock(int(of[at].doc >> blockBits))
			if freq := c.freq(of[at].doc); freq > 0 {
				add(at, field.exactFreq(c.list, of[at].doc, freq))
			}
		}
	}
	return scores
}
