package segment

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTerms is the reference of what a text yields: every term, in any order.
func TestTerms(t *testing.T) {
	for _, row := range []struct{ text, terms string }{
		// Codes: whole, closed up, and their telling parts.
		{"E-691", "e691 691"},
		{"E691", "e691 691"},
		{"e 691", "e691 691 e"},
		{"691", "691"},
		{"ALM-26232", "alm26232 alm 26232"},
		{"HG8245H5", "hg8245h5 hg8245 hg 8245"},
		{"WPA2-PSK", "wpa2psk wpa2 wpa psk"},
		{"USB-C", "usbc usb"},
		{"type c", "typec type c"},
		{"Wi-Fi", "wifi wi fi"},
		{"ESP32-S3", "esp32s3 esp32 esp 32 s3"},
		{"0x8007007E", "0x8007007e 8007007e"},
		{"0x0813002A", "0x0813002a 0813002a"},
		{"8007007e", "8007007e 8007007"},
		{"00:1A:2b:3c:4d:5e", "001a2b3c4d5e"},
		{"00-1A-2b-3c-4d-5e", "001a2b3c4d5e"},
		{"400-800-8888", "4008008888 400 800 8888"},
		{"c++ C#", "c++ c# c c"},
		{"thm.json", "thm.json thm json"},
		// Models: any name, number and suffix, however they are spaced.
		{"Mate 60 Pro", "mate60pro mate60 mate 60 pro"},
		{"mate60pro", "mate60pro mate60 mate 60 pro"},
		{"Mate60 Pro", "mate60pro mate60 mate 60 pro"},
		{"MATE 60Pro", "mate60pro mate60 mate 60pro 60 pro"},
		{"iPhone 15 Pro Max", "iphone15promax iphone15pro iphone15 iphon 15 pro max"},
		{"小米14 Pro", "小 米 小米 14 14pro pro"},
		// Versions and addresses.
		{"V2.0.1", "2.0.1 2.0"},
		{"2.0.1", "2.0.1 2.0"},
		{"v2.0.1版本", "2.0.1 2.0 版 本 版本"},
		{"v4.4", "4.4"},
		{"192.168.1.1", "192.168.1.1 192.168"},
		{"802.11ac", "802.11ac 802.11 ac"},
		{"https://www.example.com/help/", "example.com/help example.com exampl com help"},
		{"help@example.com", "help@example.com help example.com exampl com"},
		// Numbers, units, money, dates.
		{"5G", "5g 5"},
		{"2.4GHz", "2.4g 2.4ghz 2.4"},
		{"2.4G", "2.4g 2.4"},
		{"100M", "100m 100"},
		{"100 Mbps", "100m 100mbps 100"},
		{"-28dBm", "-28dbm 28dbm 28"},
		{"50%", "50% 50"},
		{"1,000元", "1000元 1000"},
		{"¥100.00", "100元 100"},
		{"3万元", "30000元 30000"},
		{"200兆", "200m 200"},
		{"3个月", "3个月 3"},
		{"3 个小时", "3小时 3"},
		{"2024年1月15日", "2024-01-15 01-15"},
		{"2024/1/15", "2024-01-15 01-15"},
		{"1月15号", "01-15"},
		{"10:30", "10:30"},
		// Chinese: jieba's words, every character, every pair that is no word.
		{"宽带断网", "宽 带 断 网 宽带 断网 带断"},
		{"寬頻斷網", "宽 频 断 网 宽频 断网 频断"},
		{"两百兆", "200m 两 百 兆 两百 百兆"},
		{"三个月", "3个月 三 个 月 三个 个月"},
		{"五G", "5g 五 g"},
		{"U盘", "u u盘 盘"},
		// Numbers read out: as digits too, beside the characters.
		{"六九一", "691 六 九 一 六九 九一"},
		{"错误代码六九一", "691 错 误 代 码 六 九 一 错误 代码 错误代码 误代 码六 六九 九一"},
		{"幺三五", "135 幺 三 五 幺三 三五"},
		{"怎么三五", "怎 么 三 五 怎么 么三 三五"},
		{"〇〇七", "007 〇 〇 七 〇〇 〇七"},
		{"六百九十一", "691 六 百 九 十 一 六百 百九 九十 十一 九十一"},
		{"报六百零一", "601 报 六 百 零 一 报六 六百 百零 零一"},
		{"报错三十五", "35 报 错 三 十 五 报错 错三 三十 十五 三十五"},
		{"号是二十", "20 号 是 二 十 号是 是二 二十"},
		{"三十五", "三 十 五 三十 十五 三十五"},
		{"六九", "六 九 六九"},
		{"一心一意", "一 心 一 意 一心一意 一心 心一 一意"},
		{"三七二十一", "三 七 二 十 一 三七 七二 二十 十一 二十一 三七二十一"},
		{"两百五十兆", "250m 250 两 百 五 十 兆 两百 百五 五十 十兆 两百五十 百五十"},
		{"一万三千五", "一 万 三 千 五 一万 万三 三千 千五 一万三千"},
		{"千千万万", "千 千 万 万 千千 千万 万万 千千万 千千万万"},
		{"𠮷野家", "𠮷 野 家 𠮷野 野家"},
		// English: stems, no stop words, no apostrophes.
		{"I don't know why the customers' phones keep restarting", "dont know custom phone keep restart"},
		{"customer's", "custom"},
		{"What is it?", "what is it"},
		// Other Latin alphabets: accents folded.
		{"naïve Café", "naiv cafe"},
		{"Straße Łódź", "strass lodz"},
		// Japanese, Korean, Thai.
		{"繋がらない", "繋 繋が がら らな ない"},
		{"ルーター", "ルーター ルー ータ ター"},
		{"ﾙｰﾀｰ", "ルーター ルー ータ ター"},
		{"인터넷이 안 돼요", "인터넷이 인터 터넷 넷이 안 돼요"},
		{"ใช้ไม่ได้", "ใช้ ช้ไ ไม่ ม่ไ ได้"},
		// Scripts with words.
		{"интернет не работает", "интернет не работа"},
		{"الإِنْتَرْنِت لا يعمل", "انترنت لا يعمل"},
		{"הָאינטרנט לא", "האינטרנט לא"},
		{"इंटरनेट नहीं", "इंटरनेट नहीं"},
		{"Η σύνδεση", "η συνδεση"},
		// Nothing to match.
		{"联系⟦phone⟧谢谢", "联 系 联系 谢 谢 谢谢"},
		{"⟦phone⟧", ""},
		{"😀，。!? ***", ""},
		{"", ""},
	} {
		got, want := texts(segmenter(t).Append(nil, row.text)), strings.Fields(row.terms)
		slices.Sort(got)
		slices.Sort(want)
		assert.Equal(t, want, got, "terms of %q", row.text)
	}
}

// TestMeeting shows what different writers have in common.
func TestMeeting(t *testing.T) {
	for _, row := range []struct{ a, b, common string }{
		{"错误691", "E-691", "691"},
		{"错误代码８００７００７Ｅ", "0x8007007e", "8007007e"},
		{"花唄沒有開通", "花呗没有开通", "开通"},
		{"帳號登錄不上", "账号登录不上", "账号"},
		{"著名", "着名", "着名"},
		{"餅乾", "饼干", "饼干"},
		{"裏面", "里面", "里面"},
		{"200兆宽带", "两百M宽带", "200m"},
		{"用了3个月", "用了三個月", "3个月"},
		{"5G信号", "五G信号", "5g"},
		{"Ｍａｔｅ６０", "mate 60", "mate60"},
		{"wifi", "Wi-Fi", "wifi"},
		{"bluetooth 5.0", "Bluetooth5.0", "5.0"},
		{"type-c 接口", "Type C接口", "typec"},
		{"11㎏", "11kg", "11kg"},
		{"ﬁrmware", "firmware", "firmwar"},
		{"resume\u0301", "résumé", "resum"},
		{"发\u200b票", "發票", "发票"},
	} {
		s := segmenter(t)
		assert.Contains(t, texts(s.Append(nil, row.a)), row.common, "terms of %q", row.a)
		assert.Contains(t, texts(s.Query(row.b)), row.common, "terms of %q", row.b)
	}
}

// TestOffsets shows that a term points at what was written.
func TestOffsets(t *testing.T) {
	for _, row := range []struct{ text, term, written string }{
		{"這個ＷｉＦｉ很慢", "wifi", "ＷｉＦｉ"},
		{"重11㎏的", "kg", ""},
		{"重11㎏的", "11kg", "11㎏"},
		{"見 E-691 错误", "e691", "E-691"},
		{"一台 Mate 60 Pro 手机", "mate60pro", "Mate 60 Pro"},
		{"ｶﾞｲﾄﾞ", "ガイ", "ｶﾞｲ"},
		{"發\u200b票", "发票", "發\u200b票"},
		{"cafe\u0301 noir", "cafe", "cafe\u0301"},
		{"\xff開通\x00了", "开通", "開通"},
		{"两百兆", "200m", "两百兆"},
	} {
		written := ""
		for _, term := range segmenter(t).Append(nil, row.text) {
			if term.Text == row.term {
				written = row.text[term.Start:term.End]
			}
		}
		assert.Equal(t, row.written, written, "%q in %q", row.term, row.text)
	}
}

func TestKinds(t *testing.T) {
	kinds := map[string]Kind{}
	for _, term := range segmenter(t).Append(nil, "光猫 HG8245H5 断网 2.4GHz 重启 router") {
		kinds[term.Text] = term.Kind
	}
	for text, want := range map[string]Kind{
		"hg8245h5": Code, "2.4g": Number, "重启": Word, "router": Word, "猫": Char, "光猫": Bigram,
	} {
		assert.Equal(t, want, kinds[text], text)
	}
	assert.Equal(t, "bigram", Bigram.String())
}

// TestSpokenNumeral: a numeral that is not said in full has no value.
func TestSpokenNumeral(t *testing.T) {
	for said, want := range map[string]int64{
		"六百九十一": 691, "十五": 15, "一百零五": 105, "一千零五十": 1050, "两万零三": 20003, "三十万": 300_000, "一亿二千万": 120_000_000,
		"一百二十万零五": 1_200_005, "九十": 90,
		"三百五": 0, "一万五": 0, "百十": 0, "十百": 0, "三五百": 0, "一百二百": 0, "零十": 0, "一百零": 0, "万一": 0, "一十百": 0, "百万": 0, "一万二亿": 0, "一百零零五": 0,
	} {
		got, ok := spokenNumeral([]rune(said))
		assert.Equal(t, want, got, said)
		assert.Equal(t, want > 0, ok, said)
	}
}
