package corpus

import "time"

// Query is one search that was answered, as the query log keeps it.
type Query struct {
	ID       string        `json:"id"`   // "q_" and 32 characters
	Text     string        `json:"text"` // masked
	Product  string        `json:"product,omitempty"`
	Language string        `json:"language,omitempty"`
	By       string        `json:"by,omitempty"`
	At       time.Time     `json:"at"`
	Took     time.Duration `json:"took_ns"`
	IndexSeq int64         `json:"index_seq"`
	Offered  []string      `json:"offered"` // ids of the cases offered, best first
}
