package api_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"precedent/corpus"
	"precedent/search"
)

// measured reads a value of /metrics; 0 while there is none.
func (s *service) measured(name string) float64 {
	s.t.Helper()
	m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + ` (\S+)$`).FindSubmatch(s.do("GET", "/metrics", nil).body)
	if m == nil {
		return 0
	}
	v, err := strconv.ParseFloat(string(m[1]), 64)
	require.NoError(s.t, err)
	return v
}

// like records n cases about one line that fails, and waits until all are found.
func (s *service) like(n int) {
	s.t.Helper()
	talk := strings.Repeat("电话打不通，套餐变更，上门安装，", 60)
	cases := make([]corpus.Case, n)
	for i := range cases {
		cases[i] = corpus.Case{Wordings: []string{fmt.Sprintf("宽带断线第%d次，光猫红灯，上不了网，%s", i, talk)}, Resolution: "重启光猫，检查线路"}
	}
	_, err := s.store.PutCases(s.t.Context(), corpus.Write{Caller: corpus.LocalCaller(), Action: "import"}, cases)
	require.NoError(s.t, err)
	seq, err := s.store.LastSeq(s.t.Context())
	require.NoError(s.t, err)
	require.Eventually(s.t, func() bool { return s.measured("precedent_index_seq") == float64(seq) }, 3*time.Minute, 20*time.Millisecond)
}

// transcript is a whole call, another one for each n.
func transcript(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < 3*search.MaxText; i++ {
		fmt.Fprintf(&b, "客户：宽带断线%d次，光猫红灯，上不了网，电话打不通，套餐变更%c。\n", n+i, rune(0x4e00+(n+i)*7%20_000))
	}
	return string([]rune(b.String())[:search.MaxText])
}

// A search whose reader hangs up ends early, and is no failure of the server.
func TestWhoHangsUpStopsTheSearch(t *testing.T) {
	s := start(t)
	s.like(1000)
	const calls, most = 4, 60
	route := `{method="POST",route="/api/v1/search",status="%d"}`
	for n := range calls {
		r := s.send(s.request("POST", searchPath, obj{"text": transcript(n), "limit": search.MaxLimit}))
		require.Equal(t, http.StatusOK, r.status)
	}
	before := s.measured("precedent_searches_cancelled_total")
	cancelled := func() float64 { return s.measured("precedent_searches_cancelled_total") - before }
	for n := 0; cancelled() < calls/2; n++ {
		require.Less(t, n, most, "searches went on after their readers hung up")
		req := s.request("POST", searchPath, obj{"text": transcript(100 + n), "limit": search.MaxLimit})
		ctx, hangUp := context.WithTimeout(t.Context(), 10*time.Millisecond)
		_, err := http.DefaultClient.Do(req.WithContext(ctx))
		hangUp()
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Eventually(t, func() bool { return s.measured("precedent_http_under_way") == 0 }, time.Minute, 5*time.Millisecond)
	}
	average := func(status int) float64 {
		name := "precedent_http_request_seconds_%s" + fmt.Sprintf(route, status)
		return s.measured(fmt.Sprintf(name, "sum")) / s.measured(fmt.Sprintf(name, "count"))
	}
	t.Logf("a whole search took %.0f ms, one whose reader hung up after 10 ms %.0f ms", 1000*average(200), 1000*average(499))
	require.Zero(t, s.measured("precedent_http_request_seconds_count"+fmt.Sprintf(route, 500)))
	require.Zero(t, s.measured("precedent_http_request_seconds_count"+fmt.Sprintf(route, 503)))
	require.NotContains(t, s.log.String(), `"level":"ERROR"`)
}
