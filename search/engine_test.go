package search_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"precedent/corpus"
	"precedent/corpus/demo"
	"precedent/search"

	"github.com/stretchr/testify/require"
)

var ctx = context.Background()

func (b *bench) search(t testing.TB, r search.Request) search.Response {
	t.Helper()
	found, err := b.engine.Search(ctx, corpus.LocalCaller(), r)
	require.NoError(t, err)
	return found
}

// cut returns the characters of a span.
func cut(text string, s search.Span) string { return string([]rune(text)[s.Start:s.End]) }

func TestAFixIsFoundByTheNextLikeComplaint(t *testing.T) {
	b := newBench(t)
	b.loadDemo(t)
	id := b.put(t, corpus.Case{
		Wordings:   []string{"扫地机器人一碰到地毯就停下来喊卡住了"},
		Resolution: "1. 在应用里把地毯模式改为“抬升拖布”\n2. 清理边刷",
	})
	for _, text := range []string{
		"扫地机器人一碰到地毯就停下来喊卡住了",
		"你们的扫地机上了地毯就不动了，一直说卡住",
		"掃地機器人碰到地毯就停",
	} {
		found := b.search(t, search.Request{Text: text})
		require.NotEmpty(t, found.Matches, text)
		require.Equal(t, id, found.Matches[0].Case.ID, text)
		require.Equal(t, "zh", found.Language)
	}
}

func TestEvidencePointsIntoBothTexts(t *testing.T) {
	b := newBench(t)
	b.put(t, corpus.Case{
		Title: "AX3000 报 E-691", Wordings: []string{"路由器😀拨号报错 E-691，输了密码也不行"}, Resolution: "1. 核对宽带账号\n2. 重置密码",
	})
	text := "我的😀电话 13800138000，路由器提示Ｅ６９１怎么办"
	found := b.search(t, search.Request{Text: text})
	require.Len(t, found.Matches, 1)
	ev := found.Matches[0].Evidence
	require.NotEmpty(t, ev.Terms)
	shared := map[string]string{}
	total := 0.0
	for _, term := range ev.Terms {
		total += term.Weight
		shared[term.Term] = cut(text, term.Text[0])
		require.NotEmpty(t, term.Matched)
		for _, p := range term.Matched {
			switch p.Field {
			case "wordings":
				require.NotEmpty(t, cut(found.Matches[0].Case.Wordings[p.Item], p.Span))
			case "title":
				require.NotEmpty(t, cut(found.Matches[0].Case.Title, p.Span))
			}
		}
	}
	require.Equal(t, "Ｅ６９１", shared["e691"], "the place is in the text as the caller gave it, after a masked number")
	require.Equal(t, "路由器", shared["路由器"])
	require.InDelta(t, 1, total, 1e-9, "the parts make up the whole score")
	require.Positive(t, ev.Coverage)
	require.Less(t, ev.Coverage, 1.0)
}

// Evidence explains the score: its parts, summed, are the index's own score,
// which no other test would notice drifting apart.
func TestEvidenceHoldsForEveryDemoQuery(t *testing.T) {
	b := newBench(t)
	b.loadDemo(t)
	queries, err := demo.Queries()
	require.NoError(t, err)
	for _, q := range queries {
		for _, m := range b.search(t, search.Request{Text: q.Text}).Matches {
			total := 0.0
			for _, term := range m.Evidence.Terms {
				require.Positive(t, term.Weight)
				total += term.Weight
				for _, s := range term.Text {
					require.NotEmpty(t, strings.TrimSpace(cut(q.Text, s)))
				}
			}
			require.Positive(t, total)
			require.LessOrEqual(t, total, 1+1e-9)
			require.Positive(t, m.Evidence.Coverage)
			require.LessOrEqual(t, m.Evidence.Coverage, 1+1e-9)
		}
	}
}

func TestCustomersFindOnlyWhatIsPublishedForThem(t *testing.T) {
	b := newBench(t)
	wording := []string{"智能门锁指纹识别失败"}
	public := b.put(t, corpus.Case{Wordings: wording, Resolution: "擦干手指再试", Audience: corpus.Public})
	b.put(t, corpus.Case{Wordings: wording, Resolution: "擦干手指再试", Audience: corpus.Agent})
	b.put(t, corpus.Case{Wordings: wording, Resolution: "擦干手指再试", Audience: corpus.Public, State: corpus.Draft})
	b.put(t, corpus.Case{Wordings: wording, Audience: corpus.Public})
	retired := b.put(t, corpus.Case{Wordings: wording, Resolution: "擦干手指再试", Audience: corpus.Public})
	_, err := b.store.RetireCase(ctx, corpus.Write{Caller: corpus.LocalCaller()}, retired, 0)
	require.NoError(t, err)
	b.level(t)

	require.Len(t, b.search(t, search.Request{Text: wording[0]}).Matches, 4, "staff find known and draft cases too, and no retired one")
	found, err := b.engine.Search(ctx, corpus.PublicCaller(), search.Request{Text: wording[0]})
	require.NoError(t, err)
	require.Len(t, found.Matches, 1)
	require.Equal(t, public, found.Matches[0].Case.ID)
}

func TestProductNarrows(t *testing.T) {
	b := newBench(t)
	wording := []string{"蓝牙耳机连不上"}
	b.put(t, corpus.Case{Wordings: wording, Resolution: "重新配对", Products: []string{"耳机 Air"}})
	b.put(t, corpus.Case{Wordings: wording, Resolution: "重新配对", Products: []string{"耳机 Max"}})
	any := b.put(t, corpus.Case{Wordings: wording, Resolution: "重新配对"})
	found := b.search(t, search.Request{Text: wording[0], Product: "耳机 air"})
	require.Len(t, found.Matches, 2, "the product's own case, and the one that applies to any")
	ids := []string{found.Matches[0].Case.ID, found.Matches[1].Case.ID}
	require.Contains(t, ids, any)
}

func TestATranscriptIsSearchedByWhatTells(t *testing.T) {
	b := newBench(t)
	b.loadDemo(t)
	id := b.put(t, corpus.Case{Wordings: []string{"洗碗机显示 E24 排水故障，机器里一直有水"}, Resolution: "清理滤网和排水管"})
	small := []string{"客服：您好请问有什么可以帮您", "客户：你等一下我看看", "客服：好的不着急您慢慢说", "客户：就是那个东西不好用嘛我都打了几次电话了"}
	var call strings.Builder
	for i := 0; call.Len() < 40_000; i++ {
		if i == 150 {
			call.WriteString("客户：洗碗机里面有水排不出去，屏幕写着 E24\n")
		}
		fmt.Fprintf(&call, "%s\n", small[i%len(small)])
	}
	text := string([]rune(call.String())[:min(search.MaxText, len([]rune(call.String())))])
	start := time.Now()
	found := b.search(t, search.Request{Text: text})
	require.NotEmpty(t, found.Matches)
	require.Equal(t, id, found.Matches[0].Case.ID)
	require.Less(t, time.Since(start), 30*time.Second, "a generous bound against something quadratic")
}

func TestRequestsOutOfTheirLimitsAreRefused(t *testing.T) {
	b := newBench(t)
	for field, r := range map[string]search.Request{
		"text":    {Text: strings.Repeat("水", search.MaxText+1)},
		"limit":   {Text: "a", Limit: search.MaxLimit + 1},
		"product": {Text: "a", Product: strings.Repeat("光", corpus.MaxLine+1)},
		"min_seq": {Text: "a", MinSeq: -1},
	} {
		_, err := b.engine.Search(ctx, corpus.LocalCaller(), r)
		invalid := (*corpus.InvalidError)(nil)
		require.ErrorAs(t, err, &invalid, field)
		require.Equal(t, field, invalid.Fields[0].Field)
	}
	require.Empty(t, b.search(t, search.Request{Text: "？！…"}).Matches, "nothing to search for is no error")
}

func TestMinSeqWaitsForTheFollower(t *testing.T) {
	b := newBench(t)
	following, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- b.follower.Run(following) }()
	t.Cleanup(func() { stop(); <-done })
	for i := range 20 {
		text := fmt.Sprintf("空调 显示 故障 F%04d", i*37)
		rec, err := b.store.CreateCase(ctx, corpus.Write{Caller: corpus.LocalCaller()}, corpus.Case{Wordings: []string{text}, Resolution: "断电重启"})
		require.NoError(t, err)
		found := b.search(t, search.Request{Text: text, MinSeq: rec.Seq})
		require.GreaterOrEqual(t, found.IndexSeq, rec.Seq)
		require.Equal(t, rec.ID, found.Matches[0].Case.ID)
	}
}

func TestQueriesAreLoggedMaskedAndProveThemselves(t *testing.T) {
	b := newBench(t)
	found := b.search(t, search.Request{Text: "打我电话 13800138000 问宽带", Product: "13800138000"})
	require.Len(t, b.log.queries, 1)
	require.NotContains(t, b.log.queries[0].Product, "13800138000")
	require.NotContains(t, b.log.queries[0].Text, "13800138000")
	require.Contains(t, b.log.queries[0].Text, "宽带")
	require.True(t, b.engine.KnowsQuery(found.QueryID))
	require.False(t, b.engine.KnowsQuery("q_"+strings.Repeat("0", 32)))
	require.False(t, b.engine.KnowsQuery(found.QueryID[:len(found.QueryID)-1]))
}

// Small talk has little to go by, and a code alone has enough.
func TestCoverageKnowsHowLittleWasSaid(t *testing.T) {
	b := newBench(t)
	b.loadDemo(t)
	for _, text := range []string{"你好", "hello", "yes", "喂，您好", "今天天气怎么样"} {
		for _, m := range b.search(t, search.Request{Text: text}).Matches {
			require.Less(t, m.Evidence.Coverage, 0.4, "%s: %s", text, m.Case.Title)
		}
	}
	for _, text := range []string{"E4107", "光猫红灯闪上不了网"} {
		require.Greater(t, b.search(t, search.Request{Text: text}).Matches[0].Evidence.Coverage, 0.4, text)
	}
}

// A case that is a list of thousands of codes must not hold up an answer that
// offers it.
func TestACaseFullOfCodesIsExplainedQuickly(t *testing.T) {
	b := newBench(t)
	wordings := make([]string, 0, 40)
	for w := range 40 {
		var text strings.Builder
		for i := range 900 {
			fmt.Fprintf(&text, "AX%d ", w*1000+i)
		}
		wordings = append(wordings, text.String())
	}
	id := b.put(t, corpus.Case{Title: "清单 AX17", Wordings: wordings, Resolution: "查表"})
	start := time.Now()
	found := b.search(t, search.Request{Text: "AX17 清单"})
	require.Equal(t, id, found.Matches[0].Case.ID)
	require.Less(t, time.Since(start), 30*time.Second, "a generous bound against something quadratic")
}
