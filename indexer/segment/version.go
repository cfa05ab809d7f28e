package segment

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// probe is cut to tell whether the rules that shape terms have changed: a bit
// of everything the rules speak of.
const probe = "寬帶連不上，光貓紅燈，錯誤碼E-691／691，幺三五、六百九十一、报错三十五，ALM-26232 0x8007007E。Mate 60 Pro和mate60pro，HG8245H5，" +
	"WPA2-PSK、USB-C、802.11ac、5G、2.4GHz、-28dBm、两百兆、三个月、3万元、V2.0.1版本、192.168.1.1、2024年1月15日、10:30；" +
	"https://example.com/a/b?c=d name@example.com 00:1A:2b:3c:4d:5e ⟦phone⟧ I don't know why the customers' phones keep restarting, naïve café " +
	"インターネットに繋がらない ｶﾞｲﾄﾞ 인터넷이 안 돼요 อินเทอร์เน็ตใช้ไม่ได้ интернет не работает الإِنْتَرْنِت لا يعمل האינטרנט לא עובד इंटरनेट नहीं चल रहा"

// fingerprint is the Version of a Segmenter: a hash over the tables, the
// dictionaries and the terms of the probe.
func fingerprint(s *Segmenter, dictionary string, user userDictionary) string {
	h := sha256.New()
	fmt.Fprintln(h, unicode.Version, norm.Version, recipe(), dictionary)
	fmt.Fprintln(h, user.han, user.mixed)
	fmt.Fprintln(h, stopWordList)
	for _, t := range s.Append(nil, probe) {
		fmt.Fprintln(h, t.Text, t.Kind, t.Start, t.End)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
