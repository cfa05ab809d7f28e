package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"precedent/corpus"
	"precedent/corpus/sqlite"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// When these are set, the test binary is another process that writes to the
// store at childPath instead, childWrites times from each of a few goroutines.
const (
	childPath   = "SQLITE_TEST_CHILD_PATH"
	childWrites = "SQLITE_TEST_CHILD_WRITES"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		if err := writeAsChild(path, os.Getenv(childWrites)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// writeAsChild prints a line "seq kind id" for each acknowledged change, and
// a line "error ..." for each write that failed.
func writeAsChild(path, writes string) error {
	n, err := strconv.Atoi(writes)
	if err != nil {
		return err
	}
	ctx := context.Background()
	s, err := sqlite.Open(ctx, sqlite.Config{Path: path, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for range n {
				writeOnce(ctx, s)
			}
		})
	}
	all.Wait()
	return s.Close()
}

func writeOnce(ctx context.Context, s *sqlite.Store) {
	w := corpus.Write{Caller: corpus.LocalCaller()}
	p, err := s.CreateComplaint(ctx, w, corpus.Complaint{Text: "the screen stays black"})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	fmt.Println(p.Seq, corpus.ComplaintRecord, p.ID)
	out, err := s.PutCases(ctx, w, manyCases(5))
	if err != nil {
		fmt.Println("error", err)
		return
	}
	var acks strings.Builder
	for _, o := range out {
		fmt.Fprintln(&acks, o.Seq, corpus.CaseRecord, o.ID)
	}
	fmt.Print(acks.String())
}

// manyCases are n sound cases without external ids.
func manyCases(n int) []corpus.Case {
	cases := make([]corpus.Case, n)
	for i := range cases {
		cases[i] = corpus.Case{
			Wordings:   []string{fmt.Sprintf("第 %d 位客户：手机屏幕突然变黑，按哪里都没有反应，充电也不亮", i)},
			Resolution: "一、长按电源键和音量减键 15 秒；二、充电十分钟后再开机；三、仍不亮则送修。",
			Products:   []string{"Mate 60 Pro"},
		}
	}
	return cases
}

// child is another process that writes to a store.
type child struct {
	*exec.Cmd
	out io.Reader
}

// startChild starts one, under the given command if there is one.
func startChild(t *testing.T, path string, writes int, under ...string) *child {
	t.Helper()
	argv := append(under, os.Args[0])
	c := &child{Cmd: exec.Command(argv[0], argv[1:]...)}
	c.Env = append(os.Environ(), childPath+"="+path, childWrites+"="+strconv.Itoa(writes))
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	c.out = out
	require.NoError(t, c.Start())
	return c
}

// acks reads what the child has acknowledged and which errors it met, until it
// ends. onAck, when set, sees each acknowledgement as it comes.
func (c *child) acks(t *testing.T, onAck func(n int)) (changes []corpus.Change, failures []error) {
	t.Helper()
	lines := bufio.NewScanner(c.out)
	for lines.Scan() {
		if text, failed := strings.CutPrefix(lines.Text(), "error "); failed {
			failures = append(failures, errors.New(text))
			continue
		}
		var change corpus.Change
		_, err := fmt.Sscan(lines.Text(), &change.Seq, &change.Kind, &change.ID)
		require.NoError(t, err, lines.Text())
		changes = append(changes, change)
		if onAck != nil {
			onAck(len(changes))
		}
	}
	require.NoError(t, lines.Err())
	return changes, failures
}

// assertKept fails the test unless each acknowledged change is in the store,
// once, with its record, and the store is sound.
func assertKept(t *testing.T, s *sqlite.Store, acked []corpus.Change) {
	t.Helper()
	ctx := context.Background()
	kept, err := s.Changes(ctx, 0, 1_000_000)
	require.NoError(t, err)
	for _, want := range acked {
		require.LessOrEqual(t, want.Seq, int64(len(kept)), "an acknowledged change is lost")
		require.Equal(t, want, kept[want.Seq-1])
		if want.Kind == corpus.ComplaintRecord {
			_, err = s.Complaint(ctx, corpus.LocalCaller(), want.ID)
		} else {
			_, err = s.Case(ctx, corpus.LocalCaller(), want.ID)
		}
		require.NoError(t, err)
	}
	assert.NoError(t, s.Check(ctx))
}
