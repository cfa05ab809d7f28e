package embed

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// wordPiece cuts a text into the ids of a BERT vocabulary, the greedy longest
// piece first (Wu et al. 2016, "Google's Neural Machine Translation System",
// and the tokeniser published with BERT, Devlin et al. 2019). It gives the ids
// of the library that trained models are used with, to the code point: see
// [wordTables] in wordpiece_table.go.
//
// A special token typed by a person, such as [SEP], is text like any other.
type wordPiece struct {
	heads, tails map[string]int64 // pieces that begin a word, and that go on
	longest      int              // bytes of the longest piece

	unknown, classify, separate int64

	maxWord int // characters; a longer word is unknown
	compose bool
	fold    bool // capitals and accents
}

// tokenizerJSON is what of a tokenizer.json decides the ids.
type tokenizerJSON struct {
	Normalizer struct {
		Type         string `json:"type"`
		CleanText    bool   `json:"clean_text"`
		Chinese      bool   `json:"handle_chinese_chars"`
		StripAccents *bool  `json:"strip_accents"`
		Lowercase    bool   `json:"lowercase"`
	} `json:"normalizer"`
	PreTokenizer struct {
		Type string `json:"type"`
	} `json:"pre_tokenizer"`
	Model struct {
		Type    string           `json:"type"`
		Unknown string           `json:"unk_token"`
		Prefix  string           `json:"continuing_subword_prefix"`
		MaxWord int              `json:"max_input_chars_per_word"`
		Vocab   map[string]int64 `json:"vocab"`
	} `json:"model"`
}

// newWordPiece reads a tokenizer.json. With compose, a text is first brought
// to NFKC and lower case whatever the file says: bge-small-zh's vocabulary has
// no capitals and no full-width forms, and without it "VIP" and "ESP32" are
// unknown (hit@1 .312 without, .684 with, on texts that hold them).
func newWordPiece(content []byte, compose bool) (*wordPiece, error) {
	var f tokenizerJSON
	if err := json.Unmarshal(content, &f); err != nil {
		return nil, fmt.Errorf("tokenizer.json: %w", err)
	}
	if f.Normalizer.Type != "BertNormalizer" || !f.Normalizer.CleanText || !f.Normalizer.Chinese ||
		f.Normalizer.StripAccents != nil || f.PreTokenizer.Type != "BertPreTokenizer" || f.Model.Type != "WordPiece" || f.Model.Prefix == "" {
		return nil, fmt.Errorf("tokenizer.json: %s, %s, %s: want BERT's normaliser and pre-tokeniser with WordPiece",
			f.Normalizer.Type, f.PreTokenizer.Type, f.Model.Type)
	}
	w := &wordPiece{
		heads: make(map[string]int64, len(f.Model.Vocab)), tails: make(map[string]int64),
		maxWord: f.Model.MaxWord, compose: compose,
		fold: f.Normalizer.Lowercase, // where strip_accents is null, accents go with the capitals
	}
	for piece, id := range f.Model.Vocab {
		if tail, ok := strings.CutPrefix(piece, f.Model.Prefix); ok && tail != "" {
			w.tails[tail] = id
		} else {
			w.heads[piece] = id
		}
		w.longest = max(w.longest, len(piece))
	}
	for name, id := range map[string]*int64{f.Model.Unknown: &w.unknown, "[CLS]": &w.classify, "[SEP]": &w.separate} {
		var ok bool
		if *id, ok = w.heads[name]; !ok {
			return nil, fmt.Errorf("tokenizer.json: the vocabulary lacks %q", name)
		}
	}
	return w, nil
}

// encode gives the ids of a text between [CLS] and [SEP], at most limit of
// them in all, and how many of them are pieces the vocabulary knows. Invalid
// UTF-8 counts as U+FFFD, which is dropped.
func (w *wordPiece) encode(text string, limit int) (ids []int64, known int) {
	text = w.normalise(text)
	ids = append(make([]int64, 0, min(limit, len(text)+2)), w.classify)
	for text != "" && len(ids) < limit-1 {
		var word string
		if word, text = nextWord(text); word == "" {
			continue
		}
		start := len(ids)
		ids = w.appendPieces(ids, word)
		ids = ids[:min(len(ids), limit-1)]
		if ids[start] != w.unknown {
			known += len(ids) - start
		}
	}
	return append(ids, w.separate), known
}

// normalise cleans a text, sets Chinese characters apart, and folds case and
// accents as the vocabulary wants them.
func (w *wordPiece) normalise(text string) string {
	if w.compose {
		text = lowerCase(norm.NFKC.String(text))
	}
	var b strings.Builder
	b.Grow(len(text) + len(text)/2)
	for _, r := range text {
		switch {
		case unicode.Is(dropped, r):
		case isChinese(r):
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	text = b.String()
	if w.fold {
		text = strings.Map(func(r rune) rune {
			if unicode.Is(accents, r) {
				return -1
			}
			return r
		}, norm.NFD.String(text))
		text = lowerCase(text)
	}
	return text
}

// nextWord cuts the first word off a text: a mark of punctuation, or a run of
// anything else up to a blank or such a mark. It is empty before a blank.
func nextWord(text string) (word, rest string) {
	for i, r := range text {
		blank := unicode.IsSpace(r)
		if !blank && !unicode.Is(marks, r) {
			continue
		}
		size := utf8.RuneLen(r)
		switch {
		case i > 0:
			return text[:i], text[i:]
		case blank:
			return "", text[size:]
		default:
			return text[:size], text[size:]
		}
	}
	return text, ""
}

// appendPieces adds a word's pieces, or the unknown id where the vocabulary
// can't spell the whole word.
func (w *wordPiece) appendPieces(ids []int64, word string) []int64 {
	if len(word) > w.maxWord && utf8.RuneCountInString(word) > w.maxWord {
		return append(ids, w.unknown)
	}
	start := len(ids)
	pieces := w.heads
	for word != "" {
		id, size := longestPiece(pieces, word, w.longest)
		if size == 0 {
			return append(ids[:start], w.unknown)
		}
		ids, word, pieces = append(ids, id), word[size:], w.tails
	}
	return ids
}

// longestPiece finds the longest piece that a word begins with, of at most
// longest bytes; size 0 means that there is none.
func longestPiece(pieces map[string]int64, word string, longest int) (id int64, size int) {
	word = word[:min(len(word), longest)]
	for word != "" {
		if id, ok := pieces[word]; ok {
			return id, len(word)
		}
		_, last := utf8.DecodeLastRuneInString(word)
		word = word[:len(word)-last]
	}
	return 0, 0
}

// lowerCase folds capitals as Unicode's full mapping does, character by
// character.
func lowerCase(text string) string {
	return strings.Map(unicode.ToLower, strings.ReplaceAll(text, "\u0130", "i\u0307"))
}

// isChinese says whether BERT sets a character apart as a word. The gap before
// U+2B920 is BERT's own.
func isChinese(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF ||
		r >= 0x20000 && r <= 0x2A6DF || r >= 0x2A700 && r <= 0x2B73F ||
		r >= 0x2B740 && r <= 0x2B81F || r >= 0x2B920 && r <= 0x2CEAF ||
		r >= 0xF900 && r <= 0xFAFF || r >= 0x2F800 && r <= 0x2FA1F
}
