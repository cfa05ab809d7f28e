package bleveindex

import (
	"math"

	"precedent/indexer"
)

// An impactTable holds BM25 without IDF and weight for the usual frequencies
// and lengths under one average length; the unusual are computed.
type impactTable struct {
	average float64
	lengths int       // lengths below this are in the table
	at      []float32 // frequency * lengths + length
}

const (
	tableFreqs   = 8    // frequencies below this are in the table
	tableLengths = 2048 // the most lengths that are
)

// newImpactTable makes a table for texts of up to a length.
func newImpactTable(average float64, longest int) *impactTable {
	t := &impactTable{average: average, lengths: min(longest+1, tableLengths)}
	t.at = make([]float32, tableFreqs*t.lengths)
	for freq := 1; freq < tableFreqs; freq++ {
		for length := range t.lengths {
			t.at[freq*t.lengths+length] = t.compute(freq, length)
		}
	}
	return t
}

// maxDrift is by what share the average length may differ from a table's
// before the table is made anew. Sums are off by as much, and the room left
// for that makes a few more candidates.
const maxDrift = 0.004

// holdsFor reports whether a table, or nil, serves texts of an average length
// and up to a length.
func (t *impactTable) holdsFor(average float64, longest int) bool {
	return t != nil && t.drift(average) <= maxDrift && t.lengths >= min(longest+1, tableLengths)
}

// drift is by what share an average length differs from the table's.
func (t *impactTable) drift(average float64) float64 {
	return math.Abs(average/t.average-1) * roundUp
}

// of returns the impacts of a frequency below tableFreqs, by length.
func (t *impactTable) of(freq int) []float32 { return t.at[freq*t.lengths : (freq+1)*t.lengths] }

// impact is what a term that occurs so often in a text so long adds, less its
// IDF and weight.
func (t *impactTable) impact(freq, length int) float32 {
	if freq < tableFreqs && length < t.lengths {
		return t.at[freq*t.lengths+length]
	}
	return t.compute(freq, length)
}

func (t *impactTable) compute(freq, length int) float32 {
	return float32(indexer.Score(1, freq, length, t.average))
}

// bound is the most that compute gives for any posting under the peak.
func (t *impactTable) bound(p peak) float32 {
	var b float32
	if p.once > 0 {
		b = t.impact(1, int(p.once))
	}
	if p.twice > 0 {
		b = max(b, t.impact(2, int(p.twice)))
	}
	if p.more > 0 {
		most := int(p.most)
		if p.most == 1<<16-1 {
			most = 1 << 31
		}
		b = max(b, t.impact(most, int(p.more)))
	}
	return b
}
