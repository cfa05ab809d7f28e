package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// record is one case a writer tries to record. Its code is in its text and in
// no other record's, so that a search for it shows whether it is there, and
// there once.
type record struct {
	code    string
	wording string // "" for one that is like all others but for the code
	id      string // set once the server acknowledged it
}

func (r record) body() map[string]any {
	if r.wording != "" {
		return map[string]any{
			"title":      "报错 " + r.code,
			"wordings":   []string{r.wording},
			"resolution": "清除错误 " + r.code + " 并重启设备",
		}
	}
	return map[string]any{
		"title":      "路由器报错 " + r.code,
		"wordings":   []string{"客户说路由器一直报错 " + r.code + "，重启之后还是上不了网", "router shows error " + r.code},
		"resolution": "1. 进入管理页面\n2. 清除错误 " + r.code + "\n3. 重启设备并确认指示灯为绿色",
	}
}

// writers post records from several goroutines until each meets an error.
type writers struct {
	mu      sync.Mutex
	acked   []record
	doubt   []record // sent, with no answer or a refusal
	refused []error
	next    *atomic.Int64
	most    int64    // next goes no further; 0 for no end
	said    *clauses // what each record says in words of its own; nil for nothing
}

func (w *writers) run(ctx context.Context, s *server, n int) {
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			for ctx.Err() == nil {
				if !w.one(ctx, s) {
					return
				}
			}
		})
	}
	group.Wait()
}

func (w *writers) one(ctx context.Context, s *server) bool {
	n := w.next.Add(1)
	if w.most > 0 && n > w.most {
		return false
	}
	r := record{code: fmt.Sprintf("QK%07d", n)}
	if w.said != nil {
		r.wording = w.said.casesOf(int(n), int(n)+1, 1)[0].Wordings[0]
	}
	id, err := s.record(ctx, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.doubt = append(w.doubt, r)
		if refusal := (*answerError)(nil); errors.As(err, &refusal) {
			w.refused = append(w.refused, err)
		}
		return false
	}
	r.id = id
	w.acked = append(w.acked, r)
	return true
}

// record posts a record; its code is the idempotency key, so that posting it
// again records nothing twice.
func (s *server) record(ctx context.Context, r record) (id string, err error) {
	var reply struct{ ID string }
	err = s.post(ctx, "/api/v1/cases", r.code, r.body(), &reply)
	return reply.ID, err
}

// settle posts again what was in doubt: now it must be acknowledged.
func (w *writers) settle(ctx context.Context, s *server) error {
	for _, r := range w.doubt {
		id, err := s.record(ctx, r)
		if err != nil {
			return fmt.Errorf("posting %s again: %w", r.code, err)
		}
		r.id = id
		w.acked = append(w.acked, r)
	}
	w.doubt = nil
	return nil
}

// check holds every record against the server: it can be read, a search for
// its words finds it first, and no other record has its code.
func check(ctx context.Context, s *server, records []record) error {
	for _, r := range records {
		var c struct {
			ID    string
			Title string
		}
		if err := s.get(ctx, "/api/v1/cases/"+r.id, &c); err != nil {
			return fmt.Errorf("%s was acknowledged as %s and can't be read: %w", r.code, r.id, err)
		}
		var found struct {
			Matches []struct {
				CaseID string `json:"case_id"`
				Title  string
			}
		}
		if err := s.post(ctx, "/api/v1/search", "", map[string]any{"text": r.code, "limit": 5, "legs": "words"}, &found); err != nil {
			return err
		}
		copies := 0
		for _, m := range found.Matches {
			if m.Title == c.Title {
				copies++
			}
		}
		if len(found.Matches) == 0 || found.Matches[0].CaseID != r.id || copies != 1 {
			return fmt.Errorf("a search for %s finds %d copies, and first %v; want %s once", r.code, copies, found.Matches, r.id)
		}
	}
	return nil
}
