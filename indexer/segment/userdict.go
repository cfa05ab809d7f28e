package segment

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

// userWord is a normalised word of the user dictionary.
type userWord struct {
	text string
	freq int64 // 0: keep it whole in any case
}

// userDictionary holds the words of a user dictionary: those jieba is given
// and those we look for ourselves because they hold letters, digits or other
// scripts.
type userDictionary struct {
	han   []userWord
	mixed []userWord
}

// readUserDictionary reads a file of words, one a line. What follows a tab is
// frequency and tag; without a tab, a word of Han characters alone may be
// followed by them after blanks, as in jieba's own files.
func readUserDictionary(path string) (userDictionary, error) {
	var d userDictionary
	if path == "" {
		return d, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return d, fmt.Errorf("segment: user dictionary: %w", err)
	}
	raw = bytes.TrimPrefix(raw, []byte("\uFEFF"))
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if !utf8.ValidString(line) {
			return d, fmt.Errorf("segment: user dictionary %s, line %d: not UTF-8; save the file as UTF-8", path, n)
		}
		word, rest, tabbed := strings.Cut(line, "\t")
		if first, after, ok := strings.Cut(line, " "); ok && !tabbed && allHan(Normalize(first)) {
			word, rest = first, after
		}
		w := userWord{text: Normalize(word)}
		if fields := strings.Fields(rest); len(fields) > 0 {
			if w.freq, err = strconv.ParseInt(fields[0], 10, 32); err != nil || w.freq < 1 {
				return d, fmt.Errorf("segment: user dictionary %s, line %d: frequency %q: want a whole number above 0", path, n, fields[0])
			}
		}
		if allHan(w.text) {
			d.han = append(d.han, w)
		} else if w.text = closeUp(w.text); w.text != "" {
			d.mixed = append(d.mixed, w)
		}
	}
	if err := lines.Err(); err != nil {
		return d, fmt.Errorf("segment: user dictionary %s: %w", path, err)
	}
	return d, nil
}

// closeUp leaves out the blanks and hyphens that people write or not.
func closeUp(s string) string {
	return strings.Map(func(r rune) rune {
		if optional(r) {
			return -1
		}
		return r
	}, s)
}

func optional(r rune) bool { return r == ' ' || r == '-' || r == '_' }

// phrases finds the mixed words of a user dictionary in a text.
type phrases struct {
	byFirst map[rune][][]rune // longest first
}

func newPhrases(d userDictionary) *phrases {
	if len(d.mixed) == 0 {
		return nil
	}
	p := &phrases{byFirst: map[rune][][]rune{}}
	for _, w := range d.mixed {
		runes := []rune(w.text)
		p.byFirst[runes[0]] = append(p.byFirst[runes[0]], runes)
	}
	return p
}

// emit appends a term for every phrase found in the text. A phrase does not
// begin or end inside a word or number of the Latin alphabet.
func (p *phrases) emit(c *cutter) {
	for i, r := range c.runes {
		for _, phrase := range p.byFirst[r] {
			end, ok := c.follows(phrase, i)
			if ok && !c.inside(i) && !c.inside(end) {
				c.emit(string(phrase), Word, i, end)
			}
		}
	}
}

// follows reports whether the phrase stands at rune i, blanks and hyphens left
// out of account, and where it ends.
func (c *cutter) follows(phrase []rune, i int) (end int, ok bool) {
	for k, want := range phrase {
		if k > 0 && i+1 < len(c.runes) && optional(c.runes[i]) {
			i++
		}
		if i >= len(c.runes) || c.runes[i] != want {
			return 0, false
		}
		i++
	}
	return i, true
}
