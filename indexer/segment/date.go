package segment

import "fmt"

// date emits the date that begins with the digits i to j, as year-month-day and
// as month-day, and returns its end; i if there is none.
func (c *cutter) date(i, j int) int {
	switch {
	case j-i == 4 && (c.is(j, '年') || c.is(j, '-') || c.is(j, '/') || c.is(j, '.')):
		return c.fullDate(i, j)
	case j-i <= 2 && c.is(j, '月'):
		day, end := c.upTo(j+1, 31)
		month, _ := c.upTo(i, 12)
		if day == 0 || month == 0 || !c.is(end, '日') && !c.is(end, '号') {
			return i
		}
		c.emit(fmt.Sprintf("%02d-%02d", month, day), Number, i, end+1)
		return end + 1
	}
	return i
}

func (c *cutter) fullDate(i, j int) int {
	year := 0
	for _, r := range c.runes[i:j] {
		year = year*10 + int(r-'0')
	}
	month, k := c.upTo(j+1, 12)
	if year < 1900 || year > 2099 || month == 0 {
		return i
	}
	sep := c.runes[j]
	if sep == '年' {
		if !c.is(k, '月') {
			return i
		}
		day, end := c.upTo(k+1, 31)
		if day == 0 {
			c.emit(fmt.Sprintf("%04d-%02d", year, month), Number, i, k+1)
			return k + 1
		}
		if c.is(end, '日') || c.is(end, '号') {
			end++
		}
		c.emitDate(year, month, day, i, end)
		return end
	}
	if !c.is(k, sep) {
		return i
	}
	day, end := c.upTo(k+1, 31)
	if day == 0 || c.is(end, sep) && c.alnumAt(end+1) || c.alnumAt(end) {
		return i
	}
	c.emitDate(year, month, day, i, end)
	return end
}

func (c *cutter) emitDate(year, month, day, a, b int) {
	full := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
	c.emit(full, Number, a, b)
	c.emit(full[len("2006-"):], Number, a, b)
}

// upTo reads one or two digits at rune i, a number from 1 to limit; 0 for any
// other.
func (c *cutter) upTo(i, limit int) (n, end int) {
	end = c.run(i, digit)
	if end == i || end-i > 2 {
		return 0, i
	}
	for _, r := range c.runes[i:end] {
		n = n*10 + int(r-'0')
	}
	if n > limit {
		return 0, i
	}
	return n, end
}

// clock emits a time of day (10:30, 10:30:05) that begins with the digits i to
// j, and returns its end; i if there is none.
func (c *cutter) clock(i, j int) int {
	if j-i > 2 || !c.is(j, ':') || c.run(j+1, digit) != j+3 || c.runes[j+1] > '5' {
		return i
	}
	if c.is(i-1, ':') || c.runes[i] > '2' && j-i == 2 {
		return i
	}
	end := j + 3
	if c.is(end, ':') {
		if c.run(end+1, digit) != end+3 {
			return i
		}
		end += 3
	}
	if c.classAt(end) == latin || c.is(end, ':') {
		return i
	}
	c.emit(c.slice(i, end), Number, i, end)
	return end
}
