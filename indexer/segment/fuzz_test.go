package segment

import (
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// FuzzAppend holds for any bytes: no panic, offsets in range and on borders of
// runes, terms that are valid UTF-8, not empty and not overlong, a Normalize
// that is idempotent.
func FuzzAppend(f *testing.F) {
	for _, s := range []string{
		probe, "", "\x00", "\xff\xfe宽带\x80", "⟦phone⟧⟦", "e\u0301\u0301\u0327", "ﷺ㎏ﬁ", "가각\u11a8",
		"https://", "www.", "@a.b", "0x", "1.2.3.", "12:34:", "2024-13-45", "一二三百万亿元", "万万万万万万元", "𠮷𠮷", "々〇",
		strings.Repeat("a", 300), strings.Repeat("宽", 100), strings.Repeat("1-", 50), strings.Repeat("a\u0301", 60),
		"99999999999999999999万元", "aa:bb:cc:dd:ee", "ABCDEFGHIJKLMNOPQRSTUVWXYZ'''s", "c++#", "5%°", "-3元",
	} {
		f.Add([]byte(s))
	}
	s := segmenter(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		text := string(raw)
		for _, term := range s.Append(nil, text) {
			checkTerm(t, text, term)
		}
		once := Normalize(text)
		if !utf8.ValidString(once) || Normalize(once) != once {
			t.Fatalf("normalising twice differs: %q, %q, %q", text, once, Normalize(once))
		}
		if Language(text) == "" {
			t.Fatal("no language")
		}
	})
}

func checkTerm(t *testing.T, text string, term Term) {
	if term.Text == "" || len(term.Text) > maxTermBytes || !utf8.ValidString(term.Text) {
		t.Fatalf("%q: bad term %q", text, term.Text)
	}
	if term.Start < 0 || term.Start >= term.End || term.End > len(text) {
		t.Fatalf("%q: term %q stands for %d:%d", text, term.Text, term.Start, term.End)
	}
	if !border(text, term.Start) || !border(text, term.End) {
		t.Fatalf("%q: term %q cuts a rune at %d:%d", text, term.Text, term.Start, term.End)
	}
}

// border reports whether a byte is where ranging over the text begins a rune.
func border(text string, at int) bool {
	for i := range text {
		if i >= at {
			return i == at
		}
	}
	return at == len(text)
}

// TestConcurrentUse is for the race detector.
func TestConcurrentUse(t *testing.T) {
	s := segmenter(t)
	want := len(s.Append(nil, probe))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 50 {
				if got := len(s.Append(nil, probe)); got != want {
					t.Errorf("%d terms, want %d", got, want)
				}
			}
		})
	}
	group.Wait()
}
