package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"precedent/corpus"
)

const (
	// KeepQueries is how long a query stays in the log: a year, so that
	// seasons can be compared, and a month to do it in.
	KeepQueries = 400 * 24 * time.Hour

	queryBacklog = 4096                   // queries waiting to be written; more are dropped
	queryBatch   = 512                    // queries written in one transaction
	queryPause   = 200 * time.Millisecond // how long a batch is gathered
	reportEvery  = time.Minute            // how often losses are logged
	pruneEvery   = time.Hour
	pruneBatch   = 10_000 // rows deleted in one transaction
)

// QueryLog keeps the searches that were answered, in a file of its own: it
// may lose the last moments when the machine goes down, and never makes a
// search wait.
type QueryLog struct {
	db    *sql.DB
	now   func() time.Time
	log   *slog.Logger
	queue chan corpus.Query
	lost  atomic.Int64 // since the log was opened

	mu     sync.RWMutex // held for reading while sending to queue
	closed bool
	done   chan struct{} // closed when the writer has ended
}

// OpenQueryLog opens the log of queries at cfg.Path and creates it when there
// is none. It fails as Open does.
func OpenQueryLog(ctx context.Context, cfg Config) (*QueryLog, error) {
	cfg = cfg.complete()
	path, err := filepath.Abs(cfg.Path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the query log: %w", err)
	}
	if err := createPrivate(path); err != nil {
		return nil, fmt.Errorf("make the query log: %w", err)
	}
	db := connect(path, url.Values{
		"_journal_mode": {"WAL"},
		"_synchronous":  {"NORMAL"},
		"_busy_timeout": {"10000"},
		"_txlock":       {"immediate"},
	}, common[:]...)
	db.SetMaxOpenConns(2) // one writes, one reads
	if err := migrate(ctx, db, "querylog", cfg.Logger); err != nil {
		return nil, errors.Join(fmt.Errorf("open the query log %s: %w", path, explain(err)), db.Close())
	}
	l := &QueryLog{
		db: db, now: cfg.Now, log: cfg.Logger,
		queue: make(chan corpus.Query, queryBacklog),
		done:  make(chan struct{}),
	}
	go l.write()
	return l, nil
}

// Record puts a query in the log, masked. It never blocks: when the disk does
// not keep up, the query is dropped and counted.
func (l *QueryLog) Record(q corpus.Query) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		l.lost.Add(1)
		return
	}
	select {
	case l.queue <- q:
	default:
		l.lost.Add(1)
	}
}

// Lost is how many queries were dropped since the log was opened.
func (l *QueryLog) Lost() int64 { return l.lost.Load() }

// Query returns a query that is in the log, else ErrNotFound. Customers read
// none.
func (l *QueryLog) Query(ctx context.Context, who corpus.Caller, id string) (q corpus.Query, err error) {
	if err := staffOnly(who); err != nil {
		return q, err
	}
	var at int64
	var offered []byte
	err = l.db.QueryRowContext(ctx, `SELECT id, text, product, language, by, at, took_ns, index_seq, offered
		FROM queries WHERE id = ?`, id).Scan(&q.ID, &q.Text, &q.Product, &q.Language, &q.By, &at, &q.Took, &q.IndexSeq, &offered)
	if errors.Is(err, sql.ErrNoRows) {
		return q, corpus.ErrNotFound
	}
	if err != nil {
		return q, explain(err)
	}
	q.At = fromMicros(at)
	return q, json.Unmarshal(offered, &q.Offered)
}

// Close writes what is waiting and closes the file.
func (l *QueryLog) Close() error {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.queue)
	}
	l.mu.Unlock()
	<-l.done
	return l.db.Close()
}

// write is the one goroutine that writes; it ends when the queue is closed.
func (l *QueryLog) write() {
	defer close(l.done)
	report := time.NewTicker(reportEvery)
	defer report.Stop()
	prune := time.NewTicker(pruneEvery)
	defer prune.Stop()
	var reported int64
	tell := func(err error) {
		if lost := l.Lost(); lost > reported {
			l.log.Warn("queries were not logged", "lost", lost-reported, "error", err)
			reported = lost
		}
	}
	l.prune()
	var failed error // the latest failure
	for {
		select {
		case q, open := <-l.queue:
			if !open {
				tell(failed)
				return
			}
			batch := l.gather(q)
			if err := l.insert(batch); err != nil {
				failed = err
				l.lost.Add(int64(len(batch)))
			}
		case <-report.C:
			tell(failed)
		case <-prune.C:
			l.prune()
		}
	}
}

// gather returns q and the queries that follow it within queryPause.
func (l *QueryLog) gather(q corpus.Query) []corpus.Query {
	batch := []corpus.Query{q}
	pause := time.NewTimer(queryPause)
	defer pause.Stop()
	for len(batch) < queryBatch {
		select {
		case q, open := <-l.queue:
			if !open {
				return batch
			}
			batch = append(batch, q)
		case <-pause.C:
			return batch
		}
	}
	return batch
}

func (l *QueryLog) insert(batch []corpus.Query) error {
	tx, err := l.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, q := range batch {
		text, _ := corpus.Mask(q.Text)
		offered, err := json.Marshal(q.Offered)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO queries (id, text, product, language, by, at, took_ns, index_seq, offered)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
			q.ID, text, q.Product, q.Language, q.By, micros(q.At), int64(q.Took), q.IndexSeq, string(offered)); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// prune deletes what is past its time, a batch at a time so that a reader
// never waits long.
func (l *QueryLog) prune() {
	before := micros(l.now().Add(-KeepQueries))
	for {
		r, err := l.db.Exec("DELETE FROM queries WHERE no IN (SELECT no FROM queries WHERE at < ? LIMIT ?)", before, pruneBatch)
		if err != nil {
			l.log.Warn("query log could not be pruned", "error", err)
			return
		}
		if n, err := r.RowsAffected(); err != nil || n < pruneBatch {
			return
		}
	}
}

// Backup writes a copy of the log to a new file at path, as Store.Backup does.
func (l *QueryLog) Backup(ctx context.Context, path string) error {
	return whole(path, func(partial string) error {
		if err := createPrivate(partial); err != nil {
			return err
		}
		_, err := l.db.ExecContext(ctx, "VACUUM INTO ?", partial)
		return explain(err)
	})
}

// Check reads the whole log and returns what is damaged, nil when nothing is.
func (l *QueryLog) Check(ctx context.Context) error {
	c := checker{ctx: ctx, q: l.db}
	c.lines(`SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'`)
	return errors.Join(ctx.Err(), errors.Join(c.found...))
}
