package segment

import "unsafe"

// hanRun is a run of Han characters in the text for jieba.
type hanRun struct {
	at  int // byte in cutter.joined
	run span
}

// han cuts the run of Han characters that begins at rune i into characters,
// puts it down for jieba and returns its end. Pairs wait for jieba's words.
func (c *cutter) han(i int) int {
	end := c.run(i, han)
	for k := i; k < end; k++ {
		c.emit(c.slice(k, k+1), Char, k, k+1)
		if isNumeral(c.runes[k]) {
			c.chineseAmount(k, i)
		}
		if isSpoken(c.runes[k]) && (k == i || !isSpoken(c.runes[k-1])) {
			c.spoken(k, end)
		}
	}
	// Words such as T恤 and U盘.
	if c.classAt(i-1) == latin && !c.alnumAt(i-2) {
		c.emit(c.slice(i-1, i+1), Bigram, i-1, i+1)
	}
	if end-i > 1 {
		c.runs = append(c.runs, hanRun{len(c.joined), span{i, end}})
		c.joinRun(i, end)
	}
	return end
}

// joinRun appends a run to the text for jieba, every character three bytes
// long, so that places in the one tell places in the other.
func (c *cutter) joinRun(a, b int) {
	if int(c.at[b]-c.at[a]) == 3*(b-a) {
		c.joined = append(c.joined, c.slice(a, b)...)
	} else {
		for k := a; k < b; k++ {
			if s := c.slice(k, k+1); len(s) == 3 {
				c.joined = append(c.joined, s...)
			} else {
				c.joined = append(c.joined, "〓"...) // a character no word has
			}
		}
	}
	c.joined = append(c.joined, '\n')
}

// hanWords emits jieba's words of two characters and more, and every pair of
// neighbours that is not one of them: counting such a pair twice lost on every
// set measured. One call serves the whole text, as crossing into C and back
// costs as much as cutting a short sentence.
func (c *cutter) hanWords() {
	if len(c.runs) == 0 {
		return
	}
	// jieba copies the text before it reads it, and keeps nothing.
	words := c.s.jieba.CutForSearch(unsafe.String(unsafe.SliceData(c.joined), len(c.joined)), false)
	base := uintptr(unsafe.Pointer(unsafe.SliceData(c.joined)))
	c.paired = append(c.paired[:0], make([]bool, len(c.runes))...)
	r := 0
	for _, w := range words {
		if len(w) < 6 {
			continue
		}
		at := int(uintptr(unsafe.Pointer(unsafe.StringData(w))) - base)
		for r+1 < len(c.runs) && c.runs[r+1].at <= at {
			r++
		}
		a := c.runs[r].run.a + (at-c.runs[r].at)/3
		b := a + len(w)/3
		c.paired[a] = c.paired[a] || len(w) == 6
		c.emit(c.slice(a, b), Word, a, b)
	}
	for _, run := range c.runs {
		for k := run.run.a; k+1 < run.run.b; k++ {
			if !c.paired[k] {
				c.emit(c.slice(k, k+2), Bigram, k, k+2)
			}
		}
	}
}
