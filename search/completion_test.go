package search_test

import (
	"slices"
	"strings"
	"testing"

	"precedent/corpus"
	"precedent/search"

	"github.com/stretchr/testify/require"
)

// typed searches for a text that is still being typed.
func (b *bench) typed(t *testing.T, text string) []search.Match {
	t.Helper()
	found := b.search(t, search.Request{Text: text, Typing: true})
	require.Equal(t, search.WordsLeg, found.Legs)
	return found.Matches
}

// sharedTerm returns the evidence of a term, nil when the match has none.
func sharedTerm(m search.Match, term string) *search.SharedTerm {
	i := slices.IndexFunc(m.Evidence.Terms, func(s search.SharedTerm) bool { return s.Term == term })
	if i < 0 {
		return nil
	}
	return &m.Evidence.Terms[i]
}

func TestAnUnfinishedWordFindsWhatItMayBecome(t *testing.T) {
	b := newBench(t)
	b.loadDemo(t)
	b.put(t, corpus.Case{Title: "光猫和 honor 手机配对失败", Wordings: []string{"荣耀 honor 手机连不上光猫的 Wi-Fi"}, Resolution: "关掉 WPA3"})
	b.put(t, corpus.Case{Title: "路由器拨号报 E-691", Wordings: []string{"管理页面写着 E691"}, Resolution: "核对账号"})
	b.put(t, corpus.Case{Title: "Mate 60 Pro 充电慢", Wordings: []string{"Mate 60 Pro 充不满"}, Resolution: "换充电头"})
	b.put(t, corpus.Case{Title: "роутер", Wordings: []string{"роутер не видит интернет"}, Resolution: "перезагрузите"})
	for _, row := range []struct {
		text, title string // part of the first match's title
		term        string // that evidence names
		typed       string // what of the text it points at
	}{
		{"my rou", "outer", "router", "rou"},
		{"error 69", "691", "error691", "error 69"},
		{"错误 69", "691", "691", "69"},
		{"路由器提示E69", "E-691", "e691", "E69"},
		{"路由器提示 e-69", "E-691", "e691", "e-69"},
		{"实名认证 R-204", "R-2041", "r2041", "R-204"},
		{"公司vp", "VPN", "vpn", "vp"},
		{"work Vp", "VPN", "vpn", "Vp"},
		{"光猫hon", "honor", "honor", "hon"},
		{"mate 6", "Mate 60 Pro", "mate60", "mate 6"},
		{"the old prin", "printer", "printer", "prin"},
		{"refund was sent to an expir", "expired card", "expir", "expir"},
		{"parental schedu", "Parental schedule", "schedul", "schedu"},
		{"promised discou", "Promised discount", "discount", "discou"},
		{"роу", "роутер", "роутер", "роу"},
	} {
		found := b.typed(t, row.text)
		require.NotEmpty(t, found, row.text)
		require.Contains(t, found[0].Case.Title+" "+strings.Join(found[0].Case.Wordings, " "), row.title, row.text)
		shared := sharedTerm(found[0], row.term)
		require.NotNil(t, shared, "%s: %+v", row.text, found[0].Evidence.Terms)
		require.Equal(t, row.typed, cut(row.text, shared.Text[0]), row.text)
		require.NotEmpty(t, shared.Matched)
	}
}

// The index holds stems: a word with half of its ending still finds them.
func TestHalfAnEndingFindsTheWord(t *testing.T) {
	b := newBench(t)
	for _, w := range []string{"connect", "dropped calls", "configuration lost", "batteries drain", "updating forever", "replied late", "use another charger"} {
		b.put(t, corpus.Case{Title: w, Wordings: []string{"customer says " + w}, Resolution: "see the guide"})
	}
	for typed, title := range map[string]string{
		"it is connecti": "connect", "calls keep droppi": "dropped calls", "my configurati": "configuration lost", "the batterie": "batteries drain",
		"stuck updati": "updating forever", "nobody is replyin": "replied late", "I am usin": "use another charger",
	} {
		found := b.typed(t, typed)
		require.NotEmpty(t, found, typed)
		require.Equal(t, title, found[0].Case.Title, typed)
	}
}

// What is typed may be the whole word: a case that has it as it stands comes
// before those that have a longer one, however rare.
func TestAFinishedWordWins(t *testing.T) {
	b := newBench(t)
	b.put(t, corpus.Case{Title: "connector", Wordings: []string{"a loose connector"}, Resolution: "replace it"})
	b.put(t, corpus.Case{Title: "E-6912", Wordings: []string{"shows E-6912"}, Resolution: "reset it"})
	exact := b.put(t, corpus.Case{Title: "connect", Wordings: []string{"cannot connect today"}, Resolution: "wait"})
	code := b.put(t, corpus.Case{Title: "E-691", Wordings: []string{"shows E-691"}, Resolution: "log in again"})
	for range 12 {
		b.put(t, corpus.Case{Wordings: []string{"they connect and shows E-691 again"}, Resolution: "wait"})
	}
	ids := func(found []search.Match) (out []string) {
		for _, m := range found {
			out = append(out, m.Case.ID)
		}
		return out
	}
	found := b.typed(t, "connect")
	require.Contains(t, ids(found)[:13], exact)
	require.NotEqual(t, "connector", found[0].Case.Title)
	require.Contains(t, ids(b.typed(t, "E-691"))[:13], code)
	require.NotEqual(t, "E-6912", b.typed(t, "E-691")[0].Case.Title)

	for i := range 2 {
		b.put(t, corpus.Case{Wordings: []string{"the connector again " + strings.Repeat("x", i)}, Resolution: "replace it"})
	}
	found = b.typed(t, "connecto")
	require.Contains(t, found[0].Case.Wordings[0], "connector")
	whole := b.search(t, search.Request{Text: "connector"})
	require.InDelta(t, whole.Matches[0].Evidence.Coverage, found[0].Evidence.Coverage, 1e-9, "it counts as the word that it becomes")
}

// Nothing is added to a text that ends in a finished word, or in a script
// whose characters are terms, and nothing that the text says already.
func TestWhatIsFinishedStays(t *testing.T) {
	b := newBench(t)
	b.loadDemo(t)
	for _, text := range []string{"rou ", "rou.", "rou，", "rou\n", "rou?", "光猫", "光猫红灯闪", "r", "用 5", "router 13800138000", "", "  ", strings.Repeat("a", 400)} {
		at, done := b.search(t, search.Request{Text: text, Typing: true}), b.search(t, search.Request{Text: text, Legs: search.WordsLeg})
		require.Len(t, at.Matches, len(done.Matches), "%q", text)
		for i, m := range at.Matches {
			require.Equal(t, done.Matches[i].Case.ID, m.Case.ID, "%q", text)
			require.Equal(t, done.Matches[i].Evidence, m.Evidence, "%q", text)
		}
	}
	found := b.typed(t, "router and another rou")
	require.NotEmpty(t, found)
	require.Less(t, found[0].Evidence.Coverage, 1.0)
}

// A long story ends in an unfinished word too, though its rarest words alone
// are searched for.
func TestALongTextIsCompletedToo(t *testing.T) {
	b := newBench(t)
	b.loadDemo(t)
	story := strings.Repeat("客户说晚上回到家里打开电脑想看一会儿电视，结果什么都打不开，之前也修过好几次了，师傅说线路没有问题。", 4)
	found := b.typed(t, story+"后来发现是公司的 VP")
	require.NotEmpty(t, found)
	require.True(t, slices.ContainsFunc(found, func(m search.Match) bool { return sharedTerm(m, "vpn") != nil }))
	for _, m := range found {
		if s := sharedTerm(m, "vpn"); s != nil {
			require.Equal(t, "VP", cut(story+"后来发现是公司的 VP", s.Text[0]))
		}
	}
}

// A code that is not typed out yet is no other code than one it may become.
func TestAnUnfinishedCodeDiffersOnlyWhereItMust(t *testing.T) {
	b := newBench(t)
	b.put(t, corpus.Case{Title: "拨号报 E-691", Wordings: []string{"拨号报 E-691"}, Resolution: "核对账号"})
	require.Empty(t, b.typed(t, "拨号报 E-69")[0].Evidence.Differs)
	require.NotEmpty(t, b.typed(t, "拨号报 E-69 ")[0].Evidence.Differs)
	require.NotEmpty(t, b.typed(t, "拨号报 E-67")[0].Evidence.Differs)
	require.NotEmpty(t, b.typed(t, "E-678 拨号报")[0].Evidence.Differs)
}

// Typing a complaint key by key never fails, whatever it ends in.
func FuzzTyping(f *testing.F) {
	for _, s := range []string{"E69", "connecti", "光猫hon", "a\u0301b", "Wi-F", "192.168.", "2.4G", "x'", "ß", "\xff\xfeab", "mate 60 p", "ﬁr", "c++", "https://a.b/c", "⟦phone⟧ab"} {
		f.Add(s)
	}
	b := newBench(f)
	b.loadDemo(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			t.Skip()
		}
		for _, m := range b.search(t, search.Request{Text: text, Typing: true}).Matches {
			require.LessOrEqual(t, m.Evidence.Coverage, 1.0)
			for _, s := range m.Evidence.Terms {
				require.NotEmpty(t, s.Text)
				for _, p := range s.Text {
					require.LessOrEqual(t, 0, p.Start)
					require.Less(t, p.Start, p.End)
					require.LessOrEqual(t, p.End, len([]rune(text)))
				}
			}
		}
	})
}
