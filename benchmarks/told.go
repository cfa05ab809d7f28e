package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
)

// told is a server that finds by meaning too, what was recorded on it, and
// complaints whose answers must stay what they are.
type told struct {
	program program
	data    string
	said    clauses
	texts   []string // asked again and again
	server  *server
	next    atomic.Int64
	all     []record
}

// newTold records enough cases for the complaints to have answers.
func newTold(ctx context.Context, p program, data string, cases int) (_ *told, err error) {
	t := &told{program: p, data: data}
	if t.said, err = readClauses("."); err != nil {
		return nil, err
	}
	const complaints = 20
	for i := range complaints {
		t.texts = append(t.texts, t.said.complaint(i, 1))
	}
	if t.server, err = p.serve(ctx, data); err != nil {
		return nil, err
	}
	w := &writers{next: &t.next, said: &t.said, most: int64(cases)}
	w.run(ctx, t.server, 4)
	if len(w.acked) < cases {
		return nil, errors.Join(fmt.Errorf("%d of %d cases were recorded", len(w.acked), cases), errors.Join(w.refused...))
	}
	t.all = w.acked
	return t, nil
}

// meaning is whether the program has models.
func (t *told) meaning() bool { return t.program.models != "" }

// restart ends the server without a word and starts it again.
func (t *told) restart(ctx context.Context) (err error) {
	t.server.kill()
	t.server, err = t.program.serve(ctx, t.data)
	return err
}

// level waits until every change can be found by its meaning.
func (t *told) level(ctx context.Context) error {
	if !t.meaning() {
		return nil
	}
	seq, err := t.server.metric(ctx, "precedent_store_seq")
	if err != nil {
		return err
	}
	return t.server.embedded(ctx, int64(seq))
}

// answers asks all complaints and returns the ids and scores found, in order.
func (t *told) answers(ctx context.Context) (all [][]string, err error) {
	for _, text := range t.texts {
		var f struct {
			Matches []struct {
				CaseID string `json:"case_id"`
				Score  float64
			}
		}
		if err := t.server.post(ctx, "/api/v1/search", "", map[string]any{"text": text, "limit": 20}, &f); err != nil {
			return nil, err
		}
		var found []string
		for _, m := range f.Matches {
			found = append(found, fmt.Sprintf("%s %.9f", m.CaseID, m.Score))
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("nothing was found for %q", text)
		}
		all = append(all, found)
	}
	return all, nil
}

// same compares answers with those of before.
func (t *told) same(ctx context.Context, before [][]string) error {
	now, err := t.answers(ctx)
	if err != nil {
		return err
	}
	for i := range before {
		if !slices.Equal(before[i], now[i]) {
			return fmt.Errorf("%q found %v and now finds %v", t.texts[i], before[i], now[i])
		}
	}
	return nil
}

// checkMeaning asks for what each record says, by meaning alone.
func (t *told) checkMeaning(ctx context.Context, records []record) error {
	if !t.meaning() {
		return nil
	}
	for _, r := range records {
		var f found
		if err := t.server.post(ctx, "/api/v1/search", "", map[string]any{"text": r.wording, "limit": 5, "legs": "meaning"}, &f); err != nil {
			return err
		}
		if ids := f.ids(); !slices.Contains(ids, r.id) || f.Legs != "meaning" {
			return fmt.Errorf("%s is not found by its meaning, by %s: %v for %q", r.id, f.Legs, ids, r.wording)
		}
	}
	return nil
}
