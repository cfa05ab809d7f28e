package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"precedent/corpus"

	"github.com/gofrs/flock"
)

// Config says where a store, or a log of queries, is and what it needs.
type Config struct {
	Path   string           // required: the file, created with its folder when missing
	Now    func() time.Time // the clock; nil means time.Now
	Logger *slog.Logger     // nil means slog.Default()
}

func (c Config) complete() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c
}

// Store is a corpus.Store in one SQLite file. Several processes may open the
// same file, each with a Store of its own.
type Store struct {
	path    string
	now     func() time.Time
	log     *slog.Logger
	writer  *sql.DB // one connection
	readers *sql.DB // a pool that cannot write

	mu        sync.Mutex
	committed chan struct{} // closed and replaced at each commit
	closing   sync.Once
	closed    chan struct{} // closed by Close
}

var _ corpus.Store = (*Store)(nil)

// minReaders lets short reads pass while a long one runs on a small machine.
const minReaders = 4

// Open opens the store at cfg.Path, creates it when there is none, and brings
// its tables up to date. It fails with ErrDamaged when the file is not a sound
// store and with ErrNewer when a later release has written it.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	cfg = cfg.complete()
	path, err := filepath.Abs(cfg.Path)
	if err != nil {
		return nil, err
	}
	s := &Store{
		path:      path,
		now:       cfg.Now,
		log:       cfg.Logger,
		committed: make(chan struct{}),
		closed:    make(chan struct{}),
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the store: %w", err)
	}
	if err := s.prepare(ctx); err != nil {
		return nil, fmt.Errorf("open the store %s: %w", path, explain(err))
	}
	s.writer = connectWriter(path, 0)
	s.readers = connectReaders(path, max(minReaders, runtime.NumCPU()))
	if err := s.identify(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("open the store %s: %w", path, err)
	}
	return s, nil
}

// openingWait is how long, in milliseconds, opening waits for the locks of
// those who use the store already.
const openingWait = 10_000

// lockSuffix names the file beside the store that keeps two processes from
// creating or upgrading it at once.
const lockSuffix = "-lock"

// prepare makes the file and its tables. Processes that open the same store at
// once do so in turn.
func (s *Store) prepare(ctx context.Context) (err error) {
	lock := flock.New(s.path+lockSuffix, flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, 5*time.Millisecond); err != nil {
		return fmt.Errorf("lock it against other processes: %w", err)
	}
	defer lock.Close()
	if err := createPrivate(s.path); err != nil {
		return err
	}
	db := connectWriter(s.path, openingWait)
	defer func() { err = errors.Join(err, db.Close()) }()
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("its file system cannot hold a write-ahead log (journal mode is %s); put it on a local disk", mode)
	}
	return migrate(ctx, db, "store", s.log)
}

// identify gives a new store its epoch and secret.
func (s *Store) identify(ctx context.Context) error {
	secret := make([]byte, 32)
	rand.Read(secret)
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.end()
	const add = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING"
	if err := errors.Join(tx.exec(add, "epoch", []byte(newEpoch())), tx.exec(add, "secret", secret)); err != nil {
		return err
	}
	return tx.commit()
}

func newEpoch() string { return corpus.NewID("e_") }

// Epoch implements corpus.Store.
func (s *Store) Epoch(ctx context.Context) (string, error) {
	v, err := s.meta(ctx, "epoch")
	return string(v), err
}

// Secret implements corpus.Store.
func (s *Store) Secret(ctx context.Context) ([]byte, error) { return s.meta(ctx, "secret") }

func (s *Store) meta(ctx context.Context, key string) (value []byte, err error) {
	err = s.readers.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", key).Scan(&value)
	return value, s.readError(err)
}

// Close waits for the write under way and closes the file. What waits for a
// change or for its turn to write fails with ErrClosed.
func (s *Store) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.closed)
		conn, connErr := s.writer.Conn(context.Background())
		err = errors.Join(s.readers.Close(), s.writer.Close())
		if connErr == nil {
			err = errors.Join(err, conn.Close())
		}
	})
	return err
}

// readError says what an error of the read pool means.
func (s *Store) readError(err error) error {
	if err == nil {
		return nil
	}
	select {
	case <-s.closed:
		return ErrClosed
	default:
	}
	if errors.Is(err, sql.ErrNoRows) {
		return corpus.ErrNotFound
	}
	return explain(err)
}
