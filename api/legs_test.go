package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"precedent/api"
	"precedent/search"
)

// While somebody types, words answer and the last one may be unfinished.
func TestTypingFindsWhatTheLastWordMayBecome(t *testing.T) {
	s := start(t)
	w := s.record(obj{"title": "路由器拨号报 E-691", "wordings": []string{"管理页面写着 E691"}, "resolution": dialFix})
	s.find("691", w.Seq)
	ask := func(fields obj) (found api.SearchAnswer) {
		r := s.do("POST", searchPath, fields)
		require.Equal(t, 200, r.status, "%s", r.body)
		r.into(t, &found)
		require.Equal(t, search.WordsLeg, found.Legs, "there are no models here")
		return found
	}
	require.Empty(t, ask(obj{"text": "E69"}).Matches)
	for _, legs := range []string{"all", "words", "meaning"} {
		typed := ask(obj{"text": "E69", "typing": true, "legs": legs})
		require.Len(t, typed.Matches, 1)
		require.Equal(t, w.ID, typed.Matches[0].CaseID)
		require.Equal(t, "e691", typed.Matches[0].Evidence.Terms[0].Term)
		require.Equal(t, []search.Span{{Start: 0, End: 3}}, typed.Matches[0].Evidence.Terms[0].Text)
		require.Zero(t, typed.Matches[0].Meaning)
	}
	require.Empty(t, ask(obj{"text": "E69 ", "typing": true}).Matches, "a blank finishes the word")
}

// Each leg answers as it is asked to, and the measures tell how far the
// vectors are behind and what they take.
func TestLegs(t *testing.T) {
	s := startWithMeaning(t)
	w := s.record(obj{"wordings": []string{"咖啡机不出热水，只有凉的"}, "resolution": "1. 除垢\n2. 换加热管", "language": "zh"})
	abroad := "The coffee maker only gives cold water"
	ask := func(fields obj) (found api.SearchAnswer) {
		r := s.do("POST", searchPath, fields)
		require.Equal(t, 200, r.status, "%s", r.body)
		r.into(t, &found)
		return found
	}
	require.Empty(t, ask(obj{"text": abroad, "min_seq": w.Seq}).Matches, "its vectors are not made yet")
	require.EqualValues(t, w.Seq, s.measured("precedent_vectors_lag_changes"))
	require.NoError(t, s.reader.CatchUp(t.Context(), nil))
	require.Zero(t, s.measured("precedent_vectors_lag_changes"))
	require.EqualValues(t, w.Seq, s.measured("precedent_vectors_seq"))
	require.EqualValues(t, 1, s.measured(`precedent_vectors{space="chinese"}`))
	require.EqualValues(t, 1, s.measured(`precedent_vectors{space="multilingual"}`))
	require.Zero(t, s.measured(`precedent_vectors{space="english"}`))
	require.Positive(t, s.measured("precedent_vectors_heap_bytes"))
	require.Positive(t, s.measured("precedent_vectors_disk_bytes"))

	for legs, want := range map[string]int{"all": 1, "meaning": 1, "words": 0} {
		found := ask(obj{"text": abroad, "legs": legs})
		require.EqualValues(t, legs, found.Legs)
		require.Len(t, found.Matches, want, legs)
		for _, m := range found.Matches {
			require.Equal(t, w.ID, m.CaseID)
			require.Greater(t, m.Meaning, .5)
			require.LessOrEqual(t, m.Meaning, 1.0)
		}
	}
	require.Equal(t, search.AllLegs, ask(obj{"text": abroad}).Legs)
	require.Equal(t, search.WordsLeg, ask(obj{"text": abroad, "typing": true}).Legs)
	require.Len(t, ask(obj{"text": abroad, "typing": true, "legs": "all"}).Matches, 1)

	require.Positive(t, s.measured(`precedent_search_seconds_count{found="true",legs="all"}`))
	require.Positive(t, s.measured(`precedent_search_seconds_count{found="true",legs="meaning"}`))
	require.Positive(t, s.measured(`precedent_search_seconds_count{found="false",legs="words"}`))
	before := s.measured("precedent_search_cache_hits_total")
	ask(obj{"text": abroad})
	require.Equal(t, before+1, s.measured("precedent_search_cache_hits_total"))
}
