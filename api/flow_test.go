package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"precedent/corpus"
)

const (
	dialError = "宽带连不上，电脑提示错误 691，光猫灯都正常"
	dialFix   = "1. 核对宽带账号和密码。\n2. 在路由器里重新填写并保存。\n3. 仍报 691 时解除账号绑定后重拨。"
)

// others are cases that must not come before the one looked for.
var others = []obj{
	{"wordings": []string{"手机充不进电，插上没反应"}, "resolution": "更换充电线，清洁充电口。"},
	{"wordings": []string{"宽带晚上网速很慢，看视频卡"}, "resolution": "测速后调整信道，必要时换 5G 频段。"},
	{"wordings": []string{"Wi-Fi 密码忘了怎么办"}, "resolution": "登录路由器后台查看或重设密码。"},
	{"wordings": []string{"I was charged twice this month"}, "resolution": "Refund the second charge."},
}

func TestARecordedFixIsFoundFirst(t *testing.T) {
	s := start(t)
	for _, o := range others {
		s.record(o)
	}
	began := time.Now()
	w := s.record(obj{"wordings": []string{dialError}, "resolution": dialFix, "product": "宽带"})
	for _, text := range []string{dialError, "上网拨号老是报 691"} {
		found := s.find(text, w.Seq)
		require.NotEmpty(t, found.Matches)
		best := found.Matches[0]
		require.Equal(t, w.ID, best.CaseID, text)
		require.Equal(t, dialFix, best.Resolution)
		require.Equal(t, corpus.Published, best.State)
		require.Positive(t, best.Score)
		require.NotEmpty(t, best.Evidence.Terms)
		for _, term := range best.Evidence.Terms {
			for _, span := range term.Text {
				require.Less(t, span.Start, span.End)
				require.LessOrEqual(t, span.End, len([]rune(text)))
			}
		}
		require.Equal(t, "zh", found.Language)
	}
	require.Less(t, time.Since(began), time.Second)
}

func TestChangingACase(t *testing.T) {
	s := start(t)
	r := s.do("POST", "/api/v1/cases", obj{"wordings": []string{dialError}, "resolution": dialFix, "model": "HG8245H5", "external_id": "K-1"})
	require.Equal(t, 201, r.status)
	var w written
	r.into(t, &w)
	path := "/api/v1/cases/" + w.ID
	require.Equal(t, path, r.header.Get("Location"))
	require.Equal(t, `"1"`, r.header.Get("ETag"))

	r = s.do("GET", path, nil)
	require.Equal(t, 200, r.status)
	require.Equal(t, `"1"`, r.header.Get("ETag"))
	var k obj
	r.into(t, &k)
	require.Equal(t, []any{"HG8245H5"}, k["models"])

	k["title"] = "宽带拨号报错 691"
	require.Equal(t, 428, s.do("PUT", path, k).status)
	r = s.do("PUT", path, k, "If-Match", `"1"`)
	require.Equal(t, 200, r.status, "%s", r.body)
	require.Equal(t, `"2"`, r.header.Get("ETag"))
	require.Equal(t, 412, s.do("PUT", path, k, "If-Match", `"1"`).status)
	require.Equal(t, 412, s.do("PUT", path, k, "If-Match", `"none"`).status)

	var history struct{ Versions []corpus.CaseVersion }
	r = s.do("GET", path+"/history", nil)
	require.Equal(t, 200, r.status)
	r.into(t, &history)
	require.Len(t, history.Versions, 2)
	require.Equal(t, "宽带拨号报错 691", history.Versions[0].Case.Title)
	require.Empty(t, history.Versions[1].Case.Title)
	require.Equal(t, "local", history.Versions[0].By)
	require.Equal(t, "update", history.Versions[0].Action)
	require.Equal(t, "K-1", history.Versions[0].Case.ExternalID)

	other := s.record(others[0])
	k["id"] = other.ID
	require.Equal(t, "other_record", s.do("PUT", path, k, "If-Match", `"2"`).problem(t).Errors[0].Code)
	k["id"], k["external_id"] = w.ID, "K-2"
	require.Equal(t, "fixed", s.do("PUT", path, k, "If-Match", `"2"`).problem(t).Errors[0].Code)
}

func TestTwoEditorsCannotOverwriteEachOther(t *testing.T) {
	s := start(t)
	w := s.record(obj{"wordings": []string{dialError}, "resolution": dialFix})
	statuses := atOnce(8, func(i int) int {
		return s.do("PUT", "/api/v1/cases/"+w.ID, obj{"title": fmt.Sprint(i), "wordings": []string{dialError}, "resolution": dialFix}, "If-Match", `"1"`).status
	})
	require.Equal(t, map[int]int{200: 1, 412: 7}, statuses)
}

func TestARetiredCaseIsFoundNoMore(t *testing.T) {
	s := start(t)
	w := s.record(obj{"wordings": []string{dialError}, "resolution": dialFix})
	require.NotEmpty(t, s.find(dialError, w.Seq).Matches)
	require.Equal(t, 412, s.do("POST", "/api/v1/cases/"+w.ID+"/retire", nil, "If-Match", `"7"`).status)
	r := s.do("POST", "/api/v1/cases/"+w.ID+"/retire", nil)
	require.Equal(t, 200, r.status, "%s", r.body)
	r.into(t, &w)
	require.Equal(t, 2, w.Version)
	require.Empty(t, s.find(dialError, w.Seq).Matches)
	require.Equal(t, 200, s.do("GET", "/api/v1/cases/"+w.ID, nil).status)
}

func TestAComplaintEarnsAFixThatTheNextOneFinds(t *testing.T) {
	s := start(t)
	r := s.do("POST", "/api/v1/complaints", obj{"text": dialError + "，我的电话 13812345678", "channel": "phone", "product": "宽带", "customer": "K-2047"})
	require.Equal(t, 201, r.status, "%s", r.body)
	require.JSONEq(t, "[]", jsonField(t, r, "matches"))
	var w written
	r.into(t, &w)
	path := "/api/v1/complaints/" + w.ID
	require.Equal(t, path, r.header.Get("Location"))

	var p corpus.Complaint
	s.do("GET", path, nil).into(t, &p)
	require.Equal(t, corpus.Open, p.Status)
	require.NotContains(t, p.Text, "13812345678")

	r = s.do("POST", path+"/resolution", obj{"resolution": dialFix, "title": "宽带 691"})
	require.Equal(t, 201, r.status, "%s", r.body)
	var fix written
	r.into(t, &fix)
	require.Equal(t, "/api/v1/cases/"+fix.CaseID, r.header.Get("Location"))
	require.Equal(t, fix.CaseID, s.find("拨号报错 691", fix.Seq).Matches[0].CaseID)
	s.do("GET", path, nil).into(t, &p)
	require.Equal(t, corpus.Answered, p.Status)
	require.Equal(t, fix.CaseID, p.CaseID)

	r = s.do("POST", "/api/v1/complaints", obj{"text": "错误 691 上不了网"})
	var next written
	r.into(t, &next)
	require.Contains(t, jsonField(t, r, "matches"), fix.CaseID)
	r = s.do("POST", "/api/v1/complaints/"+next.ID+"/resolution", obj{"case_id": fix.CaseID})
	require.Equal(t, 201, r.status, "%s", r.body)
	require.Equal(t, 2, s.find("拨号报错 691", 0).Matches[0].Tally.Attached)
}

func TestVerdictsCountUntilUndone(t *testing.T) {
	s := start(t)
	w := s.record(obj{"wordings": []string{dialError}, "resolution": dialFix})
	found := s.find(dialError, w.Seq)
	r := s.do("POST", "/api/v1/verdicts", obj{"query_id": found.QueryID, "case_id": w.ID, "verdict": "helped"})
	require.Equal(t, 201, r.status, "%s", r.body)
	var v written
	r.into(t, &v)
	require.Equal(t, 1, s.find(dialError, 0).Matches[0].Tally.Helped)

	path := "/api/v1/verdicts/" + v.ID
	require.Equal(t, path, r.header.Get("Location"))
	require.Equal(t, 204, s.do("DELETE", path, nil).status)
	require.Equal(t, 409, s.do("DELETE", path, nil).status)
	require.Equal(t, 404, s.do("DELETE", "/api/v1/verdicts/"+corpus.NewID(corpus.VerdictPrefix), nil).status)
	require.Equal(t, 0, s.find(dialError, 0).Matches[0].Tally.Helped)
}

func TestKnownCasesAreFoundAndMarked(t *testing.T) {
	s := start(t)
	w := s.record(obj{"wordings": []string{"升级以后蓝牙耳机老是断"}, "state": "known",
		"known": obj{"handler": "engineer", "due_at": "2026-02-10T18:00:00+08:00", "tell_customer": "问题已确认，正在修复。"}})
	best := s.find("蓝牙耳机断连", w.Seq).Matches[0]
	require.Equal(t, corpus.Known, best.State)
	require.Equal(t, "问题已确认，正在修复。", best.Known.TellCustomer)
	require.Equal(t, "2026-02-10T10:00:00Z", best.Known.DueAt.UTC().Format(time.RFC3339))
}

func TestASearchWithNothingToFind(t *testing.T) {
	s := start(t)
	s.record(others[0])
	r := s.do("POST", "/api/v1/search", obj{"text": "，。！？……"})
	require.Equal(t, 200, r.status)
	require.JSONEq(t, "[]", jsonField(t, r, "matches"))
}

func TestASearchDoesNotWaitForeverForAWrite(t *testing.T) {
	s := start(t)
	began := time.Now()
	r := s.do("POST", "/api/v1/search", obj{"text": "691", "min_seq": 1_000_000})
	require.Equal(t, 200, r.status)
	require.WithinRange(t, time.Now(), began.Add(1900*time.Millisecond), began.Add(4*time.Second))
}

func TestARetryRecordsOnce(t *testing.T) {
	s := start(t)
	fix := obj{"wordings": []string{dialError}, "resolution": dialFix}
	target := s.record(obj{"wordings": []string{"打不开网页"}, "resolution": "重启路由器。"})
	query := s.find("打不开网页", target.Seq).QueryID
	var complaint written
	s.do("POST", "/api/v1/complaints", obj{"text": "打不开网页"}).into(t, &complaint)
	var verdict written
	s.do("POST", "/api/v1/verdicts", obj{"complaint_id": complaint.ID, "case_id": target.ID, "verdict": "dismissed"}).into(t, &verdict)
	writes := []struct {
		name, method, path string
		body               any
	}{
		{"case", "POST", "/api/v1/cases", fix},
		{"complaint", "POST", "/api/v1/complaints", obj{"text": dialError}},
		{"resolution", "POST", "/api/v1/complaints/" + complaint.ID + "/resolution", fix},
		{"verdict", "POST", "/api/v1/verdicts", obj{"query_id": query, "case_id": target.ID, "verdict": "helped"}},
		{"undo", "DELETE", "/api/v1/verdicts/" + verdict.ID, nil},
		{"change", "PUT", "/api/v1/cases/" + target.ID, fix},
		{"retire", "POST", "/api/v1/cases/" + target.ID + "/retire", nil},
	}
	version := map[string]string{"change": `"1"`, "retire": `"2"`}
	for _, w := range writes {
		t.Run(w.name, func(t *testing.T) {
			s := &service{t: t, url: s.url}
			first := s.do(w.method, w.path, w.body, "Idempotency-Key", "key-"+w.name, "If-Match", version[w.name])
			require.Less(t, first.status, 300, "%s", first.body)
			require.Empty(t, first.header.Get("Idempotency-Replayed"))
			again := s.do(w.method, w.path, w.body, "Idempotency-Key", "key-"+w.name, "If-Match", version[w.name])
			require.Equal(t, first.status, again.status, "%s", again.body)
			require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
			require.Equal(t, first.header.Get("Location"), again.header.Get("Location"))
			require.Equal(t, first.header.Get("ETag"), again.header.Get("ETag"))
			if w.name == "complaint" {
				require.Equal(t, jsonField(t, first, "id"), jsonField(t, again, "id"))
				require.Equal(t, jsonField(t, first, "seq"), jsonField(t, again, "seq"))
			} else {
				require.Equal(t, string(first.body), string(again.body))
			}
		})
	}
	r := s.do("POST", "/api/v1/cases", obj{"wordings": []string{"另一个"}, "resolution": dialFix}, "Idempotency-Key", "key-case")
	require.Equal(t, 422, r.status)
	require.Equal(t, "/problems/key-reused", r.problem(t).Type)
}

func TestRetriesAtOnceRecordOnce(t *testing.T) {
	s := start(t)
	var mu sync.Mutex
	bodies := map[string]int{}
	statuses := atOnce(16, func(int) int {
		r := s.do("POST", "/api/v1/cases", obj{"wordings": []string{dialError}, "resolution": dialFix}, "Idempotency-Key", "same")
		mu.Lock()
		defer mu.Unlock()
		bodies[string(r.body)]++
		return r.status
	})
	require.Equal(t, map[int]int{201: 16}, statuses)
	require.Len(t, bodies, 1)
	counts, err := s.store.CountCases(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, counts[corpus.Published])
}

// atOnce calls f n times at once and counts the statuses it returns.
func atOnce(n int, f func(i int) int) map[int]int {
	var mu sync.Mutex
	var wg sync.WaitGroup
	counts := map[int]int{}
	for i := range n {
		wg.Go(func() {
			status := f(i)
			mu.Lock()
			defer mu.Unlock()
			counts[status]++
		})
	}
	wg.Wait()
	return counts
}

func jsonField(t *testing.T, r reply, name string) string {
	t.Helper()
	var fields map[string]rawJSON
	r.into(t, &fields)
	return string(fields[name])
}

type rawJSON []byte

func (r *rawJSON) UnmarshalJSON(b []byte) error { *r = append((*r)[:0], b...); return nil }

func TestLogsHoldNoPersonalData(t *testing.T) {
	s := start(t)
	s.do("POST", "/api/v1/search", obj{"text": "我的电话 13812345678 连不上网"})
	s.send(s.request("GET", "/api/v1/cases/13812345678?phone=13812345678", nil))
	s.send(s.request("POST", "/api/v1/search", []byte(`{"text": 13812345678}`)))
	require.NotContains(t, s.log.String(), "13812345678")
	require.Equal(t, 1, strings.Count(s.log.String(), `"status":404`))
	require.Contains(t, s.log.String(), `"route":"`+"/api/v1/search"+`"`)
	require.Equal(t, http.StatusOK, s.do("GET", "/metrics", nil).status)
}
