package indexer

import "math"

// BM25's constants: saturation of a term's frequency and weight of a text's
// length. Complaints are short and say a thing once, so that a term said
// again tells less than the usual 1.2 would have it: from .6 to 1.2 every
// step down gained or kept hit@10 on the public sets of four services.
const (
	K1 = 0.8
	B  = 0.7
)

// IDF is the weight of a term held by df of n documents, always above 0
// (Robertson and Zaragoza 2009, with Lucene's +1 inside the logarithm).
func IDF(n, df int) float64 {
	return math.Log(1 + (float64(n)-float64(df)+0.5)/(float64(df)+0.5))
}

// Score is the BM25 score of a term that occurs tf times in a text of length
// terms, where texts are average terms long. 0 when tf is 0.
func Score(idf float64, tf, length int, average float64) float64 {
	if tf == 0 {
		return 0
	}
	f := float64(tf)
	return idf * f * (K1 + 1) / (f + K1*(1-B+B*float64(length)/average))
}
