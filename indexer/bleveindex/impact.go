package bleveindex

import "precedent/indexer"

// An impactTable holds BM25 without IDF and weight for the usual frequencies
// and lengths under one average length; the unusual are computed.
const (
	tableFreqs   = 8
	tableLengths = 2048
)

type impactTable struct {
	average float64
	at      [tableFreqs * tableLengths]float32 // length * tableFreqs + frequency
}

func newImpactTable(average float64) *impactTable {
	t := &impactTable{average: average}
	for length := range tableLengths {
		for freq := 1; freq < tableFreqs; freq++ {
			t.at[length*tableFreqs+freq] = t.compute(freq, length)
		}
	}
	return t
}

func (t *impactTable) compute(freq, length int) float32 {
	return float32(indexer.Score(1, freq, length, t.average))
}

// bound is the most that compute gives for any posting under the peak.
func (t *impactTable) bound(p peak) float32 {
	var b float32
	if p.once > 0 {
		b = t.compute(1, int(p.once))
	}
	if p.twice > 0 {
		b = max(b, t.compute(2, int(p.twice)))
	}
	if p.more > 0 {
		most := int(p.most)
		if p.most == 1<<16-1 {
			most = 1 << 31
		}
		b = max(b, t.compute(most, int(p.more)))
	}
	return b
}
