// Package segment cuts texts into the terms that are indexed and searched.
//
// A text is normalised (see Normalize); codes, models, versions, amounts and
// links are taken out whole and in their usual variants; the Chinese that is
// left is cut by jieba's search mode without its model for unknown words, and
// beside the words every character and every pair of neighbours is a term;
// English loses its stop words and endings; every other script is cut by
// words or, where it writes none, by pairs. terms_test.go shows it case by
// case. All kinds of term share one space of names: what one text writes as
// a word may meet what another writes as a pair.
package segment

import (
	"errors"
	"fmt"
	"sync"

	"github.com/yanyiwu/gojieba"
)

// Kind says what sort of term a Term is.
type Kind uint8

const (
	Word   Kind = iota // a word: jieba's, a stem, or a word of any other script
	Char               // one character of a script that has no spaces
	Bigram             // two neighbouring characters of such a script
	Code               // a code, model, version, address or link, kept whole
	Number             // a number, an amount with its unit, a date, a time of day
)

var kindNames = [...]string{"word", "char", "bigram", "code", "number"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Term is one term of a text.
type Term struct {
	// Text is the normalised term: valid UTF-8, never empty, at most
	// maxTermBytes long. It may share memory with the text it was cut from.
	Text string
	Kind Kind
	// Start and End delimit the bytes of the original text that the term was
	// made from, on borders of runes: 0 <= Start < End <= len(text).
	Start, End int
}

// maxTermBytes bounds a term: what is longer is no word or code that anyone
// types again, and is matched by its beginning.
const maxTermBytes = 64

// Config says what a Segmenter is built from.
type Config struct {
	// Dictionaries is a folder that holds jieba.dict.utf8. Empty means the
	// copy built into the program, else the one that came with gojieba's
	// module, else one that Scratch kept from an earlier start.
	Dictionaries string
	// UserDictionary is a file of words to keep whole, one a line: the word,
	// then optionally its frequency and a tag. Lines that begin with # are
	// comments. Words may hold spaces, letters and digits. Empty means none.
	UserDictionary string
	// Scratch is a folder for the prepared dictionaries, which jieba reads
	// from files; they are used again while their checksum fits. Empty means
	// a temporary folder, removed once they are read.
	Scratch string
}

// Segmenter cuts texts into terms. It takes about 125 MB; a process needs one,
// and builds another only for another dictionary. Its methods are safe for
// concurrent use.
type Segmenter struct {
	cutting sync.RWMutex   // held for reading while a text is cut
	jieba   *gojieba.Jieba // nil once closed
	phrases *phrases       // words of the user dictionary that are not all Han
	stems   stemCache
	version string
	cutters sync.Pool
}

// New builds a Segmenter; it reads the dictionaries, which takes the better part
// of a second. The error says which file was wanted and what to do.
func New(cfg Config) (*Segmenter, error) {
	user, err := readUserDictionary(cfg.UserDictionary)
	if err != nil {
		return nil, err
	}
	dict, err := prepare(cfg, sources(cfg))
	if err != nil {
		return nil, err
	}
	return open(dict, user)
}

// open starts jieba on prepared dictionaries, which it has read for good when
// it returns.
func open(dict prepared, user userDictionary) (*Segmenter, error) {
	s := &Segmenter{phrases: newPhrases(user)}
	s.cutters.New = func() any { return &cutter{s: s} }
	userFile, done, err := dict.userFile(user)
	if err != nil {
		return nil, errors.Join(err, dict.discard())
	}
	s.jieba = gojieba.NewJieba(dict.words(), dict.model(), userFile, dict.weights(), dict.stops())
	if err := errors.Join(done(), dict.discard()); err != nil {
		s.jieba.Free()
		return nil, fmt.Errorf("segment: %w", err)
	}
	s.version = fingerprint(s, dict.sum, user)
	return s, nil
}

// Append appends every term of a text, as a document holds them, to dst, in no
// particular order; a term stands as often as the text has it. What personal
// data was masked with (⟦phone⟧) yields none. A closed Segmenter appends nothing.
func (s *Segmenter) Append(dst []Term, text string) []Term {
	s.cutting.RLock()
	defer s.cutting.RUnlock()
	if s.jieba == nil {
		return dst
	}
	c := s.cutters.Get().(*cutter)
	dst = c.cut(dst, text)
	c.release()
	s.cutters.Put(c)
	return dst
}

// Query returns the terms of a text that asks. Documents hold their codes in
// every variant already, so a question's terms are those of a document.
func (s *Segmenter) Query(text string) []Term { return s.Append(nil, text) }

// Version is a short hash that changes with whatever shapes terms: the
// normaliser, the tables, the dictionary, the user dictionary.
func (s *Segmenter) Version() string { return s.version }

// Close waits for the texts being cut and frees jieba's memory. Texts given
// afterwards yield no terms; closing again does nothing.
func (s *Segmenter) Close() error {
	s.cutting.Lock()
	defer s.cutting.Unlock()
	if s.jieba != nil {
		s.jieba.Free()
		s.jieba = nil
	}
	return nil
}
