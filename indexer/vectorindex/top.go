package vectorindex

import (
	"bytes"
	"slices"
)

// scored is an entry and its score.
type scored struct {
	score float64
	entry uint32
}

// top keeps the best k of what it is offered: a heap with the worst on top.
type top struct {
	k       int
	entries entryList
	heap    []scored
	floor   float64 // what scores below this is not among the best
}

func newTop(k int, entries entryList) *top {
	return &top{k: k, entries: entries, heap: make([]scored, 0, k), floor: lowest}
}

// better orders by score, equal ones by id.
func (t *top) better(a, b scored) bool {
	if a.score != b.score {
		return a.score > b.score
	}
	return bytes.Compare(t.entries.id(a.entry), t.entries.id(b.entry)) < 0
}

func (t *top) offer(s scored) {
	if len(t.heap) < t.k {
		t.heap = append(t.heap, s)
		t.up(len(t.heap) - 1)
	} else if t.better(s, t.heap[0]) {
		t.heap[0] = s
		t.down(0)
	}
	if len(t.heap) == t.k {
		t.floor = t.heap[0].score
	}
}

func (t *top) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !t.better(t.heap[parent], t.heap[i]) {
			return
		}
		t.heap[i], t.heap[parent] = t.heap[parent], t.heap[i]
		i = parent
	}
}

func (t *top) down(i int) {
	for {
		worst := i
		for _, child := range [2]int{2*i + 1, 2*i + 2} {
			if child < len(t.heap) && t.better(t.heap[worst], t.heap[child]) {
				worst = child
			}
		}
		if worst == i {
			return
		}
		t.heap[i], t.heap[worst] = t.heap[worst], t.heap[i]
		i = worst
	}
}

// sorted returns what was kept, best first, and leaves the heap unusable.
func (t *top) sorted() []scored {
	slices.SortFunc(t.heap, func(a, b scored) int {
		if t.better(a, b) {
			return -1
		}
		return 1
	})
	return t.heap
}
