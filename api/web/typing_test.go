package web_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sent is a request for matches as a page sent it.
type sent struct {
	Text    string
	Typing  bool // words alone were asked for
	Aborted bool
	Done    bool // its answer came to the page
}

// watchSearches notes what the page asks for, and holds answers back: those by
// words for hold.typing ms, others for hold.whole. Where reversed is set, those
// others come in the reverse order, as meaning might have it.
func (b *browser) watchSearches() {
	eval[any](b, `(() => {
		window.searches = [];
		window.hold = { typing: 0, whole: 0 };
		window.reversed = false;
		const send = window.fetch;
		const wait = (ms, signal) => new Promise((go, stop) => {
			setTimeout(go, ms);
			signal.addEventListener("abort", () => stop(signal.reason));
		});
		const reverse = async (answer) => {
			const holder = document.createElement("template");
			holder.innerHTML = await answer.text();
			const list = holder.content.querySelector(".matches");
			list?.replaceChildren(...[...list.children].reverse());
			return new Response(holder.innerHTML, { status: answer.status });
		};
		window.fetch = async (url, options) => {
			if (!String(url).endsWith("/desk/matches")) return send(url, options);
			const fields = new URLSearchParams(options.body);
			const search = { text: fields.get("text"), typing: !fields.has("legs"), aborted: false, done: false };
			window.searches.push(search);
			options.signal.addEventListener("abort", () => { search.aborted = true; });
			const answer = await send(url, options);
			await wait(search.typing ? hold.typing : hold.whole, options.signal);
			setTimeout(() => { search.done = true; }, 50); // the page has it then
			return reversed && !search.typing ? reverse(answer) : answer;
		};
	})(), null`)
}

func (b *browser) searches() []sent { b.t.Helper(); return eval[[]sent](b, `window.searches`) }

// hold sets for how long answers are held back, in milliseconds.
func (b *browser) hold(typing, whole int) {
	b.t.Helper()
	eval[any](b, fmt.Sprintf(`Object.assign(window.hold, { typing: %d, whole: %d }), null`, typing, whole))
}

// titles are the matches in the order shown.
func (b *browser) titles() string {
	b.t.Helper()
	return strings.Join(eval[[]string](b, `[...document.querySelectorAll(".match .open")].map((e) => e.textContent)`), ", ")
}

// Words answer at once, everything at the pause; where that says the same,
// nothing moves and nothing is said twice.
func TestBrowserWordsAtOnceThenTheRest(t *testing.T) {
	s := newSite(t, lamps()...)
	b := newBrowser(t, 1440, 900, "en")
	b.desk(s)
	b.watchSearches()
	eval[any](b, `(() => {
		window.spoken = [];
		const place = document.getElementById("announce");
		new MutationObserver(() => spoken.push(place.textContent)).observe(place, { childList: true });
	})(), null`)
	b.hold(0, 700)
	b.keys("光猫灯 LO")
	b.until(`document.querySelectorAll(".match").length === 2`)
	first := b.searches()
	require.NotEmpty(t, first)
	assert.True(t, first[0].Typing, "words are asked for first: %+v", first)
	b.until(`[...document.querySelectorAll(".match mark")].some((mark) => mark.textContent === "LOS")`) // what LO may become
	assert.Empty(t, eval[[]string](b, `window.spoken`), "nothing is said while the typing goes on")

	eval[any](b, `document.querySelectorAll(".match").forEach((row) => { row.stood = true; }), null`)
	b.until(`document.getElementById("status").classList.contains("more")`)
	assert.Equal(t, "2 matches", eval[string](b, `document.getElementById("status").textContent`), "what is there stays, with three dots at most")
	b.until(`window.searches.at(-1).done && !document.getElementById("status").classList.contains("more")`)
	last := b.searches()[len(b.searches())-1]
	assert.Equal(t, sent{Text: "光猫灯 LO", Done: true}, last, "everything is asked for at the pause")
	assert.True(t, eval[bool](b, `[...document.querySelectorAll(".match")].every((row) => row.stood)`), "no row was replaced")
	said := eval[[]string](b, `window.spoken`)
	require.Len(t, said, 1, "%q %+v", said, b.searches())
	assert.True(t, strings.HasPrefix(said[0], "2 matches. First: "), said[0])

	asked := len(b.searches())
	eval[any](b, `document.getElementById("text").blur(), null`)
	time.Sleep(600 * time.Millisecond)
	assert.Len(t, b.searches(), asked, "what was asked is not asked again")

	b.hold(0, 0)
	b.do(chromedp.Focus("#text"))
	b.keys("\r")
	b.until(`window.searches.at(-1).text.endsWith("\n") && window.searches.at(-1).done`)
	assert.False(t, b.searches()[asked].Typing, "a finished line is no unfinished word: %+v", b.searches()[asked:])
}

// A new text ends the searches for the old one, and no answer takes the place
// of a later one.
func TestBrowserOldAnswersGiveWay(t *testing.T) {
	s := newSite(t, lamps()...)
	b := newBrowser(t, 1440, 900, "en")
	b.desk(s)
	b.watchSearches()
	b.hold(60_000, 60_000)
	b.keys("光猫")
	b.until(`window.searches.length > 1`)
	b.hold(0, 0)
	b.keys(" 数据线")
	b.until(`document.querySelectorAll(".match").length === 3 && window.searches.at(-1).done`)
	for _, each := range b.searches() {
		if each.Text == "光猫" {
			assert.True(t, each.Aborted, "%+v", each)
			assert.False(t, each.Done, "%+v", each)
		}
	}

	b.hold(1500, 0)
	b.keys(" 绿灯")
	b.until(`!window.searches.at(-1).typing && window.searches.at(-1).done && document.querySelector(".match .open").textContent.includes("绿灯")`)
	query := eval[string](b, `document.querySelector("#matches > div").dataset.query`)
	b.until(`window.searches.at(-2).typing && window.searches.at(-2).done`)
	time.Sleep(100 * time.Millisecond)
	assert.Equal(t, query, eval[string](b, `document.querySelector("#matches > div").dataset.query`), "the words' answer came after everything had")
}

// When the pause brings another order the opened case keeps its place, and
// what has been read for a while waits for its reader.
func TestBrowserOrderIsKeptForTheReader(t *testing.T) {
	s := newSite(t, lamps()...)
	b := newBrowser(t, 1440, 900, "en")
	b.desk(s)
	b.watchSearches()
	eval[any](b, `window.reversed = true, null`)
	b.keys("光猫 数据线")
	b.until(`document.querySelectorAll(".match").length === 3 && window.searches.at(-1).done && !window.searches.at(-1).typing`)
	reversed := b.titles()

	b.hold(0, 700)
	b.keys(" ")
	names := strings.Split(reversed, ", ")
	slices.Reverse(names)
	words := strings.Join(names, ", ")
	ordered := fmt.Sprintf(`[...document.querySelectorAll(".match .open")].map((e) => e.textContent).join(", ") === %q`, words)
	b.until(ordered)
	b.alt("1")
	opened := eval[string](b, `document.querySelector(".match [aria-current]").textContent`)
	b.until(`!window.searches.at(-1).typing && window.searches.at(-1).done`)
	b.until(`document.getElementById("status").textContent === "3 matches"`)
	assert.Equal(t, strings.Join([]string{names[0], names[2], names[1]}, ", "), b.titles(), "the opened one stays, the others close ranks")
	assert.Equal(t, opened, eval[string](b, `document.querySelector(".match [aria-current]").textContent`))
	assert.Equal(t, []string{"1", "2", "3"}, eval[[]string](b, `[...document.querySelectorAll(".match .rank")].map((e) => e.textContent)`))

	b.hold(0, 2500)
	b.keys(" ")
	b.until(ordered)
	b.until(`!document.getElementById("waiting").hidden`)
	assert.Equal(t, words, b.titles(), "who has read for seconds sees no row jump")
	assert.Equal(t, "Show the new order", eval[string](b, `document.getElementById("waiting").textContent`))
	b.do(chromedp.Click("#waiting"))
	b.until(`document.getElementById("waiting").hidden`)
	assert.NotEqual(t, words, b.titles())
	b.until(`document.activeElement.id === "text"`)

	b.hold(0, 700)
	b.keys(" ")
	b.until(ordered)
	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 500, 130), chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 510, 135))
	b.until(`!document.getElementById("waiting").hidden`)
	assert.Equal(t, words, b.titles(), "under the pointer no row jumps")
	b.keys("绿")
	b.until(`document.getElementById("waiting").hidden`)
}
