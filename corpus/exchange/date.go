package exchange

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

var errDate = errors.New("is no date; write it like 2025-03-04 or 2025-03-04T15:30:00+08:00")
var errDayOrMonth = errors.New("may be day/month or month/day; write it like 2025-03-04")

// layouts are the forms of dates once tidyDate has been over them.
var layouts = []string{
	"2006-1-2T15:4:5.999999999Z07:00", "2006-1-2T15:4:5.999999999Z0700", "2006-1-2T15:4:5.999999999", "2006-1-2T15:4Z07:00", "2006-1-2T15:4", "2006-1-2",
	"20060102", "20060102150405",
	"Jan 2, 2006", "January 2, 2006", "2 Jan 2006", "2 January 2006",
	time.RFC1123, time.RFC1123Z,
}

// Numbers between these, 1954 to 2119, are days as Excel counts them; others
// are more likely a year or a slip.
const firstSerial, lastSerial = 20_000, 80_000

// parseDate reads a date in one of the usual forms. One that names no zone is
// in the given place. Numbers are days as Excel counts them.
func parseDate(s string, place *time.Location) (time.Time, error) {
	s = strings.TrimSpace(s)
	if days, err := strconv.ParseFloat(s, 64); err == nil && days >= firstSerial && days <= lastSerial {
		return excelDate(days, place), nil
	}
	if len(s) > 40 {
		return time.Time{}, errDate
	}
	tidied := tidyDate(s)
	for _, layout := range layouts {
		for _, form := range []string{tidied, s} {
			if t, err := time.ParseInLocation(layout, form, place); err == nil {
				return t, nil
			}
		}
	}
	if p := strings.FieldsFunc(tidied, func(r rune) bool { return r == '-' || r == 'T' }); len(p) >= 3 && len(p[0]) <= 2 && len(p[2]) == 4 {
		return time.Time{}, errDayOrMonth
	}
	return time.Time{}, errDate
}

// tidyDate writes 2025/3/4 15:30, 2025.3.4 and 2025年3月4日15时30分 alike:
// 2025-3-4T15:30.
func tidyDate(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			return r - 0xFEE0
		case r == '\u3000' || r == '\u00a0':
			return ' '
		}
		return r
	}, s)
	date, clock := s, ""
	if i := strings.IndexAny(s, " T日"); i > 0 {
		date, clock = s[:i], strings.TrimLeft(strings.TrimPrefix(s[i:], "日"), " T")
	}
	date = strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-").Replace(date)
	if clock == "" {
		return strings.TrimSuffix(date, "-")
	}
	clock = strings.NewReplacer("时", ":", "点", ":", "分", ":", "秒", "", " ", "").Replace(clock)
	return date + "T" + strings.TrimSuffix(clock, ":")
}

// excelDate is the time that many days after the epoch of Excel, which takes
// 1900 for a leap year; to the millisecond, as Excel shows it.
func excelDate(days float64, place *time.Location) time.Time {
	whole, part := math.Modf(days)
	at := time.Date(1899, 12, 30, 0, 0, 0, 0, place).AddDate(0, 0, int(whole))
	ms := int(math.Round(part * 86_400_000))
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, ms*1_000_000, place)
}
