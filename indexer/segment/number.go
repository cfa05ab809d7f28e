package segment

import (
	"math"
	"strconv"
	"strings"
)

// number cuts what begins at rune i with a digit: dates, times of day, amounts
// with their units, versions, plain numbers. What is no number it leaves to
// group.
func (c *cutter) number(i int) int {
	j := c.run(i, digit)
	if end := c.date(i, j); end > i {
		c.name = nameState{}
		return end
	}
	if end := c.clock(i, j); end > i {
		c.name = nameState{}
		return end
	}
	text, end, dots := c.decimal(i, j)
	if next, ok := c.amount(text, i, end); ok {
		c.name = nameState{}
		return next
	}
	if dots > 0 || end == j {
		return c.group(i)
	}
	c.emit(text, Number, i, end) // 1,000
	c.name = nameState{}
	return end
}

// decimal reads thousands and dots behind the digits i to j. The text has no
// thousands separators.
func (c *cutter) decimal(i, j int) (text string, end, dots int) {
	end = j
	if j-i <= 3 {
		for c.is(end, ',') && c.run(end+1, digit) == end+4 {
			end += 4
		}
	}
	thousands := end > j
	for c.is(end, '.') && c.classAt(end+1) == digit {
		end = c.run(end+1, digit)
		dots++
	}
	text = c.slice(i, end)
	if thousands {
		text = strings.ReplaceAll(text, ",", "")
	}
	return text, end, dots
}

// amount emits a number that ends at rune end with its unit, and the number
// itself; it returns where the amount ends, and whether there is one.
func (c *cutter) amount(text string, i, end int) (next int, ok bool) {
	value, past := c.multiplied(text, end)
	unit, written, next := c.unit(i, end, past)
	if unit == "" && past == end {
		return 0, false
	}
	if whole, ok := strings.CutSuffix(value, ".00"); ok {
		value = whole
	}
	c.emit(value, Number, i, past)
	if unit == "" {
		return past, true
	}
	c.emit(value+unit, Number, i, next)
	if written != unit {
		c.emit(value+written, Number, i, next)
	}
	if c.is(i-1, '-') && !c.alnumAt(i-2) && c.classAt(i-2) != han {
		c.emit("-"+value+written, Number, i-1, next)
	}
	return next, true
}

// unit finds the unit of the number from rune i to end (to past with 万 behind
// it): the form that stands for it, as it is written, and where it ends.
func (c *cutter) unit(i, end, past int) (unit, written string, next int) {
	at := past
	if c.is(at, ' ') {
		at++
	}
	switch {
	case c.classAt(at) == latin && past == end:
		next = c.run(at, latin)
		if c.alnumAt(next) || c.hyphen(next) && c.alnumAt(next+1) || at > end && next-at < 2 {
			return "", "", end
		}
		written = c.slice(at, next)
		if unit = latinUnits[written]; unit == "" {
			return "", "", end
		}
		return unit, written, next
	case c.classAt(at) == han:
		if unit, next = c.hanUnit(at); unit != "" {
			return unit, unit, next
		}
	case c.is(end, '%'), c.is(end, '°'):
		return c.slice(end, end+1), c.slice(end, end+1), end + 1
	}
	if i > 0 && c.runes[i-1] == '¥' {
		return "元", "元", past
	}
	return "", "", past
}

// multiplied reads 万 and the like behind a number: 3万 is 30000.
func (c *cutter) multiplied(text string, end int) (string, int) {
	if c.classAt(end) != han {
		return text, end
	}
	factor := multiplier(c.runes[end])
	v, err := strconv.ParseFloat(text, 64)
	if factor == 0 || err != nil || v*float64(factor) > 1e15 {
		return text, end
	}
	return strconv.FormatInt(int64(math.Round(v*float64(factor))), 10), end + 1
}

func multiplier(r rune) int64 {
	switch r {
	case '百':
		return 100
	case '千':
		return 1_000
	case '万':
		return 10_000
	case '亿':
		return 100_000_000
	}
	return 0
}
