package web

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"precedent/search"
)

// piece is a stretch of a text that is shown in one way. Texts stay texts: a
// piece is escaped where it is shown.
type piece struct {
	Text string
	Mark bool   // the complaint says it too
	URL  string // where it leads, when it is an address
}

// pieces cuts a text where marks begin and end. Spans are in characters and
// may overlap; what lies outside the text is passed over.
func pieces(text []rune, spans []search.Span) []piece {
	marked := make([]bool, len(text))
	for _, s := range spans {
		for i := max(s.Start, 0); i < min(s.End, len(text)); i++ {
			marked[i] = true
		}
	}
	var out []piece
	for start := 0; start < len(text); {
		end := start
		for end < len(text) && marked[end] == marked[start] {
			end++
		}
		out = append(out, piece{Text: string(text[start:end]), Mark: marked[start]})
		start = end
	}
	return out
}

// excerpt is the stretch of at most width characters that holds most marks,
// on one line, with an ellipsis where something was left out.
func excerpt(text string, spans []search.Span, width int) []piece {
	runes := []rune(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, text))
	if len(runes) <= width {
		return pieces(runes, spans)
	}
	start := wordStart(runes, bestStart(len(runes), spans, width))
	shifted := make([]search.Span, len(spans))
	for i, s := range spans {
		shifted[i] = search.Span{Start: s.Start - start, End: s.End - start}
	}
	end := min(start+width, len(runes))
	out := pieces(runes[start:end], shifted)
	if start > 0 {
		out = append([]piece{{Text: "…"}}, out...)
	}
	if end < len(runes) {
		out = append(out, piece{Text: "…"})
	}
	return out
}

// wordStart moves a start inside a word of letters back to where it begins.
func wordStart(text []rune, at int) int {
	const longest = 20
	for back := 0; back < longest && at-back > 0; back++ {
		if r := text[at-back-1]; !unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Nd) {
			return at - back
		}
	}
	return at
}

// bestStart tries a window shortly before each mark.
func bestStart(length int, spans []search.Span, width int) int {
	best, most := 0, -1
	for _, s := range spans {
		start := max(0, min(s.Start-width/8, length-width))
		held := 0
		for _, o := range spans {
			if o.Start >= start && o.End <= start+width {
				held += o.End - o.Start
			}
		}
		if held > most || (held == most && start < best) {
			best, most = start, held
		}
	}
	return best
}

var (
	address   = regexp.MustCompile(`https?://[^\s<>"'` + "`" + `，。；！？、（）【】《》“”]+`)
	numbering = regexp.MustCompile(`^(?:(?:步骤|第|[Ss]tep )?\s*(\d{1,2})\s*(?:[.．](?:\s|[^\d\s])|[、)）:：]|步[:：、]?\s?))\s*`)
	circled   = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
)

// linked cuts a text at the web addresses in it.
func linked(text string) []piece {
	var out []piece
	at := 0
	for _, m := range address.FindAllStringIndex(text, -1) {
		end := m[0] + len(strings.TrimRight(text[m[0]:m[1]], ".,;:!?)]}"))
		if m[0] > at {
			out = append(out, piece{Text: text[at:m[0]]})
		}
		out = append(out, piece{Text: text[m[0]:end], URL: text[m[0]:end]})
		at = end
	}
	if at < len(text) {
		out = append(out, piece{Text: text[at:]})
	}
	return out
}

// steps are the lines of a resolution without the numbers they may carry: the
// page counts by itself. A number that is not the line's own place belongs to
// the text.
func steps(resolution string) []string {
	var out []string
	for line := range strings.Lines(resolution) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if rest := unnumbered(line, len(out)+1); rest != "" {
			line = rest
		}
		out = append(out, line)
	}
	return out
}

func unnumbered(line string, place int) string {
	if place <= 20 {
		if rest, ok := strings.CutPrefix(line, string([]rune(circled)[place-1])); ok {
			return strings.TrimSpace(rest)
		}
	}
	m := numbering.FindStringSubmatchIndex(line)
	if m == nil || line[m[2]:m[3]] != strconv.Itoa(place) {
		return line
	}
	return strings.TrimLeft(line[m[3]:], " 　\t.．、)）:：步")
}
