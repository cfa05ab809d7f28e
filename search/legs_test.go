package search_test

import (
	"context"
	"testing"

	"precedent/corpus"
	"precedent/search"

	"github.com/stretchr/testify/require"
)

func TestWordsAnswerAtOnceAndMeaningOnceItIsRead(t *testing.T) {
	b := newMeaningBench(t)
	b.loadDemo(t)
	rec, err := b.store.CreateCase(ctx, corpus.Write{Caller: corpus.LocalCaller()},
		corpus.Case{Wordings: []string{"咖啡机不出热水，只有凉的"}, Resolution: "1. 除垢\n2. 换加热管"})
	require.NoError(t, err)
	require.NoError(t, b.follower.CatchUp(ctx, nil))

	alike := search.Request{Text: "咖啡机出来的水是凉的"}
	found := b.search(t, alike)
	require.Equal(t, rec.ID, found.Matches[0].Case.ID, "by words, before its vectors are made")
	require.Equal(t, search.AllLegs, found.Legs)
	require.Zero(t, found.Matches[0].Meaning)

	abroad := search.Request{Text: "The coffee maker only gives cold water"}
	for _, m := range b.search(t, abroad).Matches {
		require.NotEqual(t, rec.ID, m.Case.ID, "no word is shared")
	}
	b.read(t)
	found = b.search(t, abroad)
	require.Equal(t, rec.ID, found.Matches[0].Case.ID, "by meaning, as soon as it is read")
	require.Greater(t, found.Matches[0].Meaning, 0.5)
	require.Equal(t, rec.ID, b.search(t, alike).Matches[0].Case.ID)

	abroad.Legs = search.WordsLeg
	for _, m := range b.search(t, abroad).Matches {
		require.NotEqual(t, rec.ID, m.Case.ID)
	}
	abroad.Legs, abroad.Typing = "", true
	require.Equal(t, search.WordsLeg, b.search(t, abroad).Legs, "words alone answer while someone types")
}

func TestEitherLegKeepsToTheFilters(t *testing.T) {
	b := newMeaningBench(t)
	put := func(c corpus.Case) string {
		c.Wordings, c.Resolution = []string{"打印机老是卡纸"}, "清理搓纸轮"
		return b.put(t, c)
	}
	public := put(corpus.Case{Audience: corpus.Public, Products: []string{"打印机"}})
	put(corpus.Case{Audience: corpus.Agent})
	put(corpus.Case{Audience: corpus.Public, State: corpus.Draft})
	other := put(corpus.Case{Audience: corpus.Public, Products: []string{"复印机"}})
	for _, text := range []string{"打印机卡纸", "paper jam in the printer"} {
		found, err := b.engine.Search(ctx, corpus.PublicCaller(), search.Request{Text: text})
		require.NoError(t, err)
		require.ElementsMatch(t, []string{public, other}, ids(found), text)
		found, err = b.engine.Search(ctx, corpus.PublicCaller(), search.Request{Text: text, Product: "打印机"})
		require.NoError(t, err)
		require.Equal(t, []string{public}, ids(found), text)
		found, err = b.engine.Search(ctx, corpus.LocalCaller(), search.Request{Text: text, Language: "en"})
		require.NoError(t, err)
		require.Empty(t, ids(found), text)
	}
	_, err := b.store.RetireCase(ctx, corpus.Write{Caller: corpus.LocalCaller()}, public, 0)
	require.NoError(t, err)
	b.level(t)
	require.NotContains(t, ids(b.search(t, search.Request{Text: "paper jam in the printer"})), public)
}

func ids(r search.Response) []string {
	var out []string
	for _, m := range r.Matches {
		out = append(out, m.Case.ID)
	}
	return out
}

func TestWhatMeansNothingFindsNothing(t *testing.T) {
	b := newMeaningBench(t)
	b.loadDemo(t)
	for _, text := range []string{"asdkjh qweoiu", "？？？！", "嗯嗯", "ᚠᚢᚦᚨᚱᚲ"} {
		require.Empty(t, b.search(t, search.Request{Text: text}).Matches, text)
	}
}

func TestASearchThatNobodyWaitsForEnds(t *testing.T) {
	b := newMeaningBench(t)
	b.loadDemo(t)
	ended, end := context.WithCancel(ctx)
	end()
	for _, legs := range []search.Legs{search.AllLegs, search.WordsLeg, search.MeaningLeg} {
		_, err := b.engine.Search(ended, corpus.LocalCaller(), search.Request{Text: "光猫红灯上不了网", Legs: legs})
		require.ErrorIs(t, err, context.Canceled, legs)
	}
}
