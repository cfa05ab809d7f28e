package bleveindex

import "slices"

// The documents of a long list are a sequence of runs, one for each block of
// 65,536 documents that holds any: a head, the low 16 bits of the documents
// that hold the term once, then of those that hold it more often. The head is
// the block with two bits on top that say whether one of the two kinds is
// missing, the number of documents less one, and, where both are there, the
// number of the first kind less one. The frequencies of the second kind are
// apart. Where the list has a plane, the runs hold what the plane leaves out.
const (
	onlyOnce  = 1 << 15
	onlyMore  = 1 << 14
	blockMask = 1<<14 - 1
)

// run is a block's part of a long list.
type run struct {
	block int
	once  []uint16
	more  []uint16
	freqs []uint8 // of more
}

// runs walks a long list's runs.
type runs struct {
	docs  []uint16
	freqs []uint8
}

func (v *fieldView) runs(list int) runs {
	return runs{
		docs:  v.docs[v.lists[list].docs:v.lists[list+1].docs],
		freqs: v.freqs[v.lists[list].freqs:v.lists[list+1].freqs],
	}
}

// next returns the next run, if there is one.
func (r *runs) next() (run, bool) {
	if len(r.docs) == 0 {
		return run{}, false
	}
	head, n := r.docs[0], int(r.docs[1])+1
	once, at := n, 2
	if head&onlyMore != 0 {
		once = 0
	} else if head&onlyOnce == 0 {
		once, at = int(r.docs[2])+1, 3
	}
	docs := r.docs[at : at+n]
	r.docs = r.docs[at+n:]
	block := run{block: int(head & blockMask), once: docs[:once], more: docs[once:], freqs: r.freqs[:n-once]}
	r.freqs = r.freqs[n-once:]
	return block, true
}

// addRuns appends the runs of a list.
func (v *fieldView) addRuns(docs, freqs []uint32) {
	for len(docs) > 0 {
		block, n := docs[0]>>blockBits, 0
		for n < len(docs) && docs[n]>>blockBits == block {
			n++
		}
		v.addRun(block, docs[:n], freqs[:n])
		docs, freqs = docs[n:], freqs[n:]
	}
}

func (v *fieldView) addRun(block uint32, docs, freqs []uint32) {
	head := len(v.docs)
	v.docs = append(v.docs, uint16(block), uint16(len(docs)-1), 0)
	once := 0
	for i, doc := range docs {
		if freqs[i] == 1 {
			once++
			v.docs = append(v.docs, uint16(doc))
		}
	}
	for i, doc := range docs {
		if freqs[i] > 1 {
			v.docs = append(v.docs, uint16(doc))
			v.freqs = append(v.freqs, uint8(min(freqs[i], bigFreq)))
		}
	}
	switch once {
	case 0:
		v.docs[head] |= onlyMore
		v.docs = slices.Delete(v.docs, head+2, head+3)
	case len(docs):
		v.docs[head] |= onlyOnce
		v.docs = slices.Delete(v.docs, head+2, head+3)
	default:
		v.docs[head+2] = uint16(once - 1)
	}
}

// seek returns the first index of an ascending run, from one on, from which
// the documents are at least low. It guesses, since documents lie about evenly
// in a block, and gallops from there.
func seek(run []uint16, from, low int) int {
	if from >= len(run) || int(run[from]) >= low {
		return from
	}
	// run[from] < low
	left := int(run[from])
	guess := min(from+1+(low-left)*len(run)>>blockBits, len(run)-1)
	lo, hi := from, len(run) // run[lo] < low, and run[hi] >= low if there is one
	if int(run[guess]) < low {
		lo = guess
		for step := 1; lo+step < len(run); step *= 2 {
			if int(run[lo+step]) >= low {
				hi = lo + step
				break
			}
			lo += step
		}
	} else {
		hi = guess
		for step := 1; hi-step > lo; step *= 2 {
			if int(run[hi-step]) < low {
				lo = hi - step
				break
			}
			hi -= step
		}
	}
	for hi-lo > 1 {
		mid := int(uint(lo+hi) >> 1)
		if int(run[mid]) < low {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}
