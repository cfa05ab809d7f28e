package bleveindex

// rarePostings are what the short lists of a query add in one segment, by
// window. There are few of them and they decide, so that all are always
// looked at, and all at once.
type rarePostings struct {
	from  []uint32 // window -> where its postings begin in lows and adds; one more than windows
	lows  []uint16 // documents, by their place in the window
	adds  []float32
	bound float32 // no document's score has more of these terms
}

// rareScratch is what rarePostings of a search are kept in.
type rareScratch struct {
	docs  []uint32 // of the segment at hand, list by list
	given []float32
	from  []uint32
	lows  []uint16
	adds  []float32
}

// readRare decodes the short lists of a query in one segment.
func (s *search) readRare(n int) rarePostings {
	scr, view := &s.scratch.rare, s.p.segments[n].view
	windows := (view.count + windowSize - 1) / windowSize
	r := rarePostings{from: take(&scr.from, windows+2)}
	clear(r.from)
	scr.docs, scr.given = scr.docs[:0], scr.given[:0]
	for i, t := range s.q.Terms {
		ref := s.refs[n*len(s.q.Terms)+i]
		if ref.none() || ref.long() || s.stats.DF[i] == 0 {
			continue
		}
		field, table := view.fields[t.Field], s.p.tables[t.Field]
		most := float32(0)
		for l := field.short(ref); l.next(); {
			given := table.impact(int(l.freq), field.length(l.doc))
			most = max(most, given)
			scr.docs, scr.given = append(scr.docs, l.doc), append(scr.given, s.weights[i]*given)
			r.from[l.doc>>windowBits+2]++
		}
		r.bound += s.weights[i] * most * roundUp
	}
	for w := 2; w < len(r.from); w++ {
		r.from[w] += r.from[w-1]
	}
	r.lows, r.adds = take(&scr.lows, len(scr.docs)), take(&scr.adds, len(scr.docs))
	for i, doc := range scr.docs {
		at := &r.from[doc>>windowBits+1]
		r.lows[*at], r.adds[*at] = uint16(doc%windowSize), scr.given[i]
		*at++
	}
	r.from = r.from[:windows+1]
	return r
}

// take cuts n elements off a buffer that has them to spare, or off a new one.
func take[T any](buffer *[]T, n int) []T {
	used := len(*buffer)
	if cap(*buffer)-used < n {
		*buffer = make([]T, 0, 2*cap(*buffer)+n)
		used = 0
	}
	*buffer = (*buffer)[:used+n]
	return (*buffer)[used : used+n : used+n]
}

// after returns the next window, after one, that holds a posting.
func (r *rarePostings) after(window int) int {
	for window++; window+1 < len(r.from); window++ {
		if r.from[window] < r.from[window+1] {
			return window
		}
	}
	return noBlock
}

// of returns the documents of a window, and what is added to each.
func (r *rarePostings) of(window int) ([]uint16, []float32) {
	from, to := r.from[window], r.from[window+1]
	return r.lows[from:to], r.adds[from:to]
}

// add adds what the terms give to each document of a window, and returns how
// much work that was.
func (r *rarePostings) add(sums *[windowSize]float32, window int) int {
	lows, adds := r.of(window)
	for i, low := range lows {
		sums[low%windowSize] += adds[i]
	}
	return len(lows)
}

// raiseByRare raises the threshold before anything is searched: the sums of
// the rare terms alone are less than the documents' scores.
func (s *search) raiseByRare() {
	sums := &s.scratch.sums
	for n := range s.rare {
		r, seg := &s.rare[n], &s.p.segments[n]
		pass := seg.view.pass(s.q.Filter)
		for window := r.after(-1); window != noBlock; window = r.after(window) {
			w := scored{base: uint32(window) << windowBits, pass: pass, gone: seg.gone}
			r.add(sums, window)
			lows, _ := r.of(window)
			for _, low := range lows {
				low %= windowSize
				if sum := sums[low]; sum > s.threshold && w.open(int(low/64))>>(low%64)&1 != 0 {
					s.raise(sum)
				}
				sums[low] = 0
			}
		}
	}
	s.best = s.best[:0] // the same documents are met again
}
