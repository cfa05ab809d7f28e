package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"precedent/api"

	"github.com/stretchr/testify/require"
)

// call runs the program as its user would and returns what it said.
func call(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, &out, &errs)
	return code, out.String(), errs.String()
}

// must is call for what has to succeed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	code, stdout, stderr := call(t, args...)
	require.Zero(t, code, "%v: %s", args, stderr)
	return stdout
}

// lines is a writer that hands on what a running server prints.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// serve runs the server until the test ends or stop is called.
func serve(t *testing.T, args ...string) (url string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var stdout, stderr lines
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...), &stdout, &stderr)
	}()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			require.Zero(t, <-done, stderr.String())
		})
	}
	t.Cleanup(stop)
	require.Eventually(t, func() bool { return strings.Contains(stdout.String(), "\n") || len(done) > 0 }, time.Minute, 20*time.Millisecond)
	url = regexp.MustCompile(`http://[0-9.:]+`).FindString(stdout.String())
	require.NotEmpty(t, url, stderr.String())
	require.Equal(t, 1, strings.Count(stdout.String(), "\n"), "one line when ready: %q", stdout.String())
	return url, stop
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

const twoCases = `{"id":"A1","complaint":"光猫红灯一直闪","resolution":"1. 检查光纤\n2. 重启光猫","product":"宽带"}
{"id":"A2","title":"Screen flickers","wordings":["my screen flickers"],"resolution":"Replace the cable","language":"en"}
`

func TestImportSearchExport(t *testing.T) {
	data := t.TempDir()
	file := write(t, "cases.jsonl", twoCases)
	require.Contains(t, must(t, "import", "--data", data, "--dry-run", file), "2")
	code, _, stderr := call(t, "search", "--data", data, "光猫")
	require.Equal(t, exitFailed, code, "a dry run wrote nothing")
	require.Contains(t, stderr, data)

	must(t, "import", "--data", data, file)
	require.Contains(t, must(t, "search", "--data", data, "光猫", "闪红灯"), "A1")
	var answer api.SearchAnswer
	require.NoError(t, json.Unmarshal([]byte(must(t, "search", "--data", data, "--json", "--limit", "1", "screen flickering")), &answer))
	require.Len(t, answer.Matches, 1)
	require.Equal(t, "A2", answer.Matches[0].ExternalID)

	out := filepath.Join(t.TempDir(), "all.jsonl")
	must(t, "export", "--data", data, "--out", out)
	again := t.TempDir()
	must(t, "import", "--data", again, out)
	require.Equal(t, must(t, "export", "--data", data), must(t, "export", "--data", again))
}

func TestRowsThatCannotGoIn(t *testing.T) {
	data := t.TempDir()
	file := write(t, "cases.jsonl", twoCases+`{"id":"A3","complaint":7}`+"\n"+`not json`+"\n")
	code, stdout, stderr := call(t, "import", "--data", data, file)
	require.Equal(t, exitPartial, code)
	require.Contains(t, stdout+stderr, "complaint")
	require.Contains(t, must(t, "search", "--data", data, "光猫"), "A1", "the good rows went in")
}

// The file of bad rows is read and written by the same command; it is larger
// than any buffer here, so that a writer that truncates it would lose rows.
func TestBadRowsGoBackWhereTheyCameFrom(t *testing.T) {
	data := t.TempDir()
	var rows strings.Builder
	for i := range 4000 {
		fmt.Fprintf(&rows, `{"id":"B%d","complaint":"第 %d 台打印机卡纸，换了纸也不行","resolution":"清理进纸轮 %d"}`+"\n", i, i, i)
	}
	rows.WriteString(`{"id":"broken","complaint":7}` + "\n")
	file := write(t, "cases.bad.jsonl", rows.String())
	code, stdout, _ := call(t, "import", "--data", data, file)
	require.Equal(t, exitPartial, code)
	require.Contains(t, stdout, "4000 of 4001")
	left, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(left), "broken")
	require.NotContains(t, string(left), "B3999")
}

// A damaged log of queries costs what was asked, never the answers.
func TestADamagedQueryLogIsPutAside(t *testing.T) {
	data := t.TempDir()
	must(t, "import", "--data", data, write(t, "cases.jsonl", twoCases))
	require.NoError(t, os.WriteFile(folder(data).queries(), []byte(strings.Repeat("no database ", 1000)), 0o600))
	code, _, stderr := call(t, "doctor", "--data", data)
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "log of queries")
	_, stop := serve(t, "--data", data)
	require.Contains(t, must(t, "search", "--data", data, "光猫"), "A1")
	stop()
	must(t, "doctor", "--data", data)
	aside, err := filepath.Glob(folder(data).queries() + ".damaged-*")
	require.NoError(t, err)
	require.NotEmpty(t, aside)
}

func TestUsageErrors(t *testing.T) {
	for _, args := range [][]string{
		{}, {"nonsense"}, {"search"}, {"search", "--limit", "0", "x"}, {"serve", "--nonsense"}, {"serve", "extra"},
		{"import"}, {"import", "--format", "pdf", "x"}, {"export", "--format", "pdf"}, {"backup"}, {"eval"},
		{"serve", "--listen", "0.0.0.0:8080"}, {"serve", "--listen", "nonsense"}, {"serve", "--listen", "127.0.0.1:99999"}, {"search", " "},
	} {
		code, stdout, stderr := call(t, args...)
		require.Equal(t, exitUsage, code, "%v: %s", args, stderr)
		require.Empty(t, stdout, args)
		require.NotEmpty(t, stderr, args)
	}
	code, _, stderr := call(t, "search", "--data", filepath.Join(t.TempDir(), "typo"), "x")
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "holds no data")
}

func TestServeWithDemo(t *testing.T) {
	data := t.TempDir()
	url, stop := serve(t, "--data", data, "--demo")
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/api/v1/openapi.json", "/"} {
		reply, err := http.Get(url + path)
		require.NoError(t, err)
		body, err := io.ReadAll(reply.Body)
		require.NoError(t, err)
		reply.Body.Close()
		require.Equal(t, http.StatusOK, reply.StatusCode, "%s: %s", path, body)
	}
	require.Contains(t, must(t, "search", "--data", data, "手机锁屏以后微信收不到消息提示"), "HS-0001", "a running server answers for its data")

	code, _, stderr := call(t, "serve", "--data", data, "--listen", "127.0.0.1:0")
	require.Equal(t, exitFailed, code, "a second owner is told so")
	require.Contains(t, stderr, "in use")

	must(t, "import", "--data", data, write(t, "cases.jsonl", twoCases))
	require.Eventually(t, func() bool {
		return strings.Contains(must(t, "search", "--data", data, "光猫红灯一直闪"), "A1")
	}, 10*time.Second, 50*time.Millisecond, "a server picks up what was imported beside it")
	stop()
	_, err := os.Stat(folder(data).address())
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestBackupAndRestore(t *testing.T) {
	data := t.TempDir()
	must(t, "import", "--data", data, write(t, "cases.jsonl", twoCases))
	must(t, "search", "--data", data, "光猫")
	require.NoError(t, os.WriteFile(folder(data).words(), []byte("光猫\n"), 0o600))
	file := filepath.Join(t.TempDir(), "backup.tar")
	said := must(t, "backup", "--data", data, file)
	require.Contains(t, said, "store.db")
	require.Contains(t, said, "words.txt")

	code, _, stderr := call(t, "restore", "--data", data, file)
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "holds data already")

	restored := filepath.Join(t.TempDir(), "new")
	must(t, "restore", "--data", restored, file)
	require.Contains(t, must(t, "search", "--data", restored, "光猫"), "A1")
	require.Equal(t, must(t, "export", "--data", data), must(t, "export", "--data", restored))

	code, _, stderr = call(t, "backup", "--data", data, file)
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "is there already")
	left := t.TempDir()
	require.NoError(t, os.WriteFile(folder(left).store()+"-wal", []byte("left by another store"), 0o600))
	code, _, stderr = call(t, "restore", "--data", left, file)
	require.Equal(t, exitFailed, code)
	require.Contains(t, stderr, "store.db-wal")
	_, err := os.Stat(folder(left).words())
	require.ErrorIs(t, err, os.ErrNotExist, "a restore that is refused changes nothing")

	b, err := os.ReadFile(file)
	require.NoError(t, err)
	b[len(b)/2] ^= 1
	require.NoError(t, os.WriteFile(file, b, 0o600))
	broken := filepath.Join(t.TempDir(), "broken")
	code, _, _ = call(t, "restore", "--data", broken, file)
	require.Equal(t, exitFailed, code)
	_, err = os.Stat(folder(broken).store())
	require.ErrorIs(t, err, os.ErrNotExist, "a damaged backup leaves nothing behind")
}

func TestDoctorFindsAndHeals(t *testing.T) {
	data := t.TempDir()
	must(t, "import", "--data", data, write(t, "cases.jsonl", twoCases))
	must(t, "doctor", "--data", data)
	must(t, "doctor", "--data", data)

	var largest string
	var size int64
	require.NoError(t, filepath.Walk(folder(data).index(), func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Size() > size && !info.IsDir() {
			largest, size = path, info.Size()
		}
		return err
	}))
	require.NoError(t, os.Truncate(largest, size/2))
	code, _, stderr := call(t, "doctor", "--data", data)
	require.Equal(t, exitFailed, code, stderr)
	must(t, "doctor", "--data", data)
	require.Contains(t, must(t, "search", "--data", data, "光猫"), "A1")

	require.NoError(t, os.RemoveAll(folder(data).index()))
	require.Contains(t, must(t, "search", "--data", data, "光猫"), "A1")
	require.Contains(t, must(t, "reindex", "--data", data), "2 records")
}

func TestEval(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"docs.jsonl":    `{"id":"1","complaint":"光猫红灯闪","resolution":""}` + "\n" + `{"id":"2","complaint":"","resolution":"replace the cable"}` + "\n",
		"queries.jsonl": `{"id":"a","text":"光猫闪红灯"}` + "\n" + `{"id":"b","text":"cable"}` + "\n" + `{"id":"c","text":"not judged"}` + "\n",
		"qrels.tsv":     "a\t0\t1\t1\nb\t0\t2\t1\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	var got map[string]any
	require.NoError(t, json.Unmarshal([]byte(must(t, "eval", "--json", dir)), &got))
	require.Equal(t, dir, got["dir"])
	require.EqualValues(t, 2, got["queries"])
	for _, figure := range []string{"hit@1", "hit@10", "mrr@10", "recall@100"} {
		require.EqualValues(t, 1, got[figure], figure)
	}
	require.Contains(t, got, "p50_ms")
	require.Contains(t, got, "p99_ms")
}
