package search

import (
	"context"
	"log/slog"
	"time"

	"precedent/corpus"
	"precedent/indexer"
	"precedent/indexer/segment"
)

// Config is what an Engine works with. All fields are required unless said.
type Config struct {
	Store     corpus.Store
	Index     indexer.Index
	Segmenter *segment.Segmenter
	Level     Level            // tells when the index holds a change
	Meaning   *Meaning         // the other leg; nil ranks by words alone
	Log       Log              // keeps what was asked; nil keeps nothing
	Now       func() time.Time // nil means time.Now
	Logger    *slog.Logger     // nil means slog.Default
}

// Level waits until the index holds a change; an indexer.Follower does.
type Level interface {
	WaitFor(ctx context.Context, seq int64) error
}

// Log keeps what was asked, for learning and for measures. Record must not
// block; the query's text is masked already.
type Log interface {
	Record(q corpus.Query)
}

// Engine answers requests. It is safe for concurrent use.
type Engine struct {
	Config
	secret  []byte
	vectors *vectorCache // nil without Meaning
	answers *answerCache
}

// New returns an engine. It reads the store's secret, which proves query ids.
func New(ctx context.Context, c Config) (*Engine, error) {
	secret, err := c.Store.Secret(ctx)
	if err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	e := &Engine{Config: c, secret: secret, answers: newAnswerCache()}
	if c.Meaning != nil {
		e.vectors = newVectorCache(c.Meaning.Embedder)
	}
	return e, nil
}

// KnowsQuery reports whether id is the QueryID of an answer of this store's
// engine.
func (e *Engine) KnowsQuery(id string) bool { return corpus.ProvenQueryID(e.secret, id) }

// Search returns the cases that answer the request best, as far as the caller
// may find them. A text without a term that can be searched has no matches.
// It returns *corpus.InvalidError when the request is out of its limits.
func (e *Engine) Search(ctx context.Context, who corpus.Caller, r Request) (Response, error) {
	start := e.Now()
	if err := r.validate(); err != nil {
		return Response{}, err
	}
	if r.MinSeq > 0 {
		e.waitFor(ctx, r.MinSeq)
	}
	now, err := e.state(ctx)
	if err != nil {
		return Response{}, err
	}
	key := keyOf(who, r)
	out, known := e.answers.get(key, now)
	masked, hidden := corpus.Mask(r.Text)
	if !known {
		if out, err = e.answer(ctx, who, r, masked, hidden); err != nil {
			return Response{}, err
		}
		e.answers.add(key, now, out)
	}
	out.QueryID = corpus.NewQueryID(e.secret)
	out.Took = e.Now().Sub(start)
	e.record(who, r, masked, start, out)
	return out, nil
}

// answer finds the matches for a masked text.
func (e *Engine) answer(ctx context.Context, who corpus.Caller, r Request, masked string, hidden []corpus.Masked) (Response, error) {
	asked, err := e.ask(ctx, masked)
	if err != nil {
		return Response{}, err
	}
	if r.Typing {
		if err := e.complete(ctx, &asked); err != nil {
			return Response{}, err
		}
	}
	found, err := e.find(ctx, who, asked, r)
	if err != nil {
		return Response{}, err
	}
	witness := newWitness(e.Segmenter, asked, found.stats, newRuler(r.Text, hidden))
	matches, err := e.matches(ctx, who, witness, found.candidates)
	if err != nil {
		return Response{}, err
	}
	return Response{Language: segment.Language(masked), IndexSeq: found.seq, Legs: found.legs, Matches: matches}, nil
}

// waitFor gives the index WaitForSeq to reach a change; a search answers from
// what the index has when that is not enough.
func (e *Engine) waitFor(ctx context.Context, seq int64) {
	ctx, cancel := context.WithTimeout(ctx, WaitForSeq)
	defer cancel()
	if err := e.Level.WaitFor(ctx, seq); err != nil {
		e.Logger.InfoContext(ctx, "answering from an index that is behind", "min_seq", seq, "reason", err)
	}
}

// matches loads the cases that were found and finds the evidence for each. A case
// that changed hands since it was indexed, so that the caller may no longer
// read it, is left out.
func (e *Engine) matches(ctx context.Context, who corpus.Caller, witness *witness, found []candidate) ([]Match, error) {
	ids := make([]string, len(found))
	byID := make(map[string]candidate, len(found))
	for i, f := range found {
		ids[i], byID[f.id] = f.id, f
	}
	cases, err := e.Store.Cases(ctx, who, ids)
	if err != nil {
		return nil, err
	}
	tallies, err := e.Store.Tallies(ctx, who, ids)
	if err != nil {
		return nil, err
	}
	matches := make([]Match, 0, len(cases))
	for _, c := range cases {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if c.State == corpus.Retired {
			continue
		}
		matches = append(matches, Match{
			Case: c, Score: byID[c.ID].score, Meaning: byID[c.ID].meaning, Tally: tallies[c.ID], Evidence: witness.evidence(c),
		})
	}
	return matches, nil
}

func (e *Engine) record(who corpus.Caller, r Request, masked string, at time.Time, out Response) {
	if e.Log == nil || r.Typing && r.Legs == WordsLeg {
		return // what is half typed is not what was asked
	}
	offered := make([]string, len(out.Matches))
	for i, m := range out.Matches {
		offered[i] = m.Case.ID
	}
	product, _ := corpus.Mask(r.Product)
	e.Log.Record(corpus.Query{
		ID: out.QueryID, Text: masked, Product: product, Language: out.Language,
		By: who.ID, At: at, Took: out.Took, IndexSeq: out.IndexSeq, Offered: offered,
	})
}
