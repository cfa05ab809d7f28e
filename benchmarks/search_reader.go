package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"precedent/indexer"
	"precedent/indexer/embed"
)

// reader gives synthetic texts a vector: the mean of those of their clauses,
// of unit length. The models take 20 ms for a text, hours for a million.
type reader struct {
	models  *embed.Models // nil where there are none
	clauses map[string]*[indexer.NumSpaces][]float32
	longest int // bytes of the longest clause
}

// openReader reads every clause. Without models the reader has no Version.
func openReader(ctx context.Context, dir string, said clauses, progress io.Writer) (*reader, error) {
	r := &reader{clauses: map[string]*[indexer.NumSpaces][]float32{}}
	models, err := embed.Open(dir)
	if errors.Is(err, embed.ErrNoModels) {
		fmt.Fprintf(progress, "words alone are measured: %v\n", err)
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	r.models = models
	for _, list := range [][]string{said.complaints, said.resolutions} {
		for _, clause := range list {
			if err := r.learn(ctx, withoutDigits(clause)); err != nil {
				return nil, errors.Join(err, r.Close())
			}
		}
	}
	return r, nil
}

func (r *reader) learn(ctx context.Context, clause string) error {
	if r.clauses[clause] != nil {
		return nil
	}
	var vectors [indexer.NumSpaces][]float32
	for _, s := range []indexer.Space{indexer.Chinese, indexer.Multilingual} {
		v, err := r.models.Embed(ctx, s, clause)
		if err != nil {
			return err
		}
		vectors[s] = v
	}
	r.clauses[clause] = &vectors
	r.longest = max(r.longest, len(clause))
	return nil
}

// withoutDigits makes a clause the same whatever its digits are.
func withoutDigits(text string) string {
	return strings.Map(func(c rune) rune {
		if '0' <= c && c <= '9' {
			return '0'
		}
		return c
	}, text)
}

// Version implements indexer.Embedder: what is read is to be taken for the
// models' work.
func (r *reader) Version() string {
	if r.models == nil {
		return ""
	}
	return r.models.Version()
}

// Embed implements indexer.Embedder.
func (r *reader) Embed(ctx context.Context, s indexer.Space, text string) ([]float32, error) {
	var sum []float32
	for rest := withoutDigits(text); rest != ""; {
		vectors, size := r.first(rest)
		rest = rest[size:]
		if vectors == nil {
			continue
		}
		if sum == nil {
			sum = make([]float32, len(vectors[s]))
		}
		for i, x := range vectors[s] {
			sum[i] += x
		}
	}
	square := 0.0
	for _, x := range sum {
		square += float64(x) * float64(x)
	}
	for i := range sum {
		sum[i] /= float32(math.Sqrt(square))
	}
	return sum, ctx.Err()
}

// first finds the longest clause that a text begins with, and its bytes: one
// character and nil when it begins with none.
func (r *reader) first(text string) (*[indexer.NumSpaces][]float32, int) {
	for size := min(r.longest, len(text)); size > 0; size-- {
		if size == len(text) || utf8.RuneStart(text[size]) {
			if v := r.clauses[text[:size]]; v != nil {
				return v, size
			}
		}
	}
	_, size := utf8.DecodeRuneInString(text)
	return nil, size
}

func (r *reader) Close() error {
	if r.models == nil {
		return nil
	}
	return r.models.Close()
}
