package segment

// nameState is what may go on as the name of a model: a name, its number, its
// suffixes, parted by single blanks.
type nameState struct {
	text     string
	a, end   int
	shape    shape
	suffixes int
}

const (
	maxName     = 12 // letters of a name
	maxModel    = 5  // digits of its number
	maxSuffix   = 6  // letters of a suffix
	maxSuffixes = 2  // pro max
)

// named takes in a part that stands alone and emits the closed-up forms of the
// name it goes on with: of Mate 60 Pro mate60 and mate60pro, as mate60pro
// itself yields. There is no list of brands: any name, number and suffix.
func (c *cutter) named(p span, s shape) {
	n := c.name
	if n.shape == none || n.end+1 != p.a || !c.is(n.end, ' ') {
		c.name = c.newName(p, s)
		return
	}
	length := p.b - p.a
	switch {
	case n.shape == letters && s == digits && length <= maxModel:
		c.extend(p, p.b, coded, 0)
	case n.shape == letters && s == mixed && c.modelThenSuffix(p) > 0:
		c.extend(p, c.modelThenSuffix(p), coded, 0)
		c.name.text, c.name.end = n.text, n.end
		c.extend(p, p.b, mixed, 1)
	case n.shape == letters && s == letters && length == 1 && len(n.text) > 1 && !stopWords[c.slice(p.a, p.b)]:
		c.extend(p, p.b, none, 0)
	case n.shape != letters && s == letters && length <= maxSuffix && n.suffixes < maxSuffixes && !stopWords[c.slice(p.a, p.b)]:
		c.extend(p, p.b, mixed, n.suffixes+1)
	default:
		c.name = c.newName(p, s)
	}
}

// extend emits the name with runes p.a to end behind it and goes on from there.
func (c *cutter) extend(p span, end int, s shape, suffixes int) {
	text := c.name.text + c.slice(p.a, end)
	c.emit(text, Code, c.name.a, end)
	c.name = nameState{text, c.name.a, end, s, suffixes}
}

// newName is the state after a part that begins a name, if it can.
func (c *cutter) newName(p span, s shape) nameState {
	text := c.slice(p.a, p.b)
	if len(text) != p.b-p.a {
		return nameState{} // accents
	}
	n := nameState{text: text, a: p.a, end: p.b, shape: s}
	switch s {
	case letters:
		if len(text) > maxName || stopWords[text] {
			return nameState{}
		}
	case coded:
	case mixed:
		n.suffixes = 1
	case digits:
		// The name may be Chinese: 小米14 Pro.
		if c.classAt(p.a-1) != han || len(text) > maxModel {
			return nameState{}
		}
		n.shape = coded
	default:
		return nameState{}
	}
	return n
}

// modelThenSuffix returns the end of the digits of a part such as 60pro, 0 if
// it is of another form.
func (c *cutter) modelThenSuffix(p span) int {
	k := c.run(p.a, digit)
	if k == p.a || k-p.a > maxModel || c.run(k, latin) != p.b {
		return 0
	}
	return k
}
