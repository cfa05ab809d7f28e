package exchange

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestSplitList(t *testing.T) {
	for _, c := range []struct {
		cell, separators string
		want             []string
	}{
		{"", between, nil},
		{" a ", between, []string{"a"}},
		{"a | b|c", lines, []string{"a", "b", "c"}},
		{"光猫、路由器；机顶盒", between, []string{"光猫", "路由器", "机顶盒"}},
		{"a\nb\r\nc", lines, []string{"a", "b", "c"}},
		{"one, two、three", lines, []string{"one, two、three"}},
		{`a\|b | c:\dir\\`, lines, []string{"a|b", `c:\dir\`}},
		{"two\\\nlines\nnext", lines, []string{"two\nlines", "next"}},
		{`\`, lines, []string{`\`}},
	} {
		assert.Equal(t, c.want, splitList(c.cell, c.separators), "%q", c.cell)
	}
}

func FuzzJoinList(f *testing.F) {
	f.Add("a", "b|c")
	f.Add(`\`, "x\ny")
	f.Add("、;", `\|`)
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, separators := range []string{lines, between} {
			var list []string
			for _, s := range []string{a, b} {
				if s = strings.TrimSpace(strings.ToValidUTF8(s, "")); s != "" {
					list = append(list, s)
				}
			}
			assert.Equal(t, list, splitList(joinList(list, separators), separators))
		}
		assert.Equal(t, a, unguard(guard(a)))
		assert.False(t, strings.HasPrefix(guard(a), "="))
		assert.Equal(t, a, strings.Join(parts(a), ""))
	})
}

func TestPartsFitCells(t *testing.T) {
	s := strings.Repeat("故障😀", 30_000)
	list := parts(s)
	assert.Equal(t, s, strings.Join(list, ""))
	for _, p := range list {
		assert.True(t, utf8.ValidString(p))
		units := 0
		for _, r := range p {
			units++
			if r > 0xFFFF {
				units++
			}
		}
		assert.LessOrEqual(t, units, 32_767)
	}
}

func TestParseDate(t *testing.T) {
	china := time.FixedZone("", 8*3600)
	for s, want := range map[string]string{
		"2017-1-17 16:44":                 "2017-01-17T16:44:00+08:00",
		"2025/3/4":                        "2025-03-04T00:00:00+08:00",
		"2025.03.04 5:06":                 "2025-03-04T05:06:00+08:00",
		"2025年3月4日":                       "2025-03-04T00:00:00+08:00",
		"2025年3月4日 15时30分":                "2025-03-04T15:30:00+08:00",
		"２０２５-3-4 15：30：05":               "2025-03-04T15:30:05+08:00",
		"20250304":                        "2025-03-04T00:00:00+08:00",
		"20250304153005":                  "2025-03-04T15:30:05+08:00",
		"2025-03-04T15:30:05Z":            "2025-03-04T15:30:05Z",
		"2025-03-04T15:30:05.25+01:00":    "2025-03-04T15:30:05.25+01:00",
		"2025-03-04 15:30:05 +0100":       "2025-03-04T15:30:05+01:00",
		"Mar 4, 2025":                     "2025-03-04T00:00:00+08:00",
		"4 March 2025":                    "2025-03-04T00:00:00+08:00",
		"Tue, 04 Mar 2025 15:30:05 +0100": "2025-03-04T15:30:05+01:00",
		"45720":                           "2025-03-04T00:00:00+08:00",
		"45720.645833333336":              "2025-03-04T15:30:00+08:00",
	} {
		got, err := parseDate(s, china)
		if assert.NoError(t, err, s) {
			assert.Equal(t, want, got.Format(time.RFC3339Nano), s)
		}
	}
	for _, s := range []string{"yesterday", "2025-13-04", "2025-02-30", "4月3日", "-1", "1e300", "NaN", "2025", "99999999", strings.Repeat("2", 50)} {
		_, err := parseDate(s, china)
		assert.ErrorIs(t, err, errDate, s)
	}
	_, err := parseDate("3/4/2025", china)
	assert.ErrorIs(t, err, errDayOrMonth)
}

func TestPlainNumber(t *testing.T) {
	for s, want := range map[string]string{"1.23456789012E11": "123456789012", "1E5": "1E5", "12": "12", "1.5": "1.5", "E-691": "E-691", "1.5E-3": "1.5E-3", "4E": "4E", "1.0E+20": "100000000000000000000"} {
		assert.Equal(t, want, plainNumber(s), s)
	}
}

func TestPace(t *testing.T) {
	p := newPace()
	for range 50 { // 1 ms a row
		p.took(p.size, time.Duration(p.size)*time.Millisecond)
	}
	assert.Equal(t, int(aim/time.Millisecond), p.size)
	for range 20 { // 10 µs a row
		p.took(p.size, time.Duration(p.size)*10*time.Microsecond)
	}
	assert.Equal(t, int(aim/(10*time.Microsecond)), p.size)
	p.took(p.size, time.Minute)
	assert.Equal(t, 1, p.size)
}
