package search

import (
	"math"
	"slices"
	"time"
)

// Judged is one query of a measuring set, and what came of it.
type Judged struct {
	Relevant map[string]bool // ids of the documents that answer it, at least one
	Ranked   []string        // ids as ranked, best first; 100 of them, if there are as many
	Took     time.Duration   // for an answer of DefaultLimit matches
}

// Quality is how well a set of queries was answered, each figure an average
// over queries, 0 to 1; times in milliseconds.
type Quality struct {
	Queries   int     `json:"queries"`
	Hit1      float64 `json:"hit@1"`      // queries whose first match is relevant
	Hit10     float64 `json:"hit@10"`     // queries with a relevant match among ten
	MRR10     float64 `json:"mrr@10"`     // mean of 1/rank of the first relevant match, 0 beyond ten
	Recall100 float64 `json:"recall@100"` // relevant documents found among a hundred
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
}

// Measure sums up judged queries; no queries give a zero Quality.
func Measure(judged []Judged) Quality {
	q := Quality{Queries: len(judged)}
	if q.Queries == 0 {
		return q
	}
	took := make([]float64, 0, len(judged))
	for _, j := range judged {
		found := 0
		first := math.MaxInt
		for rank, id := range j.Ranked[:min(len(j.Ranked), 100)] {
			if j.Relevant[id] {
				found++
				first = min(first, rank)
			}
		}
		if first == 0 {
			q.Hit1++
		}
		if first < 10 {
			q.Hit10++
			q.MRR10 += 1 / float64(first+1)
		}
		q.Recall100 += float64(found) / float64(len(j.Relevant))
		took = append(took, float64(j.Took.Microseconds())/1000)
	}
	n := float64(q.Queries)
	q.Hit1, q.Hit10, q.MRR10, q.Recall100 = q.Hit1/n, q.Hit10/n, q.MRR10/n, q.Recall100/n
	slices.Sort(took)
	q.P50, q.P99 = took[(len(took)-1)/2], took[(len(took)-1)*99/100]
	return q
}
