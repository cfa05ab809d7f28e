package web

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/corpus"
	"precedent/search"
)

// offered is a match that shares n words, which cover so much, and is so near.
func offered(n int, coverage, meaning, score float64) search.Match {
	m := search.Match{Meaning: meaning, Score: score, Evidence: search.Evidence{Coverage: coverage}}
	for range n {
		m.Evidence.Terms = append(m.Evidence.Terms, search.SharedTerm{Term: "word"})
	}
	return m
}

func sureness(legs search.Legs, matches ...search.Match) []confidence {
	var out []confidence
	above := highest
	for i := range matches {
		above = confidenceOf(search.Response{Legs: legs, Matches: matches}, i, above)
		out = append(out, above)
	}
	return out
}

// Words or meaning may carry a match alone, and both together are the surest.
func TestConfidenceOfWordsAndMeaning(t *testing.T) {
	one := func(m search.Match) confidence { return sureness(search.AllLegs, m)[0] }
	both, words, meaning := one(offered(6, .6, .9, .99)), one(offered(6, .6, 0, .99)), one(offered(0, 0, .9, .99))
	for _, c := range []confidence{both, words, meaning} {
		assert.Equal(t, "likely", c.Level)
	}
	assert.Greater(t, both.Share, words.Share)
	assert.Greater(t, both.Share, meaning.Share)
	assert.Equal(t, "possible", one(offered(0, 0, .65, .99)).Level, "few words are no fault where the meaning is near")
	assert.Equal(t, "slight", one(offered(1, .25, .3, .99)).Level, "small talk is near nothing")
	assert.Equal(t, confidence{Level: "slight"}, one(offered(0, 0, .1, .6)))
	assert.Equal(t, 100, one(offered(9, 1, 1, 1)).Share)

	m := offered(6, .6, .9, .99)
	m.Evidence.Differs = []search.Difference{{Kind: "model"}}
	assert.Equal(t, "possible", one(m).Level, "another model is never likely, however near")
}

// What is likely stands close to the best: in its score by words, in its log
// odds by both.
func TestLikelyIsCloseToTheBest(t *testing.T) {
	level := func(legs search.Legs, best, score float64) string {
		return sureness(legs, offered(6, .6, .9, best), offered(6, .6, .9, score))[1].Level
	}
	assert.Equal(t, "likely", level(search.WordsLeg, 20, 13))
	assert.Equal(t, "possible", level(search.WordsLeg, 20, 11))
	assert.Equal(t, "likely", level(search.AllLegs, .99, .98))
	assert.Equal(t, "possible", level(search.AllLegs, .99, .95))
	assert.Equal(t, "likely", level(search.AllLegs, 1, 1))
	assert.Equal(t, "possible", level(search.AllLegs, .4, .3))
}

func TestWhyACaseIsNear(t *testing.T) {
	speaking := func(code string) *visit { return &visit{tongue: loadTongues(loadAssets()).byCode(code)} }
	of := func(v *visit, m search.Match, language, asked string) *nearness {
		m.Case = corpus.Case{Language: language}
		return v.nearnessOf(m, asked)
	}
	zh, en := speaking("zh"), speaking("en")
	require.NotNil(t, zh)
	assert.Equal(t, &nearness{Level: "near"}, of(zh, offered(1, .1, .65, 1), "zh", "zh"))
	assert.Equal(t, &nearness{Level: "very_near"}, of(zh, offered(5, .1, .85, 1), "zh", "zh"), "many words that say little")
	assert.Nil(t, of(zh, offered(5, .5, .85, 1), "zh", "zh"), "the words speak for themselves")
	assert.Nil(t, of(zh, offered(0, 0, 0, 1), "en", "zh"), "words alone answered")
	assert.Nil(t, of(zh, offered(1, .1, .4, 1), "zh", "zh"))

	assert.Equal(t, &nearness{Level: "near", Language: "英语"}, of(zh, offered(0, 0, .65, 1), "en-GB", "zh"))
	assert.Equal(t, &nearness{Language: "Chinese"}, of(en, offered(0, 0, .4, 1), "zh", "en"))
	assert.Equal(t, &nearness{Level: "near", Language: "Portuguese"}, of(en, offered(0, 0, .65, 1), "pt-br", "en"))
	assert.Equal(t, &nearness{Level: "near"}, of(en, offered(0, 0, .65, 1), "", "en"), "of no known language")
	assert.Equal(t, &nearness{Level: "near"}, of(en, offered(0, 0, .65, 1), "zh", "und"))
}
