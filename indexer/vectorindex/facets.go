package vectorindex

import (
	"encoding/binary"
	"slices"
	"sync"

	"precedent/indexer"
)

// facetSets numbers the distinct sets of facets: documents are many, their
// sets few, so that a filter is worked out once a set. It only grows. One
// writer at a time; reading goes on meanwhile by way of a facetView.
type facetSets struct {
	numbers sync.Map // facet -> uint32
	names   []string
	sets    [][]uint32 // facets' numbers, ascending
	byKey   map[string]uint32
	bytes   int64
}

func newFacetSets() *facetSets { return &facetSets{byKey: map[string]uint32{}} }

// facetView is the sets as they were at one time.
type facetView struct {
	of    *facetSets
	names []string
	sets  [][]uint32
	bytes int64
}

func (f *facetSets) view() facetView { return facetView{f, f.names, f.sets, f.bytes} }

// intern returns the number of a set.
func (f *facetSets) intern(facets []string) uint32 {
	set := make([]uint32, 0, len(facets))
	for _, name := range facets {
		set = append(set, f.number(name))
	}
	slices.Sort(set)
	set = slices.Compact(set)
	key := make([]byte, 0, 4*len(set))
	for _, n := range set {
		key = binary.LittleEndian.AppendUint32(key, n)
	}
	if n, ok := f.byKey[string(key)]; ok {
		return n
	}
	n := uint32(len(f.sets))
	f.sets = append(f.sets, set)
	f.byKey[string(key)] = n
	f.bytes += int64(8*len(key) + 64) // the key, the set, and their headers in slice and map
	return n
}

func (f *facetSets) number(name string) uint32 {
	if n, ok := f.numbers.Load(name); ok {
		return n.(uint32)
	}
	n := uint32(len(f.names))
	name = string([]byte(name)) // lets go of what it was cut from
	f.names = append(f.names, name)
	f.numbers.Store(name, n)
	f.bytes += int64(len(name)) + 96
	return n
}

// facets returns the facets of a set.
func (v facetView) facets(set uint32) []string {
	names := make([]string, len(v.sets[set]))
	for i, n := range v.sets[set] {
		names[i] = v.names[n]
	}
	return names
}

// admitted tells for each set whether the filter admits it, as
// indexer.Filter.Admits does; nil when it admits all.
func (v facetView) admitted(f indexer.Filter) []bool {
	if len(f) == 0 {
		return nil
	}
	admitted := make([]bool, len(v.sets))
	for i := range admitted {
		admitted[i] = true
	}
	meets := make([]uint64, len(v.names)) // the clauses that a facet meets
	for clauses := range slices.Chunk(f, 64) {
		clear(meets)
		for c, clause := range clauses {
			for _, name := range clause {
				if n, ok := v.of.numbers.Load(name); ok && int(n.(uint32)) < len(meets) {
					meets[n.(uint32)] |= 1 << c
				}
			}
		}
		all := ^uint64(0) >> (64 - len(clauses))
		for i, set := range v.sets {
			var met uint64
			for _, n := range set {
				met |= meets[n]
			}
			admitted[i] = admitted[i] && met == all
		}
	}
	return admitted
}
