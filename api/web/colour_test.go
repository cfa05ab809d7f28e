package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Text stands out from what is behind it as WCAG 2.2 AA asks, in light and in
// dark: 4.5 to 1 for text, 3 to 1 for edges of boxes and bars.
func TestColoursStandOut(t *testing.T) {
	css, err := staticFiles.ReadFile("static/page.css")
	require.NoError(t, err)
	light, dark, _ := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	light, _, _ = strings.Cut(light, "*, ::before")
	dark, _, _ = strings.Cut(dark, "*, ::before")
	for scheme, colours := range map[string]map[string]float64{"light": luminances(light), "dark": luminances(dark)} {
		for _, pair := range []struct {
			front, back string
			least       float64
		}{
			{"ink", "page", 7}, {"ink", "sheet", 7}, {"ink", "tint", 7}, {"ink", "amber-tint", 7},
			{"muted", "page", 4.5}, {"muted", "sheet", 4.5}, {"muted", "tint", 4.5},
			{"accent", "page", 4.5}, {"accent", "sheet", 4.5}, {"accent", "tint", 4.5}, {"on-accent", "accent", 4.5},
			{"on-mark", "mark", 7}, {"amber", "amber-tint", 4.5}, {"amber", "sheet", 4.5}, {"amber", "page", 4.5},
			{"good", "sheet", 4.5}, {"good", "page", 4.5}, {"good", "tint", 4.5}, {"good", "good-tint", 4.5},
			{"bad", "sheet", 4.5}, {"bad", "page", 4.5}, {"bad", "bad-tint", 4.5}, {"ink", "good-tint", 7},
			{"edge", "sheet", 3}, {"edge", "page", 3},
		} {
			front, known := colours[pair.front]
			require.True(t, known, pair.front)
			back, known := colours[pair.back]
			require.True(t, known, pair.back)
			ratio := (math.Max(front, back) + 0.05) / (math.Min(front, back) + 0.05)
			assert.GreaterOrEqual(t, ratio, pair.least, "%s: %s on %s", scheme, pair.front, pair.back)
		}
	}
}

var colour = regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2});`)

// luminances are the relative luminances of the colours named in a sheet
// (WCAG 2.2).
func luminances(css string) map[string]float64 {
	out := make(map[string]float64)
	for _, m := range colour.FindAllStringSubmatch(css, -1) {
		channel := func(hex string) float64 {
			n, _ := strconv.ParseUint(hex, 16, 8)
			c := float64(n) / 255
			if c <= 0.04045 {
				return c / 12.92
			}
			return math.Pow((c+0.055)/1.055, 2.4)
		}
		out[m[1]] = 0.2126*channel(m[2]) + 0.7152*channel(m[3]) + 0.0722*channel(m[4])
	}
	return out
}
