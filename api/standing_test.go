package api_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"precedent/api"
	"precedent/corpus"
)

// A change that names neither state nor audience leaves both; a known case
// that is given its fix is published.
func TestAChangeKeepsWhatItDoesNotName(t *testing.T) {
	s := start(t)
	said := obj{"wordings": []string{dialError}, "resolution": dialFix}
	for _, c := range []struct {
		name          string
		before, after obj
		state         corpus.State
		audience      corpus.Audience
	}{
		{"retired stays retired", obj{"state": "retired", "resolution": dialFix}, said, corpus.Retired, corpus.Agent},
		{"a draft stays a draft", obj{"state": "draft", "resolution": dialFix}, said, corpus.Draft, corpus.Agent},
		{"engineers' notes stay theirs", obj{"audience": "engineer", "resolution": dialFix}, said, corpus.Published, corpus.Engineer},
		{"known stays known", obj{"state": "known"}, obj{"wordings": []string{dialError}}, corpus.Known, corpus.Agent},
		{"known with its fix is published", obj{"state": "known", "audience": "engineer"}, said, corpus.Published, corpus.Engineer},
		{"what is named is taken", obj{"state": "retired", "resolution": dialFix},
			obj{"wordings": []string{dialError}, "resolution": dialFix, "state": "published", "audience": "public"}, corpus.Published, corpus.Public},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{t: t, url: s.url}
			c.before["wordings"] = []string{dialError}
			w := s.record(c.before)
			path := "/api/v1/cases/" + w.ID
			r := s.do("PUT", path, c.after, "If-Match", strconv.Itoa(w.Version))
			require.Equal(t, 200, r.status, "%s", r.body)
			var now corpus.Case
			s.do("GET", path, nil).into(t, &now)
			require.Equal(t, c.state, now.State)
			require.Equal(t, c.audience, now.Audience)
		})
	}
}

// A complaint is answered by a fix or by a case, not by nothing.
func TestAComplaintIsNotAnsweredByNothing(t *testing.T) {
	s := start(t)
	var w written
	s.do("POST", "/api/v1/complaints", obj{"text": dialError}).into(t, &w)
	path := "/api/v1/complaints/" + w.ID + "/resolution"
	for _, body := range []obj{{}, {"resolution": " \n"}, {"title": "宽带 691"}, {"state": "known"}} {
		r := s.do("POST", path, body)
		require.Equal(t, 422, r.status, "%s", r.body)
		p := r.problem(t)
		require.Len(t, p.Errors, 1)
		require.Equal(t, api.FieldProblem{Field: "resolution", Code: "required",
			Message: "is missing; give the fix, or as case_id the case that fixed it"}, p.Errors[0])
	}
	require.Contains(t, s.do("POST", path, obj{}, "Accept-Language", "zh").problem(t).Detail, "case_id")
	counts, err := s.store.CountCases(t.Context())
	require.NoError(t, err)
	require.Empty(t, counts[corpus.Known])
}

// Who records a fix that says nothing is told that it is not found.
func TestAFixThatSaysNothingIsWarnedOf(t *testing.T) {
	s := start(t)
	type answer struct {
		written
		Warnings []api.FieldProblem
	}
	warned := func(r reply, status int) []api.FieldProblem {
		t.Helper()
		require.Equal(t, status, r.status, "%s", r.body)
		var a answer
		r.into(t, &a)
		return a.Warnings
	}
	empty, full := obj{"wordings": []string{dialError}, "resolution": "已处理"}, obj{"wordings": []string{dialError}, "resolution": dialFix}
	r := s.do("POST", "/api/v1/cases", empty, "Accept-Language", "zh-CN")
	got := warned(r, 201)
	require.Len(t, got, 1)
	require.Equal(t, "resolution", got[0].Field)
	require.Equal(t, "says_nothing", got[0].Code)
	require.Contains(t, got[0].Message, "不会被查到")
	var w written
	r.into(t, &w)
	require.Empty(t, s.find(dialError, w.Seq).Matches, "as the warning says")

	path := "/api/v1/cases/" + w.ID
	require.Contains(t, warned(s.do("PUT", path, empty, "If-Match", `"1"`), 200)[0].Message, "kept out of what searches find")
	var now corpus.Case
	s.do("GET", path, nil).into(t, &now)
	require.Empty(t, warned(s.do("PUT", path, full, "If-Match", strconv.Itoa(now.Version)), 200))
	require.Len(t, warned(s.do("POST", "/api/v1/cases", obj{"wordings": []string{"打不通"}, "resolution": "已致电 13812345678"}), 201), 1)
	require.Empty(t, warned(s.do("POST", "/api/v1/cases", obj{"wordings": []string{"打不通"}}), 201), "known, without a fix yet")

	s.do("POST", "/api/v1/complaints", obj{"text": dialError}).into(t, &w)
	require.Len(t, warned(s.do("POST", "/api/v1/complaints/"+w.ID+"/resolution", obj{"resolution": "fixed"}), 201), 1)
	s.do("POST", "/api/v1/complaints", obj{"text": dialError}).into(t, &w)
	require.Empty(t, warned(s.do("POST", "/api/v1/complaints/"+w.ID+"/resolution", obj{"resolution": dialFix}), 201))
}
