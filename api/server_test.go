package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A request that is under way when the server stops gets its answer; /readyz
// says meanwhile that no more should come, and nothing more is taken.
func TestStoppingFinishesWhatIsUnderWay(t *testing.T) {
	s := start(t)
	body := `{"wordings":["691"],"resolution":"` + strings.Repeat("a", 1000) + `"}`
	conn, err := net.Dial("tcp", s.url[len("http://"):])
	require.NoError(t, err)
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		casesPath, len(body), body[:500])
	require.Eventually(t, func() bool { // the handler has begun: it waits for the body
		return strings.Contains(string(s.do("GET", "/metrics", nil).body), "precedent_http_under_way 1")
	}, 5*time.Second, 5*time.Millisecond)

	stopped := make(chan error, 1)
	go func() { stopped <- s.stop() }()
	require.Eventually(t, func() bool { return s.do("GET", "/readyz", nil).status == 503 }, 5*time.Second, 5*time.Millisecond)
	r := s.do("POST", searchPath, obj{"text": "691"})
	require.Equal(t, 503, r.status)
	require.Equal(t, "/problems/stopping", r.problem(t).Type)
	require.Equal(t, "1", r.header.Get("Retry-After"))
	require.Contains(t, jsonField(t, s.do("GET", "/readyz", nil), "missing"), "stopping")
	select {
	case err := <-stopped:
		t.Fatalf("stopped with a request under way: %v", err)
	default:
	}

	_, err = io.WriteString(conn, body[500:])
	require.NoError(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	require.Equal(t, 201, resp.StatusCode)
	require.NoError(t, <-stopped)
	_, err = net.Dial("tcp", s.url[len("http://"):])
	require.Error(t, err, "the port is still open")
}

func TestReadinessTellsHowFarTheIndexIs(t *testing.T) {
	s := start(t)
	w := s.record(others[0])
	s.find("充不进电", w.Seq)
	r := s.do("GET", "/readyz", nil)
	require.Equal(t, 200, r.status)
	require.JSONEq(t, fmt.Sprintf(`{"ready":true,"store_seq":%d,"index_seq":%d,"behind":0,"missing":[]}`, w.Seq, w.Seq), string(r.body))
	require.JSONEq(t, `{"status":"ok","version":"test"}`, string(s.do("GET", "/healthz", nil).body))
}

func TestMeasures(t *testing.T) {
	s := start(t)
	w := s.record(others[0])
	s.find("充不进电", w.Seq)
	s.do("GET", "/somewhere", nil)
	r := s.do("GET", "/metrics", nil)
	require.Equal(t, 200, r.status)
	for _, want := range []string{
		`precedent_http_request_seconds_count{method="POST",route="/api/v1/cases",status="201"} 1`,
		`precedent_http_request_seconds_count{method="GET",route="none",status="404"} 1`,
		`precedent_search_seconds_count{found="true",legs="words"} 1`,
		`precedent_searches_cancelled_total 0`,
		`precedent_store_cases{state="published"} 1`,
		`precedent_index_documents 1`,
		`precedent_index_lag_changes 0`,
		`precedent_build_info{version="test"} 1`,
		"precedent_index_postings ", "precedent_index_heap_bytes ", "precedent_index_bytes_per_posting ",
		"precedent_search_cache_hits_total ", "precedent_search_cache_misses_total ", "precedent_index_disk_bytes ", "go_goroutines ", "process_open_fds ",
	} {
		require.Contains(t, string(r.body), want)
	}
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	s := start(t)
	w := s.record(others[0])
	resp, err := http.Head(s.url + casesPath + "/" + w.ID)
	require.NoError(t, err)
	require.Equal(t, 200, resp.StatusCode)
	require.Equal(t, `"1"`, resp.Header.Get("ETag"))
	raw, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Empty(t, raw)
}
