package main

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"precedent/corpus/sqlite"

	"github.com/spf13/cobra"
)

// A backup is a tar archive. manifest.json comes first and names every other
// file with its size and SHA-256, so that a restore takes all or nothing. The
// index and jieba's dictionaries are not in it: both can be made again. The
// store holds its keys.
type manifest struct {
	Format  int         `json:"format"` // manifestFormat
	Program string      `json:"program"`
	MadeAt  time.Time   `json:"made_at"`
	Files   []savedFile `json:"files"`
}

type savedFile struct {
	Name   string `json:"name"` // inside the data folder
	Holds  string `json:"holds"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

const (
	manifestFormat = 1
	manifestName   = "manifest.json"
)

func backupCommand() *cobra.Command {
	c := &cobra.Command{Use: "backup FILE", Short: "copy the data into one file, also while a server runs on it", Args: exactly(1)}
	data := dataFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		d := folder(*data)
		if err := d.existing(); err != nil {
			return err
		}
		m, err := d.backup(c.Context(), args[0])
		if err != nil {
			return err
		}
		for _, f := range m.Files {
			fmt.Fprintf(c.OutOrStdout(), "%s: %s, %d bytes\n", f.Name, f.Holds, f.Bytes)
		}
		return nil
	}
	return c
}

func restoreCommand() *cobra.Command {
	c := &cobra.Command{Use: "restore FILE", Short: "put a backup's data into an empty folder", Args: exactly(1)}
	data := dataFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		m, err := folder(*data).restore(c.Context(), args[0])
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.OutOrStdout(), "restored %d files of %s into %s; the index is made at the next start\n",
			len(m.Files), m.MadeAt.Format(time.RFC3339), *data)
		return err
	}
	return c
}

// backup writes the archive beside path first and renames it, so that a
// backup that fails leaves no half file under its name.
func (d folder) backup(ctx context.Context, path string) (m manifest, err error) {
	if _, err := os.Stat(path); err == nil {
		return m, fmt.Errorf("%s is there already; name a new file, or move it away first", path)
	}
	temp, err := os.MkdirTemp(filepath.Dir(path), ".precedent-backup-")
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(temp)
	m = manifest{Format: manifestFormat, Program: version(), MadeAt: time.Now().UTC()}
	for _, part := range d.parts() {
		from := filepath.Join(string(d), part.Name)
		if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		to := filepath.Join(temp, part.Name)
		if err := part.copy(ctx, from, to); err != nil {
			return m, fmt.Errorf("%s: %w", part.Name, err)
		}
		saved, err := describe(to, part.Name, part.Holds)
		if err != nil {
			return m, err
		}
		m.Files = append(m.Files, saved)
	}
	archive := filepath.Join(temp, "archive")
	if err := m.pack(temp, archive); err != nil {
		return m, err
	}
	return m, os.Rename(archive, path)
}

// part is one file of a data folder that a backup holds.
type part struct {
	Name, Holds string
	copy        func(ctx context.Context, from, to string) error
}

func (d folder) parts() []part {
	return []part{
		{filepath.Base(d.store()), "the store: cases, complaints, verdicts, history, keys", copyStore},
		{filepath.Base(d.queries()), "the log of queries", copyQueries},
		{filepath.Base(d.words()), "the user dictionary", copyFile},
	}
}

func copyStore(ctx context.Context, from, to string) (err error) {
	s, err := sqlite.Open(ctx, sqlite.Config{Path: from})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Backup(ctx, to)
}

func copyQueries(ctx context.Context, from, to string) (err error) {
	l, err := sqlite.OpenQueryLog(ctx, sqlite.Config{Path: from})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return l.Backup(ctx, to)
}

func copyFile(_ context.Context, from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

func describe(path, name, holds string) (savedFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return savedFile{}, err
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	return savedFile{Name: name, Holds: holds, Bytes: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, err
}

// pack writes the manifest and the files it names, durably.
func (m manifest) pack(from, path string) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	head, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	w := tar.NewWriter(f)
	if err := w.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(head)), ModTime: m.MadeAt}); err != nil {
		return err
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	for _, file := range m.Files {
		if err := m.packFile(w, from, file); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return f.Sync()
}

func (m manifest) packFile(w *tar.Writer, from string, file savedFile) error {
	if err := w.WriteHeader(&tar.Header{Name: file.Name, Mode: 0o600, Size: file.Bytes, ModTime: m.MadeAt}); err != nil {
		return err
	}
	f, err := os.Open(filepath.Join(from, file.Name))
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

// restore unpacks an archive beside the folder, checks every file against the
// manifest, and only then puts the data in place.
func (d folder) restore(ctx context.Context, path string) (m manifest, err error) {
	if err := d.vacant(); err != nil {
		return m, err
	}
	f, err := os.Open(path)
	if err != nil {
		return m, err
	}
	defer f.Close()
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return m, err
	}
	temp, err := os.MkdirTemp(string(d), ".restore-")
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(temp)
	if m, err = unpack(f, temp); err != nil {
		return m, fmt.Errorf("%s is not a whole backup: %w", path, err)
	}
	// The store goes last: a folder without it counts as empty.
	for _, file := range m.Files[1:] {
		if err := os.Rename(filepath.Join(temp, file.Name), filepath.Join(string(d), file.Name)); err != nil {
			return m, err
		}
	}
	return m, sqlite.Restore(ctx, filepath.Join(temp, m.Files[0].Name), d.store())
}

// vacant refuses a folder that holds any file a backup would bring, or what
// SQLite leaves beside one and would replay into another.
func (d folder) vacant() error {
	for _, p := range d.parts() {
		for _, end := range []string{"", "-wal", "-shm", "-journal"} {
			path := filepath.Join(string(d), p.Name+end)
			if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("%s holds data already (%s); restore into an empty folder", d, filepath.Base(path))
			}
		}
	}
	return nil
}

// unpack writes the archive's files into dir and holds them against the
// manifest. Only names this program gives are taken.
func unpack(archive io.Reader, dir string) (m manifest, err error) {
	r := tar.NewReader(archive)
	head, err := r.Next()
	if err != nil {
		return m, err
	}
	if head.Name != manifestName {
		return m, fmt.Errorf("it begins with %q and not with %s", head.Name, manifestName)
	}
	if err := json.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&m); err != nil {
		return m, fmt.Errorf("%s: %w", manifestName, err)
	}
	if m.Format != manifestFormat {
		return m, fmt.Errorf("its format is %d, and this program reads %d; use the program that made it (%s)", m.Format, manifestFormat, m.Program)
	}
	known := make(map[string]bool)
	for _, p := range folder(dir).parts() {
		known[p.Name] = true
	}
	if len(m.Files) == 0 || m.Files[0].Name != filepath.Base(folder(dir).store()) {
		return m, errors.New("it holds no store")
	}
	for _, want := range m.Files {
		if !known[want.Name] {
			return m, fmt.Errorf("it names %q, which is no file of a data folder", want.Name)
		}
		if err := unpackFile(r, dir, want); err != nil {
			return m, fmt.Errorf("%s: %w", want.Name, err)
		}
	}
	return m, nil
}

func unpackFile(r *tar.Reader, dir string, want savedFile) (err error) {
	head, err := r.Next()
	if err != nil {
		return err
	}
	if head.Name != want.Name || head.Size != want.Bytes || head.Typeflag != tar.TypeReg {
		return fmt.Errorf("is named in the manifest with %d bytes, and the archive has %q with %d", want.Bytes, head.Name, head.Size)
	}
	path := filepath.Join(dir, want.Name)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = io.Copy(f, r); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	got, err := describe(path, want.Name, want.Holds)
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("has %d bytes with SHA-256 %s, and the manifest says %d with %s", got.Bytes, got.SHA256, want.Bytes, want.SHA256)
	}
	return nil
}
