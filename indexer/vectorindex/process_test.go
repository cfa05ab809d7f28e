package vectorindex_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer"
	"precedent/indexer/vectorindex"
)

// childFolder names, to a copy of this test program, the index to write to,
// and childRole what to do.
const (
	childFolder = "VECTORINDEX_TEST_CHILD_FOLDER"
	childRole   = "VECTORINDEX_TEST_CHILD_ROLE"
)

// TestMain lets the test program be a process that writes an index until it
// is killed, or until there is no room.
func TestMain(m *testing.M) {
	dir := os.Getenv(childFolder)
	if dir == "" {
		os.Exit(m.Run())
	}
	ix, err := vectorindex.Open(context.Background(), vectorindex.Config{Dir: dir, Stamp: stamp, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		fmt.Println("open", err)
		return
	}
	if reason := ix.Reason(); reason != "" && reason != "there was no index" {
		fmt.Println("reason", reason)
		return
	}
	if err := roles[os.Getenv(childRole)](ix); err != nil {
		fmt.Println(err)
	}
}

var roles = map[string]func(*vectorindex.Index) error{"write": writeUntilKilled, "full": writeUntilFull}

// writeUntilKilled applies the history, says each seq, and compacts and
// rebuilds now and then.
func writeUntilKilled(ix *vectorindex.Index) error {
	ctx := context.Background()
	from := ix.State().Seq
	fmt.Println(from)
	for seq := from + 1; ; seq++ {
		if err := ix.Apply(ctx, complete(ix, history(seq))); err != nil {
			return err
		}
		fmt.Println(seq)
		switch seq % 50 {
		case 17, 37:
			if err := ix.Compact(ctx); err != nil {
				return err
			}
		case 27:
			if err := ix.Settled(ctx); err != nil {
				return err
			}
		}
	}
}

// child starts a copy of this program and returns what it says, line by line.
func child(t *testing.T, dir, role string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+dir, childRole+"="+role)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, bufio.NewScanner(out)
}

// TestKilled kills a writer at random moments: the index opens each time with
// a prefix of the batches, and never as damaged.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(4, 4))
	var applied, kept int64
	for round := range 6 {
		cmd, says := child(t, dir, "write")
		after := time.AfterFunc(time.Duration(100+r.IntN(500))*time.Millisecond, func() { cmd.Process.Kill() })
		for says.Scan() {
			seq, err := strconv.ParseInt(says.Text(), 10, 64)
			require.NoError(t, err, "round %d: %s", round, says.Text())
			if applied = seq; seq <= kept {
				require.Equal(t, kept, seq, "a reopened index has another seq")
			}
		}
		after.Stop()
		require.Error(t, cmd.Wait(), "the child ended by itself")

		ix := open(t, dir)
		if ix.Reason() != "" {
			require.Zero(t, kept, "round %d: %s", round, ix.Reason()) // killed before the index was made
		}
		seq := ix.State().Seq
		require.GreaterOrEqual(t, seq, applied, "round %d: an applied batch is lost, though the machine went on", round)
		require.LessOrEqual(t, seq, applied+1, "round %d: a batch that was never applied", round)
		modelAt(seq).holds(t, ix, r)
		require.NoError(t, ix.Verify(t.Context()))
		kept = seq
		require.NoError(t, ix.Close())
	}
	assert.Positive(t, kept)
}

// writeUntilFull applies batches with ever less room, has some fail, and goes
// on when there is room again.
func writeUntilFull(ix *vectorindex.Index) error {
	signal.Ignore(syscall.SIGXFSZ)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	ctx := context.Background()
	failures := 0
	for seq := int64(1); seq <= 30; seq++ {
		status, err := ix.Status(ctx)
		if err != nil {
			return err
		}
		limit := syscall.Rlimit{Cur: uint64(status.DiskBytes) + uint64(100*seq), Max: was.Max}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			return err
		}
		err = ix.Apply(ctx, complete(ix, history(seq)))
		if limited := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); limited != nil {
			return limited
		}
		if err == nil {
			continue
		}
		failures++
		if now := ix.State().Seq; now != seq-1 {
			return fmt.Errorf("a batch that was not written is seen: seq %d", now)
		}
		if err := ix.Apply(ctx, complete(ix, history(seq))); err != nil {
			return fmt.Errorf("there is room again: %w", err)
		}
	}
	fmt.Println(failures)
	return ix.Verify(ctx)
}

// TestFull writes where there is no room for some batches.
func TestFull(t *testing.T) {
	dir := t.TempDir()
	cmd, says := child(t, dir, "full")
	require.True(t, says.Scan())
	failures, err := strconv.Atoi(says.Text())
	require.NoError(t, err, says.Text())
	assert.Greater(t, failures, 5)
	assert.False(t, says.Scan(), says.Text())
	require.NoError(t, cmd.Wait())
	ix := open(t, dir)
	defer ix.Close()
	modelAt(30).holds(t, ix, rand.New(rand.NewPCG(1, 1)))
}

// TestSecondOwner opens an index that another process has open.
func TestSecondOwner(t *testing.T) {
	dir := t.TempDir()
	cmd, says := child(t, dir, "write")
	defer func() {
		cmd.Process.Kill()
		cmd.Wait()
	}()
	require.True(t, says.Scan())
	began := time.Now()
	_, err := vectorindex.Open(t.Context(), vectorindex.Config{Dir: dir})
	assert.ErrorIs(t, err, indexer.ErrOwned)
	assert.ErrorContains(t, err, strconv.Itoa(cmd.Process.Pid))
	assert.Less(t, time.Since(began), 10*time.Second)
}

// TestSecondOwnerInProcess opens an index twice.
func TestSecondOwnerInProcess(t *testing.T) {
	dir := t.TempDir()
	ix := open(t, dir)
	_, err := vectorindex.Open(t.Context(), vectorindex.Config{Dir: dir})
	assert.ErrorIs(t, err, indexer.ErrOwned)
	require.NoError(t, ix.Close())
	again := open(t, dir)
	require.NoError(t, again.Close())
}
