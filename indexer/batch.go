package indexer

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"precedent/corpus"
)

// readAtOnce is how many records are read from the store by one call.
const readAtOnce = 500

// allReader may read every record: what a person may find is decided by the
// facets of what they ask.
var allReader = corpus.Caller{ID: "follower", Audiences: corpus.Audiences[:], Staff: true}

// batch turns changes into a Batch: each record as it is now, once; those that
// are gone, retired or not findable as deletions.
func (f *Follower) batch(ctx context.Context, changes []corpus.Change) (Batch, error) {
	b := Batch{Seq: changes[len(changes)-1].Seq}
	ids := map[corpus.RecordKind][]string{}
	seen := map[string]bool{}
	for _, c := range changes {
		if !seen[c.ID] {
			seen[c.ID] = true
			ids[c.Kind] = append(ids[c.Kind], c.ID)
		}
	}
	missing := map[string]bool{}
	for _, kind := range []corpus.RecordKind{corpus.CaseRecord, corpus.ComplaintRecord} {
		for _, id := range ids[kind] {
			missing[id] = true
		}
	}
	makers, err := f.makers(ctx, ids)
	if err != nil {
		return b, err
	}
	b.Put = cutAll(makers)
	for _, d := range b.Put {
		delete(missing, d.ID)
	}
	for id := range missing {
		b.Delete = append(b.Delete, id)
	}
	return b, ctx.Err()
}

// makers reads the records, and returns for each what makes its document.
func (f *Follower) makers(ctx context.Context, ids map[corpus.RecordKind][]string) ([]func() Document, error) {
	var makers []func() Document
	for _, some := range chunks(ids[corpus.CaseRecord], readAtOnce) {
		cases, err := f.Source.Cases(ctx, allReader, some)
		if err != nil {
			return nil, fmt.Errorf("reading cases: %w", err)
		}
		for _, c := range cases {
			if Findable(c) {
				makers = append(makers, func() Document { return CaseDocument(f.Segmenter, c) })
			}
		}
	}
	for _, some := range chunks(ids[corpus.ComplaintRecord], readAtOnce) {
		complaints, err := f.Source.Complaints(ctx, allReader, some)
		if err != nil {
			return nil, fmt.Errorf("reading complaints: %w", err)
		}
		for _, p := range complaints {
			makers = append(makers, func() Document { return ComplaintDocument(f.Segmenter, p) })
		}
	}
	return makers, nil
}

func chunks(ids []string, size int) (out [][]string) {
	for len(ids) > size {
		out = append(out, ids[:size])
		ids = ids[size:]
	}
	if len(ids) > 0 {
		out = append(out, ids)
	}
	return out
}

// cutAll makes the documents, a worker a core.
func cutAll(makers []func() Document) []Document {
	docs := make([]Document, len(makers))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(len(makers), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(makers); i = int(next.Add(1)) - 1 {
				docs[i] = makers[i]()
			}
		})
	}
	workers.Wait()
	return docs
}
