package sqlite

import (
	"context"
	"fmt"
	"time"
)

// LimitPages lets the file of s grow to n pages and no further, as a full disk
// would. It ends with the connection.
func LimitPages(s *Store, n int) error {
	_, err := s.writer.ExecContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", n))
	return err
}

// Pages is how many pages the file of s has.
func Pages(s *Store) (n int, err error) {
	err = s.writer.QueryRowContext(context.Background(), "PRAGMA page_count").Scan(&n)
	return n, err
}

// KeepReceipts is how long an idempotency key is remembered.
const KeepReceipts time.Duration = keepReceipts

// Glance is how often Wait looks for what other processes wrote.
const Glance time.Duration = glance
