package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"time"

	"precedent/corpus"

	"github.com/mattn/go-sqlite3"
)

const (
	// turn is how often a writer tries for the lock while another process
	// has it. SQLite's own waiting sleeps up to 100 ms between tries, by which
	// an import that writes batch on batch could shut out everybody else.
	turn = time.Millisecond
	// patience is how long a writer tries before it gives up with ErrBusy.
	patience = 30 * time.Second
)

// tx is a transaction that holds the write lock. What runs in it cannot be
// cancelled, so that an error never leaves open whether a commit took place.
type tx struct {
	s    *Store
	ctx  context.Context // without cancellation
	conn *sql.Conn
	sql  *sql.Tx
	done bool

	at  time.Time // of every record written in this transaction
	seq int64     // of the newest change
}

// begin waits for the write lock until ctx ends.
func (s *Store) begin(ctx context.Context) (*tx, error) {
	t := &tx{s: s, ctx: context.WithoutCancel(ctx)}
	err := s.untilFree(ctx, func() error {
		if t.conn == nil {
			conn, err := s.writer.Conn(ctx)
			if err != nil {
				return err
			}
			t.conn = conn
		}
		var err error
		t.sql, err = t.conn.BeginTx(t.ctx, nil)
		return err
	})
	if err == nil {
		t.at = s.now().UTC().Truncate(time.Microsecond)
		err = t.sql.QueryRowContext(t.ctx, "SELECT ifnull(max(seq), 0) FROM changes").Scan(&t.seq)
	}
	if err != nil {
		t.discardIf(err)
		t.end()
		return nil, s.writeError(err)
	}
	return t, nil
}

// untilFree calls try until it no longer finds a lock in its way.
func (s *Store) untilFree(ctx context.Context, try func() error) error {
	var timer *time.Timer
	for start := time.Now(); ; {
		err := try()
		if !isBusy(err) || time.Since(start) > patience {
			return err
		}
		if timer == nil {
			timer = time.NewTimer(turn)
			defer timer.Stop()
		} else {
			timer.Reset(turn)
		}
		select {
		case <-timer.C:
		case <-s.closed:
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// exec runs a statement.
func (t *tx) exec(query string, args ...any) error {
	_, err := t.sql.ExecContext(t.ctx, query, args...)
	return err
}

// change records that a record changed, and returns the change's seq.
func (t *tx) change(kind corpus.RecordKind, id string) (int64, error) {
	t.seq++
	return t.seq, t.insert("changes", changeColumns, []any{t.seq, string(kind), id, micros(t.at)})
}

// commit makes the transaction durable, or leaves nothing of it.
func (t *tx) commit() error {
	err := t.sql.Commit()
	if err != nil {
		// A failed sync may have lost what the connection believes written.
		t.discard(err)
	}
	t.end()
	if err == nil {
		t.s.announce()
	}
	return err
}

// end gives up what was not committed and lets the next writer in. Ending
// twice is harmless.
func (t *tx) end() {
	if t.done {
		return
	}
	t.done = true
	if t.sql != nil {
		_ = t.sql.Rollback() // does nothing after a commit
	}
	if t.conn != nil {
		_ = t.conn.Close()
	}
}

// discardIf closes the connection when err says that the file or the disk
// failed, so that the next writer starts from what the disk holds.
func (t *tx) discardIf(err error) {
	var se sqlite3.Error
	if errors.As(err, &se) && (se.Code == sqlite3.ErrIoErr || se.Code == sqlite3.ErrCorrupt || se.Code == sqlite3.ErrNotADB) {
		t.discard(err)
	}
}

func (t *tx) discard(why error) {
	if t.sql != nil {
		_ = t.sql.Rollback()
	}
	if t.conn == nil || t.done {
		return
	}
	t.s.log.Error("store could not write; its connection is opened anew", "error", why)
	_ = t.conn.Raw(func(any) error { return driver.ErrBadConn })
}

// record runs fn in a transaction, once for each idempotency key, and returns
// fn's receipt after it is durable.
func record[R any](ctx context.Context, s *Store, w corpus.Write, fn func(*tx) (R, error)) (receipt R, replayed bool, err error) {
	t, err := s.begin(ctx)
	if err != nil {
		return receipt, false, err
	}
	defer t.end()
	if receipt, replayed, err = attempt(ctx, t, w, fn); err != nil {
		t.discardIf(err)
		var none R
		return none, false, s.writeError(err)
	}
	return receipt, replayed, nil
}

func attempt[R any](ctx context.Context, t *tx, w corpus.Write, fn func(*tx) (R, error)) (receipt R, replayed bool, err error) {
	if w.Key != "" {
		former, err := t.formerReceipt(w)
		if err != nil {
			return receipt, false, err
		}
		if former != nil {
			return receipt, true, json.Unmarshal(former, &receipt)
		}
	}
	if receipt, err = fn(t); err != nil {
		return receipt, false, err
	}
	if w.Key != "" {
		if err := t.keepReceipt(w, receipt); err != nil {
			return receipt, false, err
		}
	}
	if err := ctx.Err(); err != nil {
		return receipt, false, err
	}
	return receipt, false, t.commit()
}

// recordOne is record for the writes that answer with a corpus.Receipt.
func recordOne(ctx context.Context, s *Store, w corpus.Write, fn func(*tx) (corpus.Receipt, error)) (corpus.Receipt, error) {
	rec, replayed, err := record(ctx, s, w, fn)
	rec.Replayed = replayed
	return rec, err
}

// writeError says what an error of the writer means.
func (s *Store) writeError(err error) error {
	select {
	case <-s.closed:
		return ErrClosed
	default:
		return explain(err)
	}
}

// micros is how the tables hold a time.
func micros(t time.Time) int64 { return t.UnixMicro() }

// fromMicros is the time that the tables hold as n.
func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }
