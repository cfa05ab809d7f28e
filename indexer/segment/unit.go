package segment

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// latinUnits gives the form that stands for a unit. 2.4GHz is 2.4G and 100M is
// 100Mbps to whoever complains of a line.
var latinUnits = map[string]string{
	"g": "g", "gb": "g", "ghz": "g", "gbps": "g", "gbit": "g",
	"m": "m", "mb": "m", "mbps": "m", "mbit": "m", "mhz": "mhz",
	"k": "k", "kb": "k", "kbps": "k", "kbit": "k", "khz": "khz", "hz": "hz",
	"t": "t", "tb": "t",
	"dbm": "dbm", "db": "db", "v": "v", "w": "w", "kw": "kw", "mah": "mah", "ma": "ma", "mv": "mv",
	"ms": "ms", "s": "s", "min": "min", "mm": "mm", "cm": "cm", "km": "km", "kg": "kg", "ml": "ml",
	"inch": "寸", "rmb": "元", "yuan": "元",
}

// hanUnits gives, by their first character, Chinese units and the form that
// stands for each, the longer before the shorter.
var hanUnits = func() map[rune][]hanUnit {
	m := map[rune][]hanUnit{}
	for line := range strings.FieldsSeq(hanUnitList) {
		names := strings.Split(line, "=")
		for _, n := range names {
			first, _ := utf8.DecodeRuneInString(n)
			m[first] = append(m[first], hanUnit{[]rune(n), names[0]})
		}
	}
	return m
}()

type hanUnit struct {
	runes []rune
	unit  string
}

// hanUnitList has a line a unit: the form that stands for it, and others. Of
// two units one of which begins the other, the longer stands first.
const hanUnitList = `
个月 小时=个小时=个钟头=钟头=个钟 工作日=个工作日 周=个星期=星期=个礼拜=礼拜
分钟 秒=秒钟 天 年 元=块钱=块=圆 m=兆 次 位 期 折 岁 号 寸=英寸 米 公里 格 条 张 台 部 人 件 遍 倍 级 楼`

// hanUnit is the unit of Chinese characters at rune i and where it ends.
func (c *cutter) hanUnit(i int) (unit string, end int) {
	if i >= len(c.runes) {
		return "", i
	}
next:
	for _, u := range hanUnits[c.runes[i]] {
		for k, r := range u.runes {
			if !c.is(i+k, r) {
				continue next
			}
		}
		return u.unit, i + len(u.runes)
	}
	return "", i
}

// isNumeral reports whether a Han character writes a number.
func isNumeral(r rune) bool { return numeral(r) >= 0 || multiplier(r) > 0 || r == '十' }

// numeral is the value of a Chinese digit, -1 for anything else.
func numeral(r rune) int64 {
	switch r {
	case '零', '〇':
		return 0
	case '一':
		return 1
	case '二', '两':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	}
	return -1
}

// maxNumeral bounds a number in Chinese characters.
const maxNumeral = 12

// chineseAmount emits the amount that begins at rune k of the run that begins
// at rune start, as digits would write it: 两百兆 is 200m, 三个月 is 3个月.
// A number without a unit is left to the characters, and so is 一 before a unit
// that is said of any one thing (一次, 一条).
func (c *cutter) chineseAmount(k, start int) {
	if k > start && isNumeral(c.runes[k-1]) {
		return
	}
	end := k
	for end < len(c.runes) && end-k <= maxNumeral && isNumeral(c.runes[end]) {
		end++
	}
	if end-k > maxNumeral {
		return
	}
	unit, next := c.hanUnit(end)
	if unit == "" && c.classAt(end) == latin && !c.alnumAt(end+1) {
		unit, next = latinUnits[c.slice(end, end+1)], end+1
	}
	if unit == "" || end == k+1 && c.runes[k] == '一' && utf8.RuneCountInString(unit) == 1 && unit != "m" && unit != "年" {
		return
	}
	if v, ok := chineseNumber(c.runes[k:end]); ok {
		c.emit(strconv.FormatInt(v, 10)+unit, Number, k, next)
	}
}

// chineseNumber is the value of a number in Chinese characters: 二百零三, 两万,
// or digit by digit, 一二三.
func chineseNumber(runes []rune) (int64, bool) {
	var total, section, last int64
	plain := true // nothing but digits so far
	for n, r := range runes {
		if v := numeral(r); v >= 0 {
			if plain {
				last = last*10 + v
			} else {
				last = v
			}
			continue
		}
		if plain && n > 1 {
			return 0, false // 三五百
		}
		plain = false
		switch m := multiplier(r); {
		case r == '十':
			if n == 0 {
				last = 1
			}
			section += last * 10
		case m < 10_000:
			section += last * m
		default:
			if total >= m { // 一亿二千万
				total += (section + last) * m
			} else {
				total = (total + section + last) * m
			}
			section = 0
		}
		last = 0
	}
	return total + section + last, true
}
