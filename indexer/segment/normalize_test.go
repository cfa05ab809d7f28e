package segment

import (
	"os"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/indexer/segment/internal/unihan"
)

func TestNormalize(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"ＷｉＦｉ　１２３", "wifi 123"},
		{"㎏ ﬁ ⅷ ①", "kg fi viii 1"},
		{"ｶﾞｲﾄﾞ", "ガイド"},
		{"cafe\u0301 É", "café é"},
		{"H\u0331", "\u1e96"}, // joins only once lower-cased
		{"臺灣無線網絡，軟體", "台湾无线网络,软体"},
		{"乾 干 幹", "干 干 干"},
		{"裡面裏面里面", "里面里面里面"},
		{"後天 皇后", "后天 皇后"},
		{"說説说", "说说说"},
		{"帳戶賬戶账户", "账户账户账户"},
		{"金融 食言", "金融 食言"}, // no radicals
		{"⽚", "片"},
		{"a\x00b\xffc", "a\uFFFDb\uFFFDc"},
		{"a\x07b\u200bc\u00add", "abcd"},
		{"e\u200d\u0301", "é"},
		{"a\tb\r\nc\u2003d", "a b  c d"},
		{"don’t", "don't"},
		{"１‐２–３", "1-2-3"},
		{"٣٤ ३४", "34 34"},
		{"ΟΔΟΣ οδος", "οδοσ οδοσ"},
	} {
		assert.Equal(t, row.want, Normalize(row.text), "%q", row.text)
	}
}

// TestNormalizeEveryRune holds, for every character outside the long blocks, alone and before
// a combining mark, that normalising twice is normalising once and that the
// pieces of the result lie in order over the original.
func TestNormalizeEveryRune(t *testing.T) {
	var n, again normalized
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r >= 0x20000 && r%64 != 0 || r >= 0x3400 && r < 0xD7A4 && r%8 != 0 {
			continue // a sample of the long blocks
		}
		for _, tail := range [...]string{"", "\u0301", "\u0331x"} {
			text := string(r) + tail
			n.read(text)
			again.read(n.text)
			require.Equal(t, n.text, again.text, "%q (U+%04X) with %q", text, r, tail)
			require.True(t, utf8.ValidString(n.text))
			checkPieces(t, &n, text)
		}
	}
}

func checkPieces(t *testing.T, n *normalized, text string) {
	for i := range n.runes {
		if n.from[i] < 0 || n.from[i] >= n.to[i] || int(n.to[i]) > len(text) ||
			i > 0 && (n.from[i] < n.from[i-1] || n.to[i] < n.to[i-1]) || n.classes[i] != classOf(n.runes[i]) {
			t.Fatalf("%q: rune %d, %q, class %d, stands for %d:%d", text, i, n.runes[i], n.classes[i], n.from[i], n.to[i])
		}
	}
}

// TestHanTable compares the generated table with its source.
func TestHanTable(t *testing.T) {
	table, err := unihan.Open(unihan.Source)
	if os.IsNotExist(err) {
		t.Skip("no " + unihan.Source + "; Debian's package unicode-data has it")
	}
	require.NoError(t, err)
	if table.Unicode != hanEdition {
		t.Logf("%s is of Unicode %s, han_table.go of %s: nothing to compare", unihan.Source, table.Unicode, hanEdition)
		return
	}
	file, err := os.ReadFile("han_table.go")
	require.NoError(t, err)
	assert.True(t, string(table.Format()) == string(file), "han_table.go is not what its generator writes; run `go generate ./indexer/segment/internal/unihan`")
	for _, p := range table.Pairs {
		assert.Equal(t, p.To, hanClass(p.To), "%c is matched as %c, which has a class of its own", p.From, p.To)
	}
}

func TestLanguage(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"宽带连不上", "zh"},
		{"寬頻連不上", "zh"},
		{"我的 iPhone 15 Pro Max 连不上 Wi-Fi", "zh"},
		{"My router keeps restarting", "en"},
		{"E-691", "en"},
		{"インターネットに繋がらない", "ja"},
		{"接続できません", "ja"},
		{"인터넷이 안 돼요", "ko"},
		{"อินเทอร์เน็ตใช้ไม่ได้", "th"},
		{"интернет не работает", "ru"},
		{"інтернет не працює", "uk"},
		{"الإنترنت لا يعمل", "ar"},
		{"اینترنت کار نمی کند چرا", "fa"},
		{"האינטרנט לא עובד", "he"},
		{"इंटरनेट नहीं चल रहा", "hi"},
		{"Η σύνδεση δεν λειτουργεί", "el"},
		{"El módem no funciona cuando llueve", "es"},
		{"Le modem ne marche pas", "fr"},
		{"Das Modem funktioniert nicht", "de"},
		{"A internet não funciona", "pt"},
		{"Il modem non funziona quando piove", "it"},
		{"Mạng không dùng được", "vi"},
		{"İnternet çalışmıyor", "tr"},
		{"12345 !?", "und"},
		{"", "und"},
		{"\xff\xfe", "und"},
	} {
		assert.Equal(t, row.want, Language(row.text), "%q", row.text)
	}
}
