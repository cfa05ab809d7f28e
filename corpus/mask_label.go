package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// label is what the words before a number say it is. Those after orderLabel
// announce personal data.
type label uint8

const (
	noLabel label = iota
	orderLabel
	phoneLabel
	imeiLabel
	cardLabel
	identityLabel
)

// labelWords are words of other languages than Chinese, in lower case.
var labelWords = func() map[string]label {
	words := make(map[string]label)
	for l, list := range map[label]string{
		orderLabel: `sn pn po ref rma sr awb mac ip ver build err part model job inc incident req request cr wo order orders orderid orderno ordernumber ticket tickets
			ticketid ticketno case cases caseid caseno casenumber track tracking trackingno invoice invoiceno serial serialno waybill shipment parcel package transaction
			octets bytes packets bits size length offset count counter transactionid txn txid version error errorcode code contract reference receipt booking confirmation batch lot iccid imsi barcode sku product workorder
			bestellnummer commande pedido`,
		phoneLabel: `tel telephone phone phones phoneno phonenumber mobile mob cell cellphone handphone call calling fax whatsapp wechat weixin vx wx sms dial ring contact
			callback landline hp ph telefon telefono handy celular movil userphone telp`,
		imeiLabel:     `imei meid imeis`,
		cardLabel:     `card cards visa mastercard unionpay amex debit credit cardno cardnumber bankcard iban`,
		identityLabel: `idcard idno idnumber identity`,
	} {
		for _, w := range strings.Fields(list) {
			words[w] = l
		}
	}
	return words
}()

// labelFillers may stand between a label and its number.
var labelFillers = wordSet(`no nr num number numbers id ids is was are my the a at on me us him her back new old nº`)

// labelEndings are the ends of Chinese, Japanese and Korean labels, without
// what hanFillers hold. Of two that fit the longer counts.
var labelEndings = []struct {
	label   label
	endings []string
}{
	{identityLabel, []string{"身份证", "证件", "身份"}},
	{imeiLabel, []string{"串"}},
	{cardLabel, []string{"卡", "银行账", "カード"}},
	{phoneLabel, []string{"电话", "手机", "座机", "固话", "联系方式", "联系", "致电", "来电", "去电", "拨打", "回电", "回拨", "呼叫", "微信", "短信",
		"热线", "携带", "전화", "전화번호", "휴대폰", "핸드폰", "연락처", "โทร", "เบอร์"}},
	{orderLabel, []string{"订单", "工单", "运单", "快递单", "物流单", "退款单", "退货单", "服务单", "受理单", "保修单", "流水", "交易", "编", "序列", "设备", "受理", "案例", "案件", "发票",
		"合同", "保单", "票", "条码", "条形", "批次", "版本", "错误", "故障", "追踪", "凭证", "任务", "端口", "代码", "编码", "字节数", "计数", "偏移", "大小", "单", "快递", "物流", "包裹", "追跡", "注文", "伝票", "注文番", "주문번호", "송장번호"}},
}

type ending struct {
	label label
	text  string
}

// endingsByLast is labelEndings by the last character.
var endingsByLast = func() map[rune][]ending {
	m := make(map[rune][]ending)
	for _, l := range labelEndings {
		for _, text := range l.endings {
			last, _ := utf8.DecodeLastRuneInString(text)
			m[last] = append(m[last], ending{l.label, text})
		}
	}
	return m
}()

// hanFillers may stand between such a label and its number.
const hanFillers = "号码是为叫有的在到個个我了您你:"

// longestLabel is how far before a number its label may begin, in bytes.
const longestLabel = 64

// labelBefore says how the words directly before i announce the number there.
func (m *masker) labelBefore(i int) label {
	win := m.s[max(m.end, i-longestLabel):i]
	for range 4 {
		win = strings.TrimRightFunc(win, isLabelSign)
		if win == "" {
			return noLabel
		}
		word := lastWord(win)
		if word == "" {
			return hanLabel(win)
		}
		win = win[:len(win)-len(word)]
		if word = strings.TrimRight(strings.ToLower(word), "0123456789"); !labelFillers[word] {
			return wordLabel(word)
		}
	}
	return noLabel
}

// isLabelSign reports whether r may stand between a label and its number.
func isLabelSign(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(":：=#＃（([【［\"'“”‘’「-–—*.", r)
}

// lastWord returns the word that ends s, "" when that is Chinese or a sign.
// Signs that join words (S/N, order_id) belong to it.
func lastWord(s string) string {
	i := len(s)
	for i > 0 {
		if b := s[i-1]; !isASCIILetter(rune(b)) && !isDigit(b) && b != '_' && b != '/' {
			break
		}
		i--
	}
	return s[i:]
}

func wordLabel(word string) label {
	if l, ok := labelWords[word]; ok {
		return l
	}
	switch word {
	case "s/n", "p/n":
		return orderLabel
	}
	for part := range strings.FieldsFuncSeq(word, func(r rune) bool { return r == '/' || r == '_' }) {
		if l, ok := labelWords[part]; ok {
			return l
		}
	}
	return noLabel
}

// hanLabel tells the label that ends s.
func hanLabel(s string) label {
	tail := []rune(s)
	if len(tail) > 14 {
		tail = tail[len(tail)-14:]
	}
	for i, r := range tail {
		if to, ok := toSimplified[r]; ok {
			tail[i] = to
		}
	}
	whole := string(tail)
	bare := strings.TrimRight(whole, hanFillers+"番")
	if word := lastWord(bare); word != "" && len(bare) < len(whole) {
		return wordLabel(strings.TrimRight(strings.ToLower(word), "0123456789")) // IMEI号是
	}
	numbered := strings.HasPrefix(whole[len(bare):], "号") || strings.HasPrefix(whole[len(bare):], "码")
	l, length := longestEnding(whole, false)
	if b, n := longestEnding(bare, numbered); n > length {
		l = b
	}
	return l
}

// longestEnding returns the label whose ending of s is the longest. Endings
// that need a number behind them count only when there is one.
func longestEnding(s string, numbered bool) (best label, length int) {
	last, _ := utf8.DecodeLastRuneInString(s)
	for _, e := range endingsByLast[last] {
		if len(e.text) > length && strings.HasSuffix(s, e.text) && (numbered || !needsNumber(e.text)) {
			best, length = e.label, len(e.text)
		}
	}
	return best, length
}

// needsNumber reports endings that mean something only with 号 or 码 behind
// them: 编号, 单号, 串号, 设备号, but neither 账单 nor 设备.
func needsNumber(ending string) bool {
	switch ending {
	case "编", "单", "串", "票", "设备":
		return true
	}
	return false
}

// phoneWordAt reports whether the word at i goes with a telephone number that
// it touches, as in 13800138000wechat.
func (m *masker) phoneWordAt(i int) bool {
	end := i
	for end < len(m.s) && end-i < 12 && isASCIILetter(rune(m.s[end])) {
		end++
	}
	return wordLabel(strings.ToLower(m.s[i:end])) == phoneLabel
}

// imeiAfter reports whether the words behind i say that the number before is
// an IMEI.
func (m *masker) imeiAfter(i int) bool {
	tail := strings.TrimLeftFunc(m.s[i:min(len(m.s), i+24)], func(r rune) bool { return isLabelSign(r) || r == '是' })
	return strings.HasPrefix(tail, "串号") || len(tail) >= 4 && strings.EqualFold(tail[:4], "imei")
}
