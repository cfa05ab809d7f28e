package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/corpus"
)

const searches = "POST /desk/matches"

// settle waits until no search is under way or about to be.
func (s *site) settle() {
	for n := -1; n != s.asked(searches); {
		n = s.asked(searches)
		time.Sleep(700 * time.Millisecond)
	}
}

func TestBrowserFromCallToVerdict(t *testing.T) {
	s := newSite(t, lamps()...)
	b := newBrowser(t, 1440, 900, "zh-CN")
	b.desk(s)
	first := s.find("L1").ID

	b.keys("光猫亮红灯, HG-8245")
	b.until(`document.querySelector(".match .differs") && document.querySelector(".match").dataset.id === "` + first + `"`)
	searched := s.asked(searches)
	assert.Less(t, searched, 7, "searches now and then, not one a key")
	assert.Equal(t, "光猫亮红灯", eval[string](b, `document.querySelector(".match .why mark").textContent`))
	assert.Contains(t, eval[string](b, `document.querySelector(".match .differs").textContent`), "HG-8245 ≠ HG-8200")

	b.alt("1")
	b.until(`document.querySelector("#opened .case")?.dataset.id === "` + first + `"`)
	assert.Equal(t, "text", eval[string](b, `document.activeElement.id`), "the notes keep the focus")
	assert.Equal(t, "光猫亮红灯, HG-8245", eval[string](b, `document.getElementById("text").value`), "the digit is no text")
	assert.Equal(t, 3, eval[int](b, `document.querySelectorAll("#opened .steps li").length`))
	assert.Equal(t, searched, s.asked(searches), "opening asks the server for nothing")

	b.alt("h")
	b.until(`document.querySelector("#opened .verdict p[role=status]")?.textContent.includes("已记下：有用")`)
	assert.Equal(t, 1, s.tally(first).Helped)
	b.alt("n")
	b.until(`document.querySelector("#opened .verdict p[role=status]")?.textContent.includes("已记下：没用")`)
	assert.Equal(t, corpus.Tally{NotHelped: 1}, s.tally(first), "a second thought takes the place of the first")
	b.do(chromedp.Click(`#opened .verdict button[name=verdict_id]`))
	b.until(`!document.querySelector("#opened .verdict button[name=verdict_id]")`)
	assert.Zero(t, s.tally(first))
	b.alt("n")
	b.until(`document.querySelector("#opened .verdict p[role=status]")?.textContent.includes("已记下：没用")`)
	assert.Equal(t, 1, s.tally(first).NotHelped)

	b.alt("/")
	b.until(`document.getElementById("keys").open`)
	b.keys(kb.Escape)
	b.until(`!document.getElementById("keys").open`)
	b.keys(kb.Escape)
	b.until(`document.querySelector("#opened .case") === null`)

	b.do(chromedp.Reload())
	b.until(`document.getElementById("text").value === "光猫亮红灯, HG-8245" && document.querySelector(".match")`)
}

// While a composition is open nothing is searched, no shortcut acts and no row
// moves; what is committed is searched.
func TestBrowserInputMethod(t *testing.T) {
	s := newSite(t, lamps()...)
	b := newBrowser(t, 1440, 900, "zh-CN")
	b.desk(s)
	b.keys("充电器")
	b.until(`document.querySelector(".match")`)
	s.settle()
	before, rows := s.asked(searches), eval[string](b, `document.getElementById("matches").innerHTML`)

	for _, typed := range []string{"g", "gu", "guang", "guang mao", "光猫"} {
		b.compose(typed)
		time.Sleep(100 * time.Millisecond)
	}
	time.Sleep(500 * time.Millisecond)
	assert.Equal(t, before, s.asked(searches), "no search while composing")
	b.alt("1")
	b.keys(kb.Escape)
	eval[any](b, `document.getElementById("text").dispatchEvent(new KeyboardEvent("keydown", {key: "1", code: "Digit1", altKey: true, keyCode: 229, bubbles: true})), null`)
	assert.Zero(t, eval[int](b, `document.querySelectorAll("#opened .case").length`), "no shortcut while composing")
	assert.Equal(t, rows, eval[string](b, `document.getElementById("matches").innerHTML`), "no row moves")

	b.commit("光猫红灯")
	b.until(`[...document.querySelectorAll(".match mark")].some((m) => m.textContent.includes("光猫"))`)
	s.settle()
	assert.Equal(t, before+2, s.asked(searches), "words and everything are asked for once, when committed")
	assert.Contains(t, eval[string](b, `document.getElementById("text").value`), "光猫红灯")
}

// Rows keep their place while the pointer is choosing among them.
func TestBrowserRowsWaitForTheChooser(t *testing.T) {
	s := newSite(t, lamps()...)
	b := newBrowser(t, 1440, 900, "en")
	b.desk(s)
	b.keys("数据线")
	b.until(`document.querySelectorAll(".match").length === 1`)
	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 500, 130), chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 510, 135))
	eval[any](b, `document.getElementById("text").value = "数据线 光猫", document.getElementById("call").dispatchEvent(new Event("submit", {cancelable: true})), null`)
	b.until(`!document.getElementById("waiting").hidden`)
	assert.Equal(t, 1, eval[int](b, `document.querySelectorAll(".match").length`))
	assert.Equal(t, "Show 2 new", eval[string](b, `document.getElementById("waiting").textContent`))
	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 100, 600))
	b.until(`document.querySelectorAll(".match").length === 3 && document.getElementById("waiting").hidden`)

	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 500, 130))
	b.do(chromedp.Focus("#text"))
	b.keys(kb.End + " 红灯 HG-8200")
	b.until(`document.querySelectorAll("#matches mark").length > 3 && document.getElementById("waiting").hidden`)
}

// What cannot be searched is said beside its field, and the matches of the
// text before go.
func TestBrowserRefusedText(t *testing.T) {
	s := newSite(t, lamps()...)
	b := newBrowser(t, 1440, 900, "en")
	b.desk(s)
	b.keys("光猫红灯")
	b.until(`document.querySelectorAll(".match").length === 2`)
	b.expect("422") // the browser itself reports it
	set := func(field, text string) {
		eval[any](b, fmt.Sprintf(`document.getElementById(%q).value = %s, document.getElementById(%q).dispatchEvent(new Event("input", {bubbles: true})), null`, field, text, field))
	}
	set("text", `"光".repeat(20001)`)
	b.until(`document.getElementById("text-problem").textContent.includes("20000") && !document.querySelector(".match")`)
	assert.True(t, eval[bool](b, `document.getElementById("product-problem").hidden`))
	set("text", `"光猫红灯"`)
	b.until(`document.querySelectorAll(".match").length === 2 && document.getElementById("text-problem").hidden`)
	set("product", `"光".repeat(501)`)
	b.until(`document.getElementById("product-problem").textContent.includes("500") && !document.querySelector(".match")`)
	assert.Equal(t, "true", eval[string](b, `document.getElementById("product").getAttribute("aria-invalid")`))
}

func TestBrowserRecordAFix(t *testing.T) {
	s := newSite(t, lamps()...)
	b := newBrowser(t, 1024, 768, "zh-CN")
	b.desk(s)
	b.keys("遥控器没反应")
	s.settle()
	b.alt("r")
	b.until(`document.activeElement.name === "resolution"`)
	assert.Equal(t, "遥控器没反应", eval[string](b, `document.querySelector("#recording [name=wordings]").value`))
	assert.Equal(t, "遥控器没反应", eval[string](b, `document.getElementById("text").value`), "beside the complaint, not instead of it")

	b.expect("422") // the browser itself reports it
	eval[any](b, `document.querySelector("#recording [name=wordings]").value = "", null`)
	b.do(chromedp.Click(`#recording button.main`))
	b.until(`document.querySelector("#recording .faults")`)
	assert.Equal(t, 2, eval[int](b, `document.querySelectorAll("#recording .faulty .fault").length`))

	b.do(chromedp.SetValue("#f-wordings", "遥控器没反应"), chromedp.SendKeys("#f-resolution", "重新配对"+kb.Enter+"换电池"))
	eval[any](b, `(() => { const save = document.querySelector("#recording button.main"); save.click(); save.click(); })(), null`)
	b.until(`document.querySelector("#recording .recorded .good")`)
	assert.Contains(t, eval[string](b, `document.querySelector("#recording .recorded").innerText`), "排在第一")
	counts, err := s.store.CountCases(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 2, counts[corpus.Published], "recorded once, though pressed twice")
	id := eval[string](b, `document.querySelector("#recording .recorded").dataset.id`)
	b.until(`document.querySelector(".match")?.dataset.id === "` + id + `"`)

	b.do(chromedp.Click(`#recording [data-does=close]`))
	b.alt("1")
	b.until(`document.querySelector("#opened .case")?.dataset.id === "` + id + `"`)
	assert.Equal(t, "重新配对", eval[string](b, `document.querySelector("#opened .steps li p").textContent`))
	b.do(chromedp.Click(`#opened .meta a`))
	b.until(`location.pathname === "/cases/` + id + `" && document.querySelector(".history")`)
}

// A phone shows one column at a time, and nothing is wider than it.
func TestBrowserOnAPhone(t *testing.T) {
	long := strings.Repeat("Donaudampfschifffahrtsgesellschaftskapitaen", 3)
	s := newSite(t, append(lamps(), corpus.Case{ExternalID: "W", Title: long, Wordings: []string{"光猫 " + long}, Resolution: long + "\n" + long, Models: []string{long}})...)
	b := newBrowser(t, 390, 844, "zh-CN")
	b.desk(s)
	b.keys("光猫 " + long)
	b.until(`document.querySelectorAll(".match").length === 3`)
	fits := func(where string) {
		t.Helper()
		assert.LessOrEqual(t, eval[int](b, `document.documentElement.scrollWidth`), 390, where)
	}
	fits("matches")
	b.do(chromedp.Click(".match .open"))
	b.until(`document.querySelector("#opened .case") && document.getElementById("text").offsetParent === null`)
	fits("opened")
	small := `[...document.querySelectorAll("button, .button, input:not([type=hidden]):not([type=radio]), select, textarea")]
		.filter((e) => e.offsetParent && e.getBoundingClientRect().height < 40 && !e.matches(".match .open")).map((e) => e.outerHTML)`
	assert.Empty(t, eval[[]string](b, small), "targets under 40 px")
	b.do(chromedp.Click(".side .back"))
	b.until(`document.getElementById("text").offsetParent !== null`)
	for _, path := range []string{"/cases/new", "/cases/" + s.find("W").ID, "/cases/" + s.find("W").ID + "/edit", "/nowhere"} {
		if path == "/nowhere" {
			b.expect("404") // the browser itself reports it
		}
		b.do(chromedp.Navigate(s.url + path))
		fits(path)
		assert.Empty(t, eval[[]string](b, small), "targets under 40 px on %s", path)
	}
}

// Without a connection the page says so, keeps the text and tries again.
func TestBrowserOffline(t *testing.T) {
	s := newSite(t, lamps()...)
	b := newBrowser(t, 1440, 900, "en")
	b.desk(s)
	b.offline(true)
	b.keys("光猫红灯")
	b.until(`document.getElementById("status").textContent.startsWith("No connection.")`)
	assert.Equal(t, "光猫红灯", eval[string](b, `document.getElementById("text").value`))
	b.offline(false)
	b.until(`document.querySelector(".match")`)
	assert.Equal(t, "2 matches", eval[string](b, `document.getElementById("status").textContent`))
}

func (b *browser) expect(said string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = said
}

func (b *browser) offline(off bool) {
	b.t.Helper()
	script := fmt.Sprintf(`(() => {
		window.realFetch ??= window.fetch;
		window.fetch = %t ? () => Promise.reject(new TypeError("no connection")) : window.realFetch;
	})(), null`, off)
	eval[any](b, script)
}

// The forms work with JavaScript switched off, under the same headers.
func TestBrowserWithoutScripts(t *testing.T) {
	s := newSite(t, lamps()...)
	b := newBrowser(t, 1024, 768, "en")
	call(b, "no scripts", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
	b.do(chromedp.Navigate(s.url+"/"), chromedp.SendKeys("#text", "光猫红灯"), chromedp.Click(`#call button.main`),
		chromedp.WaitVisible(".match"), chromedp.Click(".match .open"), chromedp.WaitVisible("#opened .case"),
		chromedp.Click("#opened .verdict button[value=helped]"), chromedp.WaitVisible("#opened .verdict button[name=verdict_id]"))
	assert.Equal(t, 1, s.tally(s.find("L1").ID).Helped+s.tally(s.find("L3").ID).Helped)
	b.do(chromedp.Click(`#call button[formaction="/cases/new"]`), chromedp.WaitVisible("#f-resolution"),
		chromedp.SendKeys("#f-resolution", "step one"), chromedp.Click(".record button.main"), chromedp.WaitVisible(".recorded"))
}
