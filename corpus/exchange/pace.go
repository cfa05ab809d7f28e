package exchange

import "time"

// Transactions are to take at most transaction, so that a server's writers on
// the same data never wait long; batches aim below it, as no two take the same.
const (
	transaction = 50 * time.Millisecond
	aim         = 20 * time.Millisecond

	firstBatch   = 32
	largestBatch = 5000
)

// pace finds how many rows fit a transaction, from how long the last took.
type pace struct{ size int }

func newPace() *pace { return &pace{size: firstBatch} }

// took says that n rows took so long. A batch that was too slow shrinks the
// next in proportion, a quick and full one at most doubles it.
func (p *pace) took(n int, d time.Duration) {
	want := largestBatch
	if d > 0 {
		want = int(float64(n) * float64(aim) / float64(d))
	}
	if n < p.size && want > p.size {
		return // too few rows to tell
	}
	p.size = max(1, min(want, 2*p.size, largestBatch))
}
