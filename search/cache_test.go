package search_test

import (
	"testing"

	"precedent/corpus"
	"precedent/search"

	"github.com/stretchr/testify/require"
)

func TestAnAnswerIsKeptWhileItIsTrue(t *testing.T) {
	b := newBench(t)
	b.loadDemo(t)
	request := search.Request{Text: "光猫红灯上不了网"}
	first := b.search(t, request)
	again := b.search(t, request)
	hits, _ := b.engine.Cached()
	require.Equal(t, int64(1), hits)
	require.Equal(t, first.Matches, again.Matches)
	require.NotEqual(t, first.QueryID, again.QueryID, "each answer is judged by itself")
	require.Len(t, b.log.queries, 2)

	for _, other := range []search.Request{
		{Text: "光猫红灯上不了网", Limit: 3}, {Text: "光猫红灯上不了网", Product: "宽带"}, {Text: "光猫红灯上不了网", Typing: true},
	} {
		b.search(t, other)
	}
	_, err := b.engine.Search(ctx, corpus.PublicCaller(), request)
	require.NoError(t, err)
	now, _ := b.engine.Cached()
	require.Equal(t, hits, now, "another question or another caller has an answer of its own")
}

func TestAnAnswerIsNeverOlderThanTheData(t *testing.T) {
	b := newBench(t)
	b.loadDemo(t)
	request := search.Request{Text: "扫地机器人一碰到地毯就停下来"}
	b.search(t, request)
	id := b.put(t, corpus.Case{Wordings: []string{request.Text}, Resolution: "把地毯模式改为抬升拖布"})
	require.Equal(t, id, b.search(t, request).Matches[0].Case.ID, "a new case")

	answer := b.search(t, request)
	_, err := b.store.CreateVerdict(ctx, corpus.Write{Caller: corpus.LocalCaller()},
		corpus.Verdict{QueryID: answer.QueryID, CaseID: id, Verdict: corpus.Helped})
	require.NoError(t, err)
	require.Equal(t, 1, b.search(t, request).Matches[0].Tally.Helped, "a verdict, which the index does not hold")

	_, err = b.store.RetireCase(ctx, corpus.Write{Caller: corpus.LocalCaller()}, id, 0)
	require.NoError(t, err)
	for _, m := range b.search(t, request).Matches {
		require.NotEqual(t, id, m.Case.ID, "a case retired, before the index knows")
	}
}
