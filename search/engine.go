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
	secret []byte
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
	return &Engine{Config: c, secret: secret}, nil
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
	masked, hidden := corpus.Mask(r.Text)
	asked, err := e.ask(ctx, masked)
	if err != nil {
		return Response{}, err
	}
	result, err := e.Index.Search(ctx, indexer.Query{
		Terms:  asked.terms,
		Filter: indexer.FilterFor(indexer.CaseKind, who, r.Product, r.Language),
		K:      r.Limit,
	})
	if err != nil {
		return Response{}, err
	}
	witness := newWitness(e.Segmenter, asked, result.Stats, newRuler(r.Text, hidden))
	matches, err := e.matches(ctx, who, witness, result.Hits)
	if err != nil {
		return Response{}, err
	}
	out := Response{
		QueryID:  corpus.NewQueryID(e.secret),
		Language: segment.Language(masked),
		Took:     e.Now().Sub(start),
		IndexSeq: result.Seq,
		Matches:  matches,
	}
	e.record(who, r, masked, start, out)
	return out, nil
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

// matches loads the cases of the hits and finds the evidence for each. A case
// that changed hands since it was indexed, so that the caller may no longer
// read it, is left out.
func (e *Engine) matches(ctx context.Context, who corpus.Caller, witness *witness, hits []indexer.Hit) ([]Match, error) {
	ids := make([]string, len(hits))
	scores := make(map[string]float64, len(hits))
	for i, h := range hits {
		ids[i], scores[h.ID] = h.ID, h.Score
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
			Case: c, Score: scores[c.ID], Tally: tallies[c.ID], Evidence: witness.evidence(c),
		})
	}
	return matches, nil
}

func (e *Engine) record(who corpus.Caller, r Request, masked string, at time.Time, out Response) {
	if e.Log == nil {
		return
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
