package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*/*.sql
var migrationFiles embed.FS

// migrate brings the tables of a store or a querylog up to date. It refuses a database that is newer
// than this program, and one that is somebody else's.
func migrate(ctx context.Context, db *sql.DB, kind string, log *slog.Logger) error {
	files, err := fs.Sub(migrationFiles, "migrations/"+kind)
	if err != nil {
		return err
	}
	table := kind + "_version"
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files,
		goose.WithTableName(table), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	var ours, tables int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE name = ?), count(*)
		FROM sqlite_schema WHERE type = 'table'`, table).Scan(&ours, &tables); err != nil {
		return err
	}
	if ours == 0 && tables > 0 {
		return fmt.Errorf("it is not a %s but another database (%d tables); name another file", kind, tables)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the version of its tables: %w", err)
	}
	if current > target {
		return fmt.Errorf("%w (its tables have version %d, this program knows up to %d)", ErrNewer, current, target)
	}
	if current == target {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring its tables from version %d to %d: %w", current, target, err)
	}
	if current > 0 {
		log.Info("tables brought up to date", "of", kind, "from", current, "to", target)
	}
	return nil
}
