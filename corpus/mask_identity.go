package corpus

// classify says what personal data the run begins with, of how many groups,
// and where it ends; "" for none. More groups are tried before fewer.
func (m *masker) classify(r *numberRun, is label) (kind string, k, end int) {
	if !r.plus {
		for k = r.most(13); k > 0; k = r.fewer(k) {
			if kind, end = m.document(r, k, is); kind != "" {
				return kind, k, end
			}
		}
	}
	for k = r.most(9); k > 0; k = r.fewer(k) {
		if end, ok := m.phone(r, k, is); ok {
			return phoneKind, k, end
		}
	}
	if is == phoneLabel {
		for k = r.most(shortestPhone); k > 0; k = r.fewer(k) {
			if m.announcedPhone(r, k) {
				return phoneKind, k, r.groups[k-1].end
			}
		}
	}
	return "", 0, 0
}

// document recognises identity numbers, bank cards and IMEIs in k groups.
func (m *masker) document(r *numberRun, k int, is label) (kind string, end int) {
	n := r.count(k)
	if n < 13 || n > 19 {
		return "", 0
	}
	end = r.groups[k-1].end
	d := r.text(k)
	if n == 17 {
		if x, size := m.after(end); (x == 'x' || x == 'X' || x == '×') && m.freeAfter(end+size, false) && isIdentity(d+"X", is) {
			return idKind, end + size
		}
	}
	if !m.endsNumber(r, k) {
		return "", 0
	}
	switch {
	case n == 18 && isIdentity(d, is):
		return idKind, end
	case r.han:
		return "", 0
	case n >= 14 && n <= 16 && (is == imeiLabel || is == noLabel && n == 15 && m.imeiAfter(end)):
		return imeiKind, end
	case is == identityLabel && n == 15 && isOldIdentity(d):
		return idKind, end
	case n == 15 && is != cardLabel && luhn(d) && isReportingBody(d[:2]) && isIMEIShape(r.shape(0, k)):
		return imeiKind, end
	case luhn(d) && isCard(d, is == cardLabel) && (is == cardLabel || isCardShape(r, k)):
		return cardKind, end
	case n == 15 && k == 1 && isOldIdentity(d):
		return idKind, end
	}
	return "", 0
}

// isIdentity tests a mainland identity number of 18 characters (GB 11643):
// region, date of birth and check digit. One that its label announces may
// have been mistyped.
func isIdentity(d string, is label) bool {
	if !isRegion(d[:2]) || !isBirth(d[6:14]) {
		return false
	}
	return is == identityLabel || identityCheck(d[:17]) == d[17]
}

// identityCheck is the check digit of GB 11643 (ISO 7064, MOD 11-2).
func identityCheck(d string) byte {
	sum := 0
	for i := range len(d) {
		weight := 1 << (len(d) - i) % 11
		sum += int(d[i]-'0') * weight
	}
	return "10X98765432"[sum%11]
}

// isOldIdentity tests an identity number of 15 digits, as given out until 1999.
func isOldIdentity(d string) bool { return isRegion(d[:2]) && isBirth("19"+d[6:12]) }

// isRegion tests the first two digits of a region's number (GB/T 2260).
func isRegion(d string) bool {
	switch d[0] {
	case '1':
		return d[1] >= '1' && d[1] <= '5'
	case '2':
		return d[1] >= '1' && d[1] <= '3'
	case '3':
		return d[1] >= '1' && d[1] <= '7'
	case '4':
		return d[1] >= '1' && d[1] <= '6'
	case '5':
		return d[1] <= '4'
	case '6':
		return d[1] >= '1' && d[1] <= '5'
	}
	return d == "71" || d == "81" || d == "82" || d == "83"
}

// isBirth tests a date YYYYMMDD between 1900 and 2099.
func isBirth(d string) bool {
	year, month, day := d[:4], d[4:6], d[6:]
	return year >= "1900" && year <= "2099" && month >= "01" && month <= "12" && day >= "01" && day <= "31"
}

// luhn tests the check digit of ISO/IEC 7812-1.
func luhn(d string) bool {
	sum := 0
	for i := range len(d) {
		v := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// isCard tests the issuer's digits and the length. Behind a word for a card
// every issuer will do but 89, which are SIM cards (ITU-T E.118).
func isCard(d string, announced bool) bool {
	n := len(d)
	if announced {
		return d[:2] != "89"
	}
	switch d[0] {
	case '3':
		return n == 15 && (d[1] == '4' || d[1] == '7') || n == 14 && (d[1] == '0' || d[1] == '6' || d[1] == '8') ||
			n == 16 && d[:2] == "35"
	case '4':
		return n == 13 || n == 16
	case '5':
		return n == 16 || n == 19
	case '6':
		return n >= 16
	case '2':
		return n == 16 && d[:4] >= "2221" && d[:4] <= "2720"
	case '8':
		return n == 16 && d[:2] == "81"
	case '9':
		return n >= 16 && (d[:3] == "955" || d[:3] == "940" || d[:3] == "990" || d[:3] == "998")
	}
	return false
}

// isCardShape tests the grouping as on cards: fours, or 4-6-5, 6-13 and the like.
func isCardShape(r *numberRun, k int) bool {
	if k == 1 {
		return true
	}
	if r.separators(0, k)&(sepDot|sepParen) != 0 {
		return false
	}
	switch r.shape(0, k) {
	case "4-6-5", "4-6-4", "6-13", "6-10", "8-8", "6-4-4-5", "6-4-4-2":
		return true
	}
	for i := range k - 1 {
		if r.groups[i].n != 4 {
			return false
		}
	}
	return r.groups[k-1].n <= 4
}

// isReportingBody tests the first digits of an IMEI, which name who allotted
// it (GSMA TS.06); only those that handsets in use carry.
func isReportingBody(d string) bool {
	switch d {
	case "01", "35", "86", "91", "98", "99", "44", "45", "49", "50", "51", "52", "53", "54", "33":
		return true
	}
	return false
}

func isIMEIShape(shape string) bool {
	switch shape {
	case "15", "2-6-6-1", "6-2-6-1", "8-6-1", "3-3-3-3-3", "5-5-5":
		return true
	}
	return false
}
