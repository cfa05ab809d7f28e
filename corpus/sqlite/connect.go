package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/mattn/go-sqlite3"
)

// connector opens connections to one file, all of them set up alike. It
// stands in for a driver name, of which database/sql knows only global ones.
type connector struct {
	dsn    string
	driver *sqlite3.SQLiteDriver
}

// connect returns the database at path with the options that a DSN of
// go-sqlite3 knows, and the pragmas run on each new connection.
func connect(path string, options url.Values, pragmas ...string) *sql.DB {
	options.Set("_stmt_cache_size", "64")
	hook := func(c *sqlite3.SQLiteConn) error {
		for _, p := range pragmas {
			if _, err := c.Exec("PRAGMA "+p, nil); err != nil {
				return fmt.Errorf("set %s: %w", p, err)
			}
		}
		return nil
	}
	file := url.URL{Path: filepath.ToSlash(path)}
	return sql.OpenDB(&connector{
		dsn:    "file:" + file.EscapedPath() + "?" + options.Encode(),
		driver: &sqlite3.SQLiteDriver{ConnectHook: hook},
	})
}

func (c *connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c *connector) Driver() driver.Driver                        { return c.driver }

// common are the pragmas of every connection to the store: no temporary files
// beside the data, and pages whose cells make no sense are noticed on reading.
var common = [...]string{"temp_store = MEMORY", "trusted_schema = OFF", "cell_size_check = ON"}

// connectWriter returns the one connection that writes. It waits for a lock of
// another process for at most the given milliseconds: 0 to write, where begin
// does the waiting because inside SQLite a context cannot end it. fullfsync
// matters on macOS, where a plain fsync leaves data in the disk's own cache.
func connectWriter(path string, busyTimeout int) *sql.DB {
	db := connect(path, url.Values{
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"on"},
		"_busy_timeout": {strconv.Itoa(busyTimeout)},
		"_txlock":       {"immediate"},
		"_cache_size":   {"-65536"}, // KiB, so that an index on random ids fits
	}, append(common[:],
		"fullfsync = ON",
		"checkpoint_fullfsync = ON",
		"wal_autocheckpoint = 4000",     // pages: 16 MB, so that an import does not sync the file for each batch
		"journal_size_limit = 67108864", // bytes the log keeps once it has been checkpointed
	)...)
	db.SetMaxOpenConns(1)
	return db
}

// connectReaders returns the pool that reads. Up to n queries run at once.
func connectReaders(path string, n int) *sql.DB {
	db := connect(path, url.Values{
		"_foreign_keys": {"on"},
		"_busy_timeout": {"10000"},
		"_query_only":   {"on"},
		"_cache_size":   {"-16384"},
	}, common[:]...)
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db
}

// createPrivate makes an empty file at path that only its owner may read,
// unless there is one. SQLite gives its log the permissions of the file. A
// file that exists is not opened: closing it would drop the locks that SQLite
// holds on it elsewhere in this process.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}
