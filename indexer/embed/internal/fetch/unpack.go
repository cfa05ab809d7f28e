package main

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"precedent/indexer/embed"
)

// checkSum compares a file's SHA-256.
func checkSum(path, want string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		return fmt.Errorf("%s has the SHA-256 %s, not %s: the registry or something on the way changed it",
			filepath.Base(path), got, want)
	}
	return nil
}

// unpack takes a file out of an archive into dir. The file appears there whole
// and right, or not at all.
func unpack(archive string, f embed.File, dir string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer z.Close()
	entry, err := z.Open(f.Entry)
	if err != nil {
		return err
	}
	defer entry.Close()

	passing, err := os.MkdirTemp(dir, ".unpack-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(passing)
	if err := writeSynced(filepath.Join(passing, f.Name), io.LimitReader(entry, f.Size+1)); err != nil {
		return err
	}
	if err := f.Check(passing); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(passing, f.Name), filepath.Join(dir, f.Name)); err != nil {
		return err
	}
	return syncFolder(dir)
}

func writeSynced(path string, content io.Reader) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, content); err != nil {
		file.Close()
		return err
	}
	if err := file.Sync(); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// syncFolder makes a rename in a folder last.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
