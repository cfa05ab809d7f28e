package indexer

import (
	"context"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"precedent/corpus"
)

// readAtOnce is how many records are read from the store by one call.
const readAtOnce = 500

// allReader may read every record: what a person may find is decided by the
// facets of what they ask.
var allReader = corpus.Caller{ID: "follower", Audiences: corpus.Audiences[:], Staff: true}

// maxBatchText bounds the text of a batch, in bytes: terms take some ten times
// the memory of the text they were cut from, and three batches are on their
// way at a time.
const maxBatchText = 16 << 20

// batch turns changes into a Batch: each record as it is now, once; those that
// are gone, retired or not findable as deletions. When the records are large
// it takes the first of the changes only, as Batch.Seq tells.
func (f *Follower) batch(ctx context.Context, changes []corpus.Change) (b Batch, err error) {
	seen := map[string]bool{}
	missing := map[string]bool{}
	var makers []makeDocument
	for text := 0; len(changes) > 0 && text < maxBatchText; {
		some := changes[:min(len(changes), readAtOnce)]
		changes = changes[len(some):]
		b.Seq, b.Mark = some[len(some)-1].Seq, some[len(some)-1].ID
		ids := map[corpus.RecordKind][]string{}
		for _, c := range some {
			if !seen[c.ID] {
				seen[c.ID] = true
				ids[c.Kind] = append(ids[c.Kind], c.ID)
				missing[c.ID] = c.Kind != corpus.VerdictRecord
			}
		}
		more, size, err := f.makers(ctx, ids)
		if err != nil {
			return b, err
		}
		makers = append(makers, more...)
		text += size
	}
	if b.Put, err = f.makeAll(ctx, makers); err != nil {
		return b, err
	}
	for _, d := range b.Put {
		delete(missing, d.ID)
	}
	for id, record := range missing {
		if record {
			b.Delete = append(b.Delete, id)
		}
	}
	return b, ctx.Err()
}

// makeDocument makes the document of one record.
type makeDocument func(ctx context.Context) (Document, bool, error)

// makers reads the records, and returns for each what makes its document, and
// how many bytes of text they are made of.
func (f *Follower) makers(ctx context.Context, ids map[corpus.RecordKind][]string) (makers []makeDocument, size int, err error) {
	cases, err := f.Source.Cases(ctx, allReader, ids[corpus.CaseRecord])
	if err != nil {
		return nil, 0, fmt.Errorf("reading cases: %w", err)
	}
	for _, c := range cases {
		makers = append(makers, func(ctx context.Context) (Document, bool, error) { return f.Maker.Case(ctx, c) })
		size += textSize(c)
	}
	complaints, err := f.Source.Complaints(ctx, allReader, ids[corpus.ComplaintRecord])
	if err != nil {
		return nil, 0, fmt.Errorf("reading complaints: %w", err)
	}
	for _, p := range complaints {
		makers = append(makers, func(ctx context.Context) (Document, bool, error) { return f.Maker.Complaint(ctx, p) })
		size += len(p.Text)
	}
	return makers, size, nil
}

func textSize(c corpus.Case) (size int) {
	for _, texts := range CaseTexts(c) {
		for _, t := range texts {
			size += len(t.Text)
		}
	}
	return size
}

// makeAll makes the documents of the records that belong in the index.
func (f *Follower) makeAll(ctx context.Context, makers []makeDocument) ([]Document, error) {
	docs := make([]Document, len(makers))
	belongs := make([]bool, len(makers))
	var next atomic.Int64
	workers, ctx := errgroup.WithContext(ctx)
	for range min(len(makers), f.Maker.Workers()) {
		workers.Go(func() (err error) {
			for i := int(next.Add(1)) - 1; i < len(makers) && err == nil; i = int(next.Add(1)) - 1 {
				docs[i], belongs[i], err = makers[i](ctx)
			}
			return err
		})
	}
	if err := workers.Wait(); err != nil {
		return nil, err
	}
	kept := docs[:0]
	for i, d := range docs {
		if belongs[i] {
			kept = append(kept, d)
		}
	}
	return kept, nil
}
