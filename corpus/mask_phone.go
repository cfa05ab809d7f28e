package corpus

import "strings"

// phone recognises a telephone number in k groups and returns where it ends,
// an extension included.
func (m *masker) phone(r *numberRun, k int, is label) (end int, ok bool) {
	n := r.count(k)
	if n < 9 || n > 17 {
		return 0, false
	}
	d := r.text(k)
	switch {
	case r.plus:
		ok = isInternational(d)
	case d[:2] == "00":
		ok = isDialledAbroad(r, k, d)
	case d[:2] == "86" && (r.groups[0].n == 2 || r.groups[0].n == 13):
		ok = isMobile(d[2:], r.shape(1, k), k == 1) || k > 1 && isNational(d[2:])
	case isMobile(d, r.shape(0, k), is == phoneLabel && r.groups[0].n > 1), d[0] == '0' && isMobile(d[1:], "", n == 12 && (k == 1 || r.groups[0].n == 4)):
		ok = true
	case r.han:
	case d[0] == '0':
		ok = isLandline(r, k, d) || isTrunk(r, k, d, is)
	default:
		ok = isNorthAmerican(r, k, d) || isRussian(r, k) || isBracketed(r, k, d)
	}
	if !ok || isHotline(d) {
		return 0, false
	}
	if m.endsNumber(r, k) {
		return m.spokenExtension(r.groups[k-1].end), true
	}
	return m.extension(r, k)
}

// spokenExtension returns the end of 转801 or ext. 801 at i, else i.
func (m *masker) spokenExtension(i int) int {
	tail := strings.TrimLeft(m.s[i:min(len(m.s), i+24)], " ,，")
	for _, word := range []string{"转", "轉", "分机", "分機", "extension", "ext.", "ext", "Ext.", "Ext", "EXT"} {
		if after, ok := strings.CutPrefix(tail, word); ok {
			digits := strings.TrimLeft(after, " :：.")
			if n := len(digits) - len(strings.TrimLeft(digits, "0123456789")); n > 0 && n <= 6 {
				return i + strings.Index(m.s[i:], digits) + n
			}
			return i
		}
	}
	return i
}

// extension accepts what may be tied to a number: up to five digits more,
// which go with it, or another number.
func (m *masker) extension(r *numberRun, k int) (end int, ok bool) {
	if k == r.n || r.groups[k].sep != sepDash {
		return 0, false
	}
	g := r.groups[k]
	switch {
	case g.n <= 5 && (k == 1 || r.digits[0] == '0' || r.plus) && m.endsNumber(r, k+1):
		return g.end, true
	case g.n >= 11:
		return r.groups[k-1].end, isMobileDigits(string(r.digits[g.first : g.first+11]))
	}
	return 0, false
}

func isMobileDigits(d string) bool { return len(d) == 11 && d[0] == '1' && d[1] >= '3' }

// isMobile tests a mainland mobile number and its grouping; announced ones
// may be grouped at will.
func isMobile(d, shape string, announced bool) bool {
	if !isMobileDigits(d) {
		return false
	}
	switch shape {
	case "11", "3-4-4", "4-4-3", "4-3-4", "3-8", "7-4", "3-3-5", "5-6", "6-5", "3-5-3", "3-4-2-2", "1-1-1-1-1-1-1-1-1-1-1":
		return true
	}
	return announced
}

// areaDigits is how many digits of d, which begins with 0, are a mainland
// area code (010, 02x, 0xxx), or 0.
func areaDigits(d string) int {
	switch {
	case strings.HasPrefix(d, "010"), d[1] == '2' && d[2] != '6':
		return 3
	case d[1] >= '3':
		return 4
	}
	return 0
}

// areaCodes are the mainland area codes of four digits in use, without the 0,
// as ranges (the national numbering plan, YD/T 1137).
var areaCodes = [...][2]string{
	{"310", "319"}, {"335", "335"}, {"349", "359"}, {"370", "379"}, {"391", "398"}, {"410", "419"}, {"421", "421"}, {"427", "427"}, {"429", "429"},
	{"431", "439"}, {"451", "459"}, {"464", "464"}, {"467", "479"}, {"482", "483"}, {"510", "519"}, {"523", "523"}, {"527", "527"}, {"530", "539"},
	{"543", "543"}, {"546", "546"}, {"550", "566"}, {"570", "580"}, {"591", "599"}, {"631", "635"}, {"660", "663"}, {"668", "668"}, {"691", "692"},
	{"701", "701"}, {"710", "719"}, {"722", "722"}, {"724", "724"}, {"728", "728"}, {"730", "739"}, {"743", "746"}, {"750", "760"}, {"762", "763"},
	{"766", "766"}, {"768", "779"}, {"790", "799"}, {"812", "813"}, {"816", "818"}, {"825", "827"}, {"830", "839"}, {"851", "859"}, {"870", "879"},
	{"881", "883"}, {"886", "888"}, {"891", "898"}, {"901", "903"}, {"906", "906"}, {"908", "909"}, {"911", "919"}, {"930", "939"}, {"941", "943"},
	{"951", "955"}, {"970", "979"}, {"990", "999"},
}

// isAreaCode tests an area code, its 0 included; those of three digits are all in use.
func isAreaCode(d string) bool {
	if len(d) == 3 {
		return true
	}
	for _, r := range areaCodes {
		if d[1:] >= r[0] && d[1:] <= r[1] {
			return true
		}
	}
	return false
}

// isNational tests a mainland number behind the country code, its 0 left out
// or not.
func isNational(d string) bool {
	d = "0" + strings.TrimPrefix(d, "0")
	if len(d) < 10 {
		return false
	}
	if isMobileDigits(d[1:]) {
		return true
	}
	area := areaDigits(d)
	return area > 0 && isSubscriber(area, len(d)-area)
}

// isSubscriber tests how many digits follow an area code.
func isSubscriber(area, n int) bool { return n == 8 || area == 4 && n == 7 }

// isLandline tests a mainland landline number with its area code.
func isLandline(r *numberRun, k int, d string) bool {
	area := areaDigits(d)
	if area == 0 || !isSubscriber(area, len(d)-area) {
		return false
	}
	if k == 1 {
		return d[area] >= '2' && isAreaCode(d[:area])
	}
	if r.groups[0].n != area {
		return false
	}
	switch r.shape(1, k) {
	case "7", "8", "4-4", "3-4", "4-3", "2-2-2-2", "2-3-3", "3-2-2", "1-3-3":
		return true
	}
	return false
}

// isTrunk tests numbers of other countries dialled with a leading 0, by their
// usual groupings.
func isTrunk(r *numberRun, k int, d string, is label) bool {
	if n := len(d); n < 9 || n > 11 || k == 1 {
		return false
	}
	first := r.groups[0].n
	if r.separators(0, k)&(sepDash|sepParen) != 0 {
		return first >= 2 && first <= 5 && k <= 3 && r.groups[k-1].n >= 3
	}
	switch r.shape(0, k) {
	case "3-4-4", "4-3-4", "4-3-3", "5-6", "5-3-3", "2-4-4", "3-3-4":
		return true
	case "2-2-2-2-2":
		return d[1] == '6' || d[1] == '7' || is == phoneLabel
	}
	return false
}

// isInternational tests a number with + (ITU-T E.164: at most 15 digits). The +
// says that it is one; what is known of a country's numbers only tells where
// it ends.
func isInternational(d string) bool {
	switch {
	case d[0] == '0' || len(d) < 9:
		return false
	case d[:2] == "86":
		return isNational(d[2:]) || len(d) == 12 || len(d) == 13
	case d[0] == '1':
		return len(d) == 11 && !isFreeArea(d[1:4])
	}
	return len(d) <= 15
}

// isDialledAbroad tests a number with 00 before the country code.
func isDialledAbroad(r *numberRun, k int, d string) bool {
	switch {
	case d[2] == '0':
		return false
	case d[2:4] == "86":
		return isMobileDigits(d[4:]) || isNational(d[4:])
	case d[2] == '1':
		return isNorthAmericanDigits(d[3:])
	}
	return k >= 3 && len(d) >= 10 && r.groups[0].n >= 4 && r.groups[0].n <= 5
}

// isNorthAmericanDigits tests ten digits of the North American plan: neither
// area nor exchange begins with 0 or 1, and the call is not free.
func isNorthAmericanDigits(d string) bool {
	return len(d) == 10 && d[0] >= '2' && d[3] >= '2' && !isFreeArea(d[:3])
}

// isFreeArea reports the area codes of free numbers.
func isFreeArea(d string) bool {
	switch d {
	case "800", "888", "877", "866", "855", "844", "833":
		return true
	}
	return false
}

func isNorthAmerican(r *numberRun, k int, d string) bool {
	switch r.shape(0, k) {
	case "3-3-4":
		return isNorthAmericanDigits(d)
	case "1-3-3-4":
		return d[0] == '1' && isNorthAmericanDigits(d[1:])
	}
	return false
}

func isRussian(r *numberRun, k int) bool {
	shape := r.shape(0, k)
	return r.digits[0] == '8' && (shape == "1-3-3-2-2" || shape == "1-3-3-4")
}

// isBracketed tests a number whose area code stands in brackets: (11) 91234-5678.
func isBracketed(r *numberRun, k int, d string) bool {
	first := r.groups[0].n
	return r.paren && k >= 2 && k <= 4 && first >= 2 && first <= 3 && len(d) >= 9 && len(d) <= 12
}

// isHotline reports numbers that belong to no person: 400 and 800 numbers,
// free ones abroad, and senders of short messages.
func isHotline(d string) bool {
	d = strings.TrimPrefix(strings.TrimPrefix(d, "00"), "86")
	if len(d) == 10 && (d[:3] == "400" || isFreeArea(d[:3])) {
		return true
	}
	for _, p := range []string{"0120", "0800", "1010", "106"} {
		if strings.HasPrefix(d, p) {
			return true
		}
	}
	return false
}

// announcedPhone tests k groups behind a word for a telephone: local numbers
// and any grouping will do, but neither hotlines nor dates.
func (m *masker) announcedPhone(r *numberRun, k int) bool {
	d := r.text(k)
	n := len(d)
	if n < shortestPhone || n > 15 || r.han || isHotline(d) || !m.endsNumber(r, k) {
		return false
	}
	if r.groups[0].n == 1 && d[0] == '1' && isFreeArea(d[1:4]) { // 1-800
		return false
	}
	if isDate(d) && (k == 1 || r.groups[0].n == 4 && n == 8) {
		return false
	}
	if n <= 8 {
		return d[0] >= '2' && d[0] <= '9' && k <= 2 && r.separators(0, k)&sepDot == 0
	}
	return k <= 5
}

func isDate(d string) bool { return len(d) >= 8 && isBirth(d[:8]) }
