package corpus_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/corpus"
)

func TestPrepareCompletesCase(t *testing.T) {
	c := corpus.Case{
		Title:      " 光猫\r\n红灯 ",
		Wordings:   []string{" 打13800138000没人接 ", "", "红灯\x00亮", "打13900139000没人接", "a\xffb"},
		Resolution: "1. 重启\r\n2. 回电 010-62345678\n",
		Tags:       []string{"红灯", " 红灯", ""},
		Language:   "zh_CN",
		Author:     "wifi.team@example.com 13800138000",
	}
	require.NoError(t, c.Prepare())
	assert.Equal(t, corpus.Case{
		Title:      "光猫 红灯",
		Wordings:   []string{"打⟦phone⟧没人接", "红灯亮", "a\uFFFDb"}, // two became the same
		Resolution: "1. 重启\n2. 回电 ⟦phone⟧", ResolutionKind: corpus.Fix,
		State: corpus.Published, Audience: corpus.Agent, Language: "zh-cn",
		Tags: []string{"红灯"}, Author: "wifi.team@example.com ⟦phone⟧",
	}, c)
}

func TestPrepareMasksEveryText(t *testing.T) {
	const phone = "13800138000"
	c := corpus.Case{
		Title: phone, Wordings: []string{phone}, Resolution: phone, Cause: phone, Products: []string{phone}, Models: []string{phone},
		VerifiedOn: []string{phone}, Tags: []string{phone}, Author: phone, Reviewer: phone, State: corpus.Known,
		Known: &corpus.KnownCase{Handler: phone, TellCustomer: phone},
	}
	p := corpus.Complaint{Text: phone, Channel: phone, Product: phone, Customer: phone, Owner: phone}
	require.NoError(t, c.Prepare())
	require.NoError(t, p.Prepare())
	for _, record := range []any{c, p} {
		text, err := json.Marshal(record)
		require.NoError(t, err)
		assert.NotContains(t, string(text), phone)
	}
}

func TestPrepareWithoutResolution(t *testing.T) {
	due := time.Date(2025, 3, 4, 8, 0, 0, 0, time.FixedZone("", 8*3600))
	given := &corpus.KnownCase{TellCustomer: "请等待，或致电13800138000", DueAt: &due}
	c := corpus.Case{Title: "红灯", ResolutionKind: corpus.Workaround, Known: given, Language: "und"}
	require.NoError(t, c.Prepare())
	assert.Equal(t, corpus.Known, c.State)
	assert.Empty(t, c.ResolutionKind, "there is nothing to be of a kind")
	assert.Empty(t, c.Language)
	assert.Equal(t, "请等待，或致电⟦phone⟧", c.Known.TellCustomer)
	assert.Equal(t, time.UTC, c.Known.DueAt.Location())
	assert.Equal(t, "请等待，或致电13800138000", given.TellCustomer, "the caller's own stays as it was")

	c = corpus.Case{Title: "红灯", Known: &corpus.KnownCase{Handler: " "}}
	require.NoError(t, c.Prepare())
	assert.Nil(t, c.Known)
	assert.NotNil(t, c.Wordings, "[] rather than null in JSON")
}

func repeat(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = strings.Repeat("字", i+1)
	}
	return list
}

func TestPrepareRefusesCase(t *testing.T) {
	year := func(y int) *time.Time { d := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC); return &d }
	for _, c := range []struct {
		name  string
		given corpus.Case
		want  []string // field and code
	}{
		{"nothing", corpus.Case{}, []string{"wordings required"}},
		{"blank", corpus.Case{Title: " ", Wordings: []string{"\x00"}}, []string{"wordings required"}},
		{"published", corpus.Case{Title: "a", State: corpus.Published}, []string{"resolution required"}},
		{"draft", corpus.Case{Title: "a", State: corpus.Draft}, []string{"resolution required"}},
		{"known", corpus.Case{Resolution: "a", Known: &corpus.KnownCase{Handler: "b"}}, []string{"known not_allowed"}},
		{"enums", corpus.Case{Resolution: "a", State: "open", Audience: "all", ResolutionKind: "guess"},
			[]string{"state not_allowed", "audience not_allowed", "resolution_kind not_allowed"}},
		{"lengths", corpus.Case{ExternalID: strings.Repeat("x", 501), Title: strings.Repeat("字", 501), Wordings: []string{"a", strings.Repeat("字", 20_001)},
			Resolution: strings.Repeat("字", 20_001), Cause: strings.Repeat("字", 501)},
			[]string{"external_id too_long", "title too_long", "wordings[1] too_long", "resolution too_long", "cause too_long"}},
		{"lists", corpus.Case{Wordings: repeat(201), Tags: repeat(101), Products: []string{"a", strings.Repeat("字", 501)}},
			[]string{"wordings too_many", "products[1] too_long", "tags too_many"}},
		{"people", corpus.Case{Title: "a", Author: strings.Repeat("x", 501), Reviewer: strings.Repeat("x", 501),
			Known: &corpus.KnownCase{Handler: strings.Repeat("x", 501), TellCustomer: strings.Repeat("x", 501), DueAt: year(1900)}},
			[]string{"author too_long", "reviewer too_long", "known.handler too_long", "known.tell_customer too_long", "known.due_at invalid"}},
		{"versions", corpus.Case{Title: "a", Versions: []string{"2.0", "newest"}}, []string{"versions[1] invalid"}},
		{"versions that are numbers of people", corpus.Case{Title: "a", Versions: []string{"13800138000", "2.0", ">=13800138000", "v13900139000 2.0", "电话13900139000 2.0"}},
			[]string{"versions[0] invalid", "versions[2] invalid", "versions[3] invalid", "versions[4] invalid"}},
		{"language", corpus.Case{Title: "a", Language: "chinese language"}, []string{"language invalid"}},
		{"unknown language", corpus.Case{Title: "a", Language: "xq"}, []string{"language invalid"}},
		{"times", corpus.Case{Title: "a", ResolvedAt: year(2525)}, []string{"resolved_at invalid"}},
	} {
		t.Run(c.name, func(t *testing.T) { assertRefused(t, c.given.Prepare(), c.want) })
	}
	ok := corpus.Case{Title: strings.Repeat("字", 500), Wordings: repeat(200), Resolution: strings.Repeat("字", 20_000), Language: "PT-BR", ResolvedAt: year(1970)}
	assert.NoError(t, ok.Prepare(), "limits themselves are let through")
}

func assertRefused(t *testing.T, err error, want []string) {
	t.Helper()
	var invalid *corpus.InvalidError
	require.True(t, errors.As(err, &invalid), "%v", err)
	var got []string
	for _, f := range invalid.Fields {
		got = append(got, f.Field+" "+f.Code)
		assert.NotEmpty(t, f.Message)
		assert.Equal(t, strings.HasPrefix(f.Code, "too_"), f.Limit > 0)
	}
	assert.Equal(t, want, got)
}

func TestPrepareComplaint(t *testing.T) {
	p := corpus.Complaint{Text: "打13800138000 ", Customer: "C-1024", Language: "ZH"}
	require.NoError(t, p.Prepare())
	assert.Equal(t, corpus.Complaint{Text: "打⟦phone⟧", Customer: "C-1024", Language: "zh", Status: corpus.Open}, p)

	answered := corpus.Complaint{Text: "a", CaseID: corpus.NewID(corpus.CasePrefix)}
	require.NoError(t, answered.Prepare())
	assert.Equal(t, corpus.Answered, answered.Status)

	linked := corpus.Complaint{Text: "a", Status: corpus.Open, CaseID: corpus.NewID(corpus.CasePrefix)}
	require.NoError(t, linked.Prepare())
	assert.Equal(t, corpus.Open, linked.Status, "its case has no answer yet")

	long := strings.Repeat("x", 501)
	for _, c := range []struct {
		given corpus.Complaint
		want  []string
	}{
		{corpus.Complaint{}, []string{"text required"}},
		{corpus.Complaint{Text: strings.Repeat("字", 20_001), Channel: long, Product: long, Customer: long, Owner: long, Language: "?"},
			[]string{"text too_long", "channel too_long", "product too_long", "customer too_long", "owner too_long", "language invalid"}},
		{corpus.Complaint{Text: "a", Status: "lost"}, []string{"status not_allowed"}},
		{corpus.Complaint{Text: "a", Status: corpus.Answered}, []string{"case_id required"}},
		{corpus.Complaint{Text: "a", CaseID: "c_1"}, []string{"case_id invalid"}},
	} {
		assertRefused(t, c.given.Prepare(), c.want)
	}
}

func TestPrepareVerdict(t *testing.T) {
	theCase, complaint := corpus.NewID(corpus.CasePrefix), corpus.NewID(corpus.ComplaintPrefix)
	query := "q_" + strings.Repeat("0", 32)
	for _, v := range []corpus.Verdict{
		{QueryID: query, CaseID: theCase, Verdict: corpus.Helped},
		{ComplaintID: complaint, CaseID: theCase, Verdict: corpus.Dismissed, By: "agent@example.com"},
	} {
		before := v
		require.NoError(t, v.Prepare())
		assert.Equal(t, before, v)
	}
	for _, c := range []struct {
		given corpus.Verdict
		want  []string
	}{
		{corpus.Verdict{}, []string{"query_id required", "case_id required", "verdict required"}},
		{corpus.Verdict{QueryID: query, ComplaintID: complaint, CaseID: theCase, Verdict: corpus.Helped}, []string{"complaint_id not_allowed"}},
		{corpus.Verdict{QueryID: "q_1", CaseID: "c_1", Verdict: "good"}, []string{"query_id invalid", "case_id invalid", "verdict not_allowed"}},
		{corpus.Verdict{ComplaintID: theCase, CaseID: theCase, Verdict: corpus.Helped, By: strings.Repeat("x", 501)}, []string{"complaint_id invalid", "by too_long"}},
	} {
		assertRefused(t, c.given.Prepare(), c.want)
	}
}

// TestPrepareTwice: what was prepared is left as it is, whatever it was made of.
func TestPrepareTwice(t *testing.T) {
	again := func(c corpus.Case) bool {
		first := c.Prepare()
		before, _ := json.Marshal(c)
		second := c.Prepare()
		after, _ := json.Marshal(c)
		return assert.Equal(t, string(before), string(after)) && assert.Equal(t, first, second)
	}
	require.NoError(t, quick.Check(func(title, resolution, cause, author string, wordings, tags []string, language string) bool {
		return again(corpus.Case{Title: title, Resolution: resolution, Cause: cause, Author: author, Wordings: wordings, Tags: tags, Language: language,
			Known: &corpus.KnownCase{Handler: cause, TellCustomer: title}})
	}, &quick.Config{MaxCount: 150}))
	for _, s := range []string{"\r\x00\n13800138000\t", "a@b.cn13800138000", "\ufeff x", " \u2028"} {
		again(corpus.Case{Title: s, Wordings: []string{s, s + s}, Resolution: s, Author: s})
	}
}

func TestCallerReads(t *testing.T) {
	public := corpus.Case{State: corpus.Published, Audience: corpus.Public}
	for _, c := range []struct {
		who   corpus.Caller
		state corpus.State
		of    corpus.Audience
		may   bool
	}{
		{corpus.PublicCaller(), corpus.Published, corpus.Public, true},
		{corpus.PublicCaller(), corpus.Draft, corpus.Public, false},
		{corpus.PublicCaller(), corpus.Published, corpus.Agent, false},
		{corpus.Caller{Audiences: []corpus.Audience{corpus.Public, corpus.Agent}, Staff: true}, corpus.Known, corpus.Agent, true},
		{corpus.Caller{Audiences: []corpus.Audience{corpus.Public, corpus.Agent}, Staff: true}, corpus.Published, corpus.Engineer, false},
		{corpus.LocalCaller(), corpus.Retired, corpus.Engineer, true},
		{corpus.Caller{}, corpus.Published, corpus.Public, false},
	} {
		k := public
		k.State, k.Audience = c.state, c.of
		assert.Equal(t, c.may, c.who.MayRead(k), "%+v", c)
	}
	assert.NotContains(t, corpus.LocalCaller().States(), corpus.Retired)
	assert.Equal(t, []corpus.State{corpus.Published}, corpus.PublicCaller().States())
	assert.False(t, corpus.Audience("").Valid())
	assert.True(t, reflect.DeepEqual(corpus.LocalCaller().Audiences, corpus.Audiences[:]))
}
