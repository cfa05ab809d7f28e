package segment

// alnum cuts what begins at rune i with a letter of the Latin alphabet or a
// digit, and returns where cutting goes on.
func (c *cutter) alnum(i int) int {
	if i >= c.link {
		if next := c.links(i); next > i {
			return next
		}
	}
	if end := c.hardware(i); end > i {
		return end
	}
	if c.classes[i] == digit {
		return c.number(i)
	}
	return c.group(i)
}

// shape says what a part of a group is made of.
type shape uint8

const (
	none    shape = iota
	letters       // mate
	digits        // 60
	dotted        // 4.4.2, v4.4.2
	coded         // mate60, e691: letters, then digits
	mixed         // 60pro, hg8245h5: any other
)

// maxParts bounds the parts of a group that are looked at together.
const maxParts = 8

// group cuts parts joined by hyphens: each part, and their closed-up forms
// from the first on, so that E-691, E691 and Wi-Fi, wifi meet.
func (c *cutter) group(i int) int {
	c.parts = c.parts[:0]
	end := i
	for {
		end = c.part(end)
		c.parts = append(c.parts, span{i, end})
		if !c.hyphen(end) || !c.alnumAt(end+1) || len(c.parts) == maxParts {
			break
		}
		i, end = end+1, end+1
	}
	if len(c.parts) == 1 {
		s := c.shape(c.parts[0])
		c.emitPart(c.parts[0], s, true)
		c.named(c.parts[0], s)
	} else {
		c.emitGroup()
		c.name = nameState{}
	}
	c.fileName(end)
	c.sharp(end)
	return end
}

func (c *cutter) hyphen(i int) bool { return c.is(i, '-') || c.is(i, '_') }

// part returns the end of the part that begins at rune i: letters and digits,
// with apostrophes between letters and dots between digits.
func (c *cutter) part(i int) int {
	for i < len(c.runes) {
		switch c.classes[i] {
		case latin, digit:
			i++
			continue
		case mark:
			if c.classAt(i-1) == latin {
				i++
				continue
			}
		case symbol:
			if c.runes[i] == '.' && c.classAt(i-1) == digit && c.classAt(i+1) == digit ||
				c.runes[i] == '\'' && c.classAt(i-1) == latin && c.classAt(i+1) == latin {
				i++
				continue
			}
		}
		break
	}
	return i
}

func (c *cutter) shape(p span) shape {
	k := p.a
	for k < p.b && c.classes[k] != digit && c.runes[k] != '.' {
		k++
	}
	head := k - p.a
	dots := 0
	for k < p.b && (c.classes[k] == digit || c.runes[k] == '.') {
		if c.runes[k] == '.' {
			dots++
		}
		k++
	}
	switch {
	case head == p.b-p.a:
		return letters
	case dots > 0:
		return dotted
	case k < p.b:
		return mixed
	case head > 0:
		return coded
	}
	return digits
}

// emitPart emits one part; alone says that no hyphen joins it to others.
func (c *cutter) emitPart(p span, s shape, alone bool) {
	switch s {
	case letters:
		if p.b-p.a > 1 || alone {
			c.word(p.a, p.b)
		}
	case digits:
		c.emit(c.slice(p.a, p.b), Number, p.a, p.b)
	case dotted:
		c.dotted(p)
	default:
		c.coded(p)
	}
}

// maxRuns is how many runs of letters and of digits a code may have for its
// pieces to be terms: a hash or a key has more, and pieces that say nothing.
const maxRuns = 5

// coded emits a code of letters and digits whole, then its runs: of letters
// from two on, of digits from two on, and the code up to its first digits'
// end (mate60 of mate60pro).
func (c *cutter) coded(p span) {
	c.emit(c.slice(p.a, p.b), Code, p.a, p.b)
	runs := 1
	for k := p.a + 1; k < p.b; k++ {
		if c.classes[k] != c.classes[k-1] {
			runs++
		}
	}
	if runs > maxRuns {
		return
	}
	n := 0
	for a := p.a; a < p.b; n++ {
		b := a + 1
		for b < p.b && (c.classes[b] == digit) == (c.classes[a] == digit) {
			b++
		}
		switch {
		case b-a < 2:
		case c.classes[a] == digit:
			c.emit(c.slice(a, b), Number, a, b)
		default:
			c.word(a, b)
		}
		if n == 1 && b < p.b && c.classes[a] == digit {
			c.emit(c.slice(p.a, b), Code, p.a, b)
		}
		a = b
	}
}

// dotted emits a version (with or without its v), an address or any other
// code with numbers and dots: 2.0.1 and its beginning 2.0; 802.11ac.
func (c *cutter) dotted(p span) {
	a := p.a
	for c.classes[a] != digit {
		a++
	}
	b, dots, second := a, 0, 0
	for b < p.b && (c.classes[b] == digit || c.runes[b] == '.') {
		if c.runes[b] == '.' {
			if dots++; dots == 2 {
				second = b
			}
		}
		b++
	}
	kind := Number
	head := c.slice(p.a, a)
	if dots > 1 || head != "" {
		kind = Code
	}
	c.emit(c.slice(a, b), kind, a, b)
	if dots > 1 {
		c.emit(c.slice(a, second), Number, a, second)
	}
	if !isVersionMark(head) && len(head) > 0 || b < p.b {
		c.emit(c.slice(p.a, p.b), Code, p.a, p.b)
	}
	if len(head) > 1 && !isVersionMark(head) {
		c.word(p.a, a)
	}
	if p.b-b > 1 {
		c.word(b, p.b)
	}
}

func isVersionMark(s string) bool {
	return s == "v" || s == "ver" || s == "version" || s == "rev"
}

// maxJoined is how many parts at most are closed up.
const maxJoined = 4

// emitGroup emits the parts of a group and their closed-up forms.
func (c *cutter) emitGroup() {
	var closed [maxTermBytes + 8]byte
	buf := closed[:0]
	kind, allDigits := Word, true
	first := c.parts[0].a
	for n, p := range c.parts {
		s := c.shape(p)
		c.emitPart(p, s, false)
		if s != letters {
			kind = Code
		}
		allDigits = allDigits && s == digits
		buf = append(buf, c.slice(p.a, p.b)...)
		last := n == len(c.parts)-1
		switch {
		case n == 0 || len(buf) > maxTermBytes:
		case allDigits:
			// 400-800-8888, not 1-2.
			if last && len(buf) >= 7 {
				c.emit(string(buf), Code, first, p.b)
			}
		case kind == Word:
			if (last || n == 1) && n < 3 {
				c.closedWord(string(buf), first, p)
			}
		case n < maxJoined && s != dotted:
			c.emit(string(buf), Code, first, p.b)
		}
	}
}

// closedWord emits the closed-up form of a hyphenated word: wifi of wi-fi. One
// that ends in a single letter is a code: usb-c.
func (c *cutter) closedWord(w string, first int, last span) {
	if last.b-last.a == 1 {
		c.emit(w, Code, first, last.b)
	} else if t := c.stem(w); t != "" {
		c.emit(t, Word, first, last.b)
	}
}

// maxEnding is the longest ending of a file or host name that is looked for.
const maxEnding = 6

// fileName emits the names of files and hosts (thm.json, example.com) whose
// last part before the dot ends at rune end.
func (c *cutter) fileName(end int) {
	if !c.is(end, '.') || c.classAt(end+1) != latin {
		return
	}
	b := c.run(end+1, latin)
	if n := b - end - 1; n < 2 || n > maxEnding || c.alnumAt(b) || stopWords[c.slice(end+1, b)] {
		return
	}
	p := c.parts[len(c.parts)-1]
	c.emit(c.slice(p.a, b), Code, p.a, b)
}

// sharp emits names such as c++ and c#, whose word ends at rune end.
func (c *cutter) sharp(end int) {
	p, tail := c.parts[len(c.parts)-1], 0
	switch {
	case c.is(end, '#'):
		tail = 1
	case c.is(end, '+') && c.is(end+1, '+'):
		tail = 2
	}
	if tail > 0 && p.b-p.a <= 2 && c.classes[p.a] == latin && !c.alnumAt(end+tail) {
		c.emit(c.slice(p.a, end+tail), Code, p.a, end+tail)
	}
}
