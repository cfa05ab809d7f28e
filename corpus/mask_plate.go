package corpus

import (
	"strings"
	"unicode"
)

// isProvince reports whether r begins the number plates of a mainland
// province, region or municipality (GA 36).
func isProvince(r rune) bool {
	switch r {
	case '京', '津', '沪', '渝', '冀', '豫', '云', '辽', '黑', '湘', '皖', '鲁', '新', '苏', '浙', '赣',
		'鄂', '桂', '甘', '晋', '蒙', '陕', '吉', '闽', '贵', '粤', '青', '藏', '川', '宁', '琼':
		return true
	}
	return false
}

// plate masks the number plate that begins at i with a province n bytes wide,
// and returns where to go on.
func (m *masker) plate(i, n int) int {
	if !m.beginsPlate(i, n) {
		return i + n
	}
	at := i + n
	r, size := m.after(at)
	if r = unicode.ToUpper(r); r < 'A' || r > 'Z' || r == 'I' {
		return i + n
	}
	at += size
	if r, size := m.after(at); r != 0 && strings.ContainsRune("·•・.-  　", r) {
		at += size
	}
	serial := make([]rune, 0, 8)
	for len(serial) < 7 {
		r, size := m.after(at)
		if !isASCIILetter(r) && (r < '0' || r > '9') {
			break
		}
		serial = append(serial, unicode.ToUpper(r))
		at += size
	}
	r, size = m.after(at)
	if len(serial) == 4 && r != 0 && strings.ContainsRune("挂学警港澳领", r) {
		serial = append(serial, '0')
		at += size
		r, size = m.after(at)
	}
	if next, _ := m.after(at + size); !isSerial(serial) || isWord(r) || r == '-' && isWord(next) {
		return i + n
	}
	return m.hide(plateKind, i, at)
}

// isSerial reports whether these can follow the letter of a plate: five
// letters and digits, or six of a new energy vehicle with their mark first or last.
func isSerial(s []rune) bool {
	digits := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	switch len(s) {
	case 5:
		return digits >= 2
	case 6:
		return digits >= 4 && (isASCIILetter(s[0]) || isASCIILetter(s[5]))
	}
	return false
}

// provinceWords are common words that end in a province's character; a code
// behind one of them is no plate.
var provinceWords = wordSet(`北京 南京 东京 望京 进京 天津 四川 内蒙 隐藏 收藏 西藏 储藏 南宁 西宁 辽宁 安宁 海宁 江苏 复苏 江浙 安吉 宝贵 昂贵 高贵 年青 冬青
	丹桂 河津 吴川 合川 伊川 银川 汉川`)

// beginsPlate reports whether the province at i can begin a plate. 新, 云 and
// 黑 are words of their own (new, cloud, black) and stand before models and
// codes, so they need a word for a plate before them or the dot of a plate.
func (m *masker) beginsPlate(i, n int) bool {
	before, size := m.before(i)
	switch province := m.s[i : i+n]; province {
	case "新", "云", "黑":
		letter, width := m.after(i + n)
		dot, _ := m.after(i + n + width)
		if isASCIILetter(letter) && (dot == '·' || dot == '•') {
			return true
		}
		label := strings.TrimRightFunc(m.s[max(m.end, i-24):i], func(r rune) bool { return isLabelSign(r) || r == '是' || r == '为' || r == '号' })
		return strings.HasSuffix(label, "车牌") || strings.HasSuffix(label, "牌照") || strings.HasSuffix(label, "车") || strings.HasSuffix(label, "号牌")
	default:
		return size == 0 || !unicode.Is(unicode.Han, before) || !provinceWords[string(before)+province]
	}
}
