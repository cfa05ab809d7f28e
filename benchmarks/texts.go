package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"precedent/corpus"
)

// caseSet is a set of cases to index.
type caseSet struct {
	name  string
	cases []corpus.Case
}

// texts returns every text of the set that is indexed.
func (s caseSet) texts() []string {
	var texts []string
	for _, c := range s.cases {
		texts = append(texts, c.Wordings...)
		if c.Resolution != "" {
			texts = append(texts, c.Resolution)
		}
	}
	return texts
}

func (s caseSet) characters() (n int) {
	for _, t := range s.texts() {
		n += utf8.RuneCountInString(t)
	}
	return n
}

// writtenCase is a line of docs.jsonl, and what is read of a demo case.
type writtenCase struct{ ID, Complaint, Resolution string }

// readCases reads the docs.jsonl of a folder.
func readCases(dir string) (caseSet, error) {
	set := caseSet{name: filepath.Base(filepath.Clean(dir))}
	lines, err := readLines(filepath.Join(dir, "docs.jsonl"))
	for _, line := range lines {
		c := corpus.Case{ExternalID: line.ID, Resolution: cutText(line.Resolution)}
		if line.Complaint != "" {
			c.Wordings = []string{cutText(line.Complaint)}
		}
		if corpus.SaysNothing(c.Resolution) {
			c.Resolution = "" // the case would be kept out of the index
		}
		if len(c.Wordings) > 0 || c.Resolution != "" {
			set.cases = append(set.cases, c)
		}
	}
	return set, err
}

func cutText(s string) string {
	if r := []rune(s); len(r) > corpus.MaxText {
		return string(r[:corpus.MaxText])
	}
	return s
}

func readLines(path string) (lines []writtenCase, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 16<<20)
	for n := 1; in.Scan(); n++ {
		var line writtenCase
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		lines = append(lines, line)
	}
	return lines, in.Err()
}

// clauses are what the demo cases are made of, kept apart by where they stand.
type clauses struct{ complaints, resolutions []string }

// readClauses takes the demo cases of a checkout apart.
func readClauses(root string) (clauses, error) {
	var all clauses
	paths, err := filepath.Glob(filepath.Join(root, "corpus", "demo", "*.jsonl"))
	if err != nil {
		return all, err
	}
	slices.Sort(paths)
	for _, path := range paths {
		lines, err := readLines(path)
		if err != nil {
			return all, err
		}
		for _, line := range lines {
			all.complaints = append(all.complaints, splitClauses(line.Complaint)...)
			all.resolutions = append(all.resolutions, splitClauses(line.Resolution)...)
		}
	}
	if len(all.complaints) == 0 || len(all.resolutions) == 0 {
		return all, fmt.Errorf("there are no demo cases in %s; run this in the root of the checkout", filepath.Join(root, "corpus", "demo"))
	}
	return all, nil
}

// splitClauses parts a text behind its punctuation, and takes the numbers of
// steps away. Clauses without Chinese are left out.
func splitClauses(text string) []string {
	var parts []string
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimLeft(line, "0123456789. ")
		for line != "" {
			end := strings.IndexAny(line, "，。；：？！")
			if end < 0 {
				end = len(line)
			} else {
				_, size := utf8.DecodeRuneInString(line[end:])
				end += size
			}
			if part := line[:end]; strings.ContainsFunc(part, isHan) {
				parts = append(parts, part)
			}
			line = line[end:]
		}
	}
	return parts
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// Lengths of synthetic cases, in characters; a clause more or less.
const (
	complaintLength = 35
	caseLength      = 113
)

// synthesize makes n cases of clauses put together anew, the same for the
// same seed. Their digits are drawn anew too, so that codes and numbers are as
// many and as different as in a file of real cases.
func (c clauses) synthesize(n int, seed uint64) caseSet {
	random := rand.New(rand.NewPCG(seed, 0))
	set := caseSet{name: "synthetic"}
	for i := range n {
		complaint := compose(random, c.complaints, complaintLength)
		resolution := compose(random, c.resolutions, caseLength-utf8.RuneCountInString(complaint))
		set.cases = append(set.cases, corpus.Case{
			ExternalID: "synthetic-" + strconv.Itoa(i), Wordings: []string{complaint}, Resolution: resolution,
		})
	}
	return set
}

// compose joins random clauses to about so many characters.
func compose(random *rand.Rand, from []string, characters int) string {
	var b strings.Builder
	for n := 0; n < characters; {
		clause := from[random.IntN(len(from))]
		size := utf8.RuneCountInString(clause)
		if n > 0 && 2*(n+size-characters) > size {
			break // less than half of it is wanted
		}
		b.WriteString(strings.Map(func(r rune) rune {
			if '0' <= r && r <= '9' {
				return rune('0' + random.IntN(10))
			}
			return r
		}, clause))
		n += size
	}
	return b.String()
}
