package segment

import (
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/russian"
	"golang.org/x/text/unicode/norm"
)

// stopWordList are the English words too common to tell one complaint from
// another, chosen by measuring (espfaq, tweetsumm).
const stopWordList = "a an and are as at be been but by can could did do does for from had has have how i if in is it its " +
	"me my no not of on or our so such that the their then there these they this to was we were what when which who why will with would you your"

var stopWords = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(stopWordList) {
		m[w] = true
	}
	return m
}()

// word emits a word of the Latin alphabet: its accents folded, unless it is a
// stop word, its English ending taken off.
func (c *cutter) word(a, b int) {
	if t := c.stem(c.slice(a, b)); t != "" {
		c.emit(t, Word, a, b)
	}
}

// stem is the term for a Latin word, "" for a stop word.
func (c *cutter) stem(w string) string {
	w = bareWord(w)
	if len(w) < 3 || len(w) > maxTermBytes {
		if stopWords[w] && !c.keep {
			return ""
		}
		return w
	}
	if stopWords[w] {
		if c.keep {
			return w
		}
		return ""
	}
	return c.s.stems.stem(w)
}

// bareWord takes off what spelling adds to a word: possessive, apostrophes,
// accents.
func bareWord(w string) string {
	ascii, quote := true, false
	for i := 0; i < len(w); i++ {
		if w[i] >= utf8.RuneSelf {
			ascii = false
		} else if w[i] == '\'' {
			quote = true
		}
	}
	if quote {
		w = strings.TrimSuffix(w, "'s")
		w = strings.ReplaceAll(w, "'", "")
	}
	if !ascii {
		w = foldLatin(w)
	}
	return w
}

// latinLetters are letters that Unicode does not take apart into a base and an
// accent.
var latinLetters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "ł", "l", "ı", "i", "þ", "th", "ħ", "h", "ŋ", "ng")

// foldLatin folds é to e, and so on.
func foldLatin(w string) string { return latinLetters.Replace(stripMarks(w)) }

// stripMarks drops accents and other combining marks.
func stripMarks(w string) string {
	out := make([]byte, 0, len(w))
	for _, r := range norm.NFD.String(w) {
		if !unicode.Is(unicode.Mn, r) {
			out = utf8.AppendRune(out, r)
		}
	}
	return norm.NFC.String(string(out))
}

// maxStems bounds a stemCache; beyond it words are stemmed each time.
const maxStems = 1 << 16

// stemCache remembers stems: stemming takes a microsecond, texts repeat their
// words.
type stemCache struct {
	known sync.Map // string -> string
	size  atomic.Int32
	envs  sync.Pool
}

func (s *stemCache) stem(w string) string {
	if t, ok := s.known.Load(w); ok {
		return t.(string)
	}
	env, _ := s.envs.Get().(*snowballstem.Env)
	if env == nil {
		env = snowballstem.NewEnv("")
	}
	env.SetCurrent(w)
	if w[0] < utf8.RuneSelf {
		english.Stem(env)
	} else {
		russian.Stem(env)
	}
	t := env.Current()
	s.envs.Put(env)
	if t == "" {
		t = w
	}
	if s.size.Load() < maxStems {
		key := strings.Clone(w)
		if t == w {
			t = key
		}
		s.known.Store(key, t)
		s.size.Add(1)
	}
	return t
}
