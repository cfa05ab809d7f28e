package sqlite

import (
	"context"
	"time"

	"precedent/corpus"
)

// glance is how often Wait looks for what other processes wrote.
const glance = 200 * time.Millisecond

// LastSeq implements corpus.Store.
func (s *Store) LastSeq(ctx context.Context) (seq int64, err error) {
	err = s.readers.QueryRowContext(ctx, "SELECT ifnull(max(seq), 0) FROM changes").Scan(&seq)
	return seq, s.readError(err)
}

// Changes implements corpus.Store.
func (s *Store) Changes(ctx context.Context, after int64, limit int) ([]corpus.Change, error) {
	var changes []corpus.Change
	err := s.each(ctx, func(row scanner) error {
		var c corpus.Change
		err := row.Scan(&c.Seq, &c.Kind, &c.ID)
		changes = append(changes, c)
		return err
	}, "SELECT seq, kind, id FROM changes WHERE seq > ? ORDER BY seq LIMIT ?", after, max(limit, 0))
	return changes, err
}

// Wait implements corpus.Store. A commit of this process ends it at once, one
// of another process at the next glance.
func (s *Store) Wait(ctx context.Context, after int64) error {
	ticker := time.NewTicker(glance)
	defer ticker.Stop()
	for {
		committed := s.nextCommit()
		if seq, err := s.LastSeq(ctx); err != nil || seq > after {
			return err
		}
		select {
		case <-committed:
		case <-ticker.C:
		case <-s.closed:
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// nextCommit is closed by the next commit of this process.
func (s *Store) nextCommit() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.committed
}

// announce wakes whoever waits for a change.
func (s *Store) announce() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.committed)
	s.committed = make(chan struct{})
}
