package web_test

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/corpus"
	"precedent/corpus/demo"
)

var confidenceShown = regexp.MustCompile(`(?s)<span class="confidence (\w+)".*?class="share" width="(\d+)"`)

// confidences are the levels of the matches that a script gets, as places in
// likely, possible, slight, and the widths of their bars.
func (p page) confidences(t *testing.T) (levels, shares []int) {
	t.Helper()
	for _, row := range strings.Split(p.body, `<li class="match"`)[1:] {
		m := confidenceShown.FindStringSubmatch(row)
		require.NotNil(t, m)
		share, err := strconv.Atoi(m[2])
		require.NoError(t, err)
		levels = append(levels, slices.Index([]string{"likely", "possible", "slight"}, m[1]))
		shares = append(shares, share)
	}
	return levels, shares
}

// On the demo cases most right first matches are likely, hardly a wrong one
// is, neither the word nor the bar rises down a list, and small talk is like
// nothing.
func TestConfidence(t *testing.T) {
	s := newSite(t)
	s.demo()
	v := s.visitor("en")
	v.script = true
	queries, err := demo.Queries()
	require.NoError(t, err)
	ids := make(map[string]string) // by external id
	require.NoError(t, s.store.EachCase(t.Context(), s.who, func(c corpus.Case) error {
		ids[c.ExternalID] = c.ID
		return nil
	}))
	right, likely, wrong := 0, 0, 0
	for _, q := range queries {
		p := v.post("/desk/matches", url.Values{"text": {q.Text}})
		levels, shares := p.confidences(t)
		assert.True(t, slices.IsSorted(levels), q.Text)
		assert.IsNonIncreasing(t, append([]int{101}, shares...), q.Text)
		wanted := ids[q.Case]
		for i, id := range p.ids() {
			switch {
			case id == wanted && i == 0:
				right++
				if levels[i] == 0 {
					likely++
				}
			case id != wanted && levels[i] == 0:
				wrong++
			}
		}
	}
	t.Logf("%d right first matches, %d of them likely; %d wrong matches likely", right, likely, wrong)
	assert.GreaterOrEqual(t, float64(likely), 0.7*float64(right))
	assert.LessOrEqual(t, wrong, 3)

	for _, text := range []string{"你好", "您好", "好的", "嗯嗯", "谢谢", "稍等一下", "我想问一下", "中午吃什么", "今天天气怎么样", "我的猫不吃饭了", "你们几点下班",
		"hello", "yes", "ok", "thank you very much", "my cat won't eat"} {
		levels, _ := v.post("/desk/matches", url.Values{"text": {text}}).confidences(t)
		if len(levels) > 0 {
			assert.Equal(t, 2, levels[0], "%s is slight at most", text)
		}
	}
	for _, code := range []string{"691", "E-691", "错误691"} {
		levels, _ := v.post("/desk/matches", url.Values{"text": {code}}).confidences(t)
		require.NotEmpty(t, levels, code)
		assert.Zero(t, levels[0], "%s alone is likely", code)
	}
}
