package bleveindex_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
	"precedent/indexer/bleveindex"
)

// childFolder names, to a copy of this test program, the index to write to.
const childFolder = "BLEVEINDEX_TEST_CHILD_FOLDER"

// TestMain lets the test program be a process that writes an index until it
// is killed, saying each seq that it applied.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		writeUntilKilled(dir)
		return
	}
	os.Exit(m.Run())
}

func writeUntilKilled(dir string) {
	ctx := context.Background()
	ix, err := bleveindex.Open(ctx, bleveindex.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)}.KeepingSmallViews())
	if err != nil {
		fmt.Println("open", err)
		return
	}
	if reason := ix.Reason(); reason != "" && reason != "there was no index" {
		fmt.Println("reason", reason)
		return
	}
	status, err := ix.Status(ctx)
	if err != nil {
		fmt.Println("status", err)
		return
	}
	fmt.Println(status.Seq)
	for seq := status.Seq + 1; ; seq++ {
		if err := ix.Apply(ctx, history(seq)); err != nil {
			fmt.Println("apply", err)
			return
		}
		fmt.Println(seq)
	}
}

// child starts a writer and returns what it says, line by line.
func child(t *testing.T, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, bufio.NewScanner(out)
}

// TestKilled kills a writer at random moments, which writes view files too: the
// index opens each time with the documents of a prefix of the batches, and
// never as damaged.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(4, 4))
	var applied, kept int64
	for round := range 5 {
		cmd, says := child(t, dir)
		after := time.AfterFunc(time.Duration(100+r.IntN(400))*time.Millisecond, func() { cmd.Process.Kill() })
		for says.Scan() {
			seq, err := strconv.ParseInt(says.Text(), 10, 64)
			require.NoError(t, err, "round %d: %s", round, says.Text())
			if applied = seq; seq <= kept {
				require.Equal(t, kept, seq, "a reopened index has another seq")
			}
		}
		after.Stop()
		require.Error(t, cmd.Wait(), "the child ended by itself")

		ix, err := bleveindex.Open(t.Context(), bleveindex.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)}.KeepingSmallViews())
		require.NoError(t, err)
		if ix.Reason() != "" {
			require.Zero(t, kept, "round %d: %s", round, ix.Reason()) // killed before the index was made
		}
		status, err := ix.Status(t.Context())
		require.NoError(t, err)
		require.Equal(t, min(1000, status.Documents), held(t, ix), "round %d", round)
		require.GreaterOrEqual(t, status.Seq, kept)
		require.LessOrEqual(t, status.Seq, applied+1, "round %d: a batch that was never applied", round)
		require.Equal(t, heldAfter(status.Seq), status.Documents, "round %d: not a prefix of the batches", round)
		require.NoError(t, ix.Verify(t.Context()))
		kept = status.Seq
		require.NoError(t, ix.Close())
	}
	assert.Positive(t, kept)
}

// TestSecondOwner opens an index that another process has open.
func TestSecondOwner(t *testing.T) {
	dir := t.TempDir()
	cmd, says := child(t, dir)
	defer func() {
		cmd.Process.Kill()
		cmd.Wait()
	}()
	require.True(t, says.Scan())
	began := time.Now()
	_, err := openErr(t, dir)
	assert.ErrorIs(t, err, indexer.ErrOwned)
	assert.ErrorContains(t, err, strconv.Itoa(cmd.Process.Pid))
	assert.Less(t, time.Since(began), 10*time.Second)
}

// TestSecondOwnerInProcess opens an index twice.
func TestSecondOwnerInProcess(t *testing.T) {
	dir := t.TempDir()
	ix := open(t, dir)
	_, err := openErr(t, dir)
	assert.ErrorIs(t, err, indexer.ErrOwned)
	require.NoError(t, ix.Close())
	again := open(t, dir)
	require.NoError(t, again.Close())
}
