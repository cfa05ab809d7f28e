package web_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browser is a real one, on one page.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	expected string // what an error on the console may hold without failing the test
	errors   []string
}

// chromium is started once: it takes longer than any test.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "precedent-chromium")
	if err != nil {
		return nil, err
	}
	closers = append(closers, func() { os.RemoveAll(profile) })
	ctx, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))...)
	closers = append(closers, stop)
	ctx, _ = chromedp.NewContext(ctx)
	closers = append(closers, func() { chromedp.Cancel(ctx) })
	return ctx, chromedp.Do(ctx)
})

// closers undo what the tests share, the last first.
var closers []func()

func TestMain(m *testing.M) {
	code := m.Run()
	for _, undo := range slices.Backward(closers) {
		undo()
	}
	os.Exit(code)
}

// newBrowser opens a window that shares nothing with others. Where there is
// no chromium the test is skipped, and says so; in CI that is a failure.
func newBrowser(t *testing.T, width, height int64, language string) *browser {
	t.Helper()
	running, err := chromium()
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skip("chromium is not installed: the pages were not looked at in a browser")
	}
	require.NoError(t, err, "chromium")
	ctx, cancel := chromedp.NewContext(running, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx}
	require.NoError(t, chromedp.Do(ctx))
	b.watchConsole()
	call(b, "language", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}})
		return err
	})
	call(b, "size", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 500})
		return err
	})
	return b
}

// watchConsole makes every error on the console fail the test.
func (b *browser) watchConsole() {
	messages := chromedp.Console(b.ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == "error" || m.Type == "warning" {
				b.mu.Lock()
				if said := m.String() + " " + m.URL; b.expected == "" || !strings.Contains(said, b.expected) {
					b.errors = append(b.errors, said)
				}
				b.mu.Unlock()
			}
		}
	}()
	b.t.Cleanup(func() {
		chromedp.Cancel(b.ctx)
		<-done
		b.mu.Lock()
		defer b.mu.Unlock()
		assert.Empty(b.t, b.errors, "on the console")
	})
}

// call runs one step within ten seconds.
func call(b *browser, name string, step func(context.Context) error) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	require.NoError(b.t, step(ctx), name)
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	call(b, "action", func(ctx context.Context) error { return chromedp.Do(ctx, actions...) })
}

func eval[T any](b *browser, script string) (out T) {
	b.t.Helper()
	call(b, script, func(ctx context.Context) (err error) {
		out, err = chromedp.Run(ctx, chromedp.Evaluate[T](script))
		return err
	})
	return out
}

// until waits for a script to be true.
func (b *browser) until(script string) {
	b.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !eval[bool](b, "!!("+script+")"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("waited for %s in\n%s", script, eval[string](b, `document.body?.innerText + "\n" + document.getElementById("text")?.value`))
		}
	}
}

// desk opens the desk, whose notes have the focus at once.
func (b *browser) desk(s *site) {
	b.t.Helper()
	b.do(chromedp.Navigate(s.url + "/"))
	b.until(`document.activeElement.id === "text"`)
}

func (b *browser) keys(keys string) { b.t.Helper(); b.do(chromedp.KeyEvent(keys)) }

func (b *browser) alt(key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(kb.ModifierAlt)))
}

// compose holds a composition of an input method open at a text.
func (b *browser) compose(text string) {
	b.t.Helper()
	call(b, "composition", func(ctx context.Context) error {
		n := int64(len([]rune(text)))
		_, err := chromedp.Call(ctx, input.ImeSetComposition, input.ImeSetCompositionParams{Text: text, SelectionStart: n, SelectionEnd: n})
		return err
	})
}

// commit ends the composition with its text.
func (b *browser) commit(text string) {
	b.t.Helper()
	call(b, "commit", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}
