package segment

import (
	"strings"
	"unicode"
)

// languageSample is how many runes Language looks at; more tell nothing new.
const languageSample = 4096

// Language names the language of a text by its scripts, their special letters
// and, among languages of the Latin alphabet, their commonest words. It
// returns a primary subtag of BCP 47 (zh, en, ja, ...), "und" for a text
// without letters. Latin text that says nothing else is taken for English.
func Language(text string) string {
	var n tally
	seen := 0
	for _, r := range text {
		if r < 128 {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				n.latin++
			}
		} else {
			n.count(r)
		}
		if seen++; seen == languageSample {
			break
		}
	}
	return n.language(text)
}

// tally counts the letters of a text by script.
type tally struct {
	latin, han, kana, hangul, cyrillic, arabic int
	other                                      [16]int // by otherScripts
	marks                                      [16]int // by special
}

// otherScripts are scripts that one language mainly writes.
var otherScripts = [...]struct {
	table    *unicode.RangeTable
	language string
}{
	{unicode.Thai, "th"}, {unicode.Lao, "lo"}, {unicode.Khmer, "km"}, {unicode.Myanmar, "my"},
	{unicode.Hebrew, "he"}, {unicode.Greek, "el"}, {unicode.Devanagari, "hi"}, {unicode.Bengali, "bn"},
	{unicode.Tamil, "ta"}, {unicode.Telugu, "te"}, {unicode.Gujarati, "gu"}, {unicode.Georgian, "ka"},
	{unicode.Armenian, "hy"}, {unicode.Ethiopic, "am"}, {unicode.Sinhala, "si"}, {unicode.Tibetan, "bo"},
}

// special are letters that tell a language from others of its script.
var special = [...]struct {
	letters, language string
}{
	{"іїєґІЇЄҐ", "uk"}, {"ўЎ", "be"}, {"ђћџјљњЂЋЏЈЉЊ", "sr"}, {"қғұһңүөәҚҒҰҢ", "kk"},
	{"پچژگ", "fa"}, {"ٹڈڑےں", "ur"},
	{"ñ¿¡Ñ", "es"}, {"ßäöüÄÖÜ", "de"}, {"ãõÃÕ", "pt"}, {"łżźśąęńćŁŻŚ", "pl"},
	{"ğışİŞĞ", "tr"}, {"ơưđăạảấầậắếềệốồộớờợứừựỉịọủụỳĐƠƯ", "vi"}, {"řěůŘĚŮ", "cs"}, {"åÅ", "sv"}, {"æøÆØ", "da"}, {"èêçœàùÈÊÇÀ", "fr"},
}

func (n *tally) count(r rune) {
	switch {
	case unicode.Is(unicode.Han, r):
		n.han++
	case unicode.In(r, unicode.Hiragana, unicode.Katakana) || r >= 0xFF66 && r <= 0xFF9D:
		n.kana++
	case unicode.Is(unicode.Hangul, r):
		n.hangul++
	case r >= 0xFF21 && r <= 0xFF5A, unicode.Is(unicode.Latin, r):
		n.latin++
		n.mark(r)
	case r == '¿', r == '¡':
		n.mark(r)
	case unicode.Is(unicode.Cyrillic, r):
		n.cyrillic++
		n.mark(r)
	case unicode.Is(unicode.Arabic, r):
		n.arabic++
		n.mark(r)
	default:
		for i, s := range otherScripts {
			if unicode.Is(s.table, r) {
				n.other[i]++
				return
			}
		}
	}
}

func (n *tally) mark(r rune) {
	for i, s := range special {
		if strings.ContainsRune(s.letters, r) {
			n.marks[i]++
		}
	}
}

// language weighs the counts. A Han character says as much as a short word,
// so that Chinese with product names in it is still Chinese.
func (n *tally) language(text string) string {
	best, most := "und", 0
	consider := func(language string, weight int) {
		if weight > most {
			best, most = language, weight
		}
	}
	consider("zh", 4*n.han)
	if n.kana > 0 && n.kana*8 >= n.han {
		consider("ja", 4*(n.han+n.kana))
	}
	consider("ko", 4*n.hangul)
	consider("ru", n.cyrillic)
	consider("ar", n.arabic)
	for i, s := range otherScripts {
		weight := n.other[i]
		if i < 4 {
			weight *= 2 // no spaces between words
		}
		consider(s.language, weight)
	}
	consider("en", n.latin)
	switch best {
	case "ru":
		return n.marked("ru", 0, 4)
	case "ar":
		return n.marked("ar", 4, 6)
	case "en":
		return n.latinLanguage(text)
	}
	return best
}

// marked returns the language of the special letters a to b seen most, the
// one given if none was.
func (n *tally) marked(language string, a, b int) string {
	most := 0
	for i := a; i < b; i++ {
		if n.marks[i] > most {
			language, most = special[i].language, n.marks[i]
		}
	}
	return language
}

// commonWords are short words that few other languages share.
var commonWords = map[string][]string{
	"en": strings.Fields("the and is not my to of it have with for was this that can you how what why does don't i'm"),
	"es": strings.Fields("el los las una es está por para con pero cuando mi muy del qué cómo puedo funciona"),
	"fr": strings.Fields("le les des une est pas pour avec mais je mon ne vous sur quand dans du comment"),
	"de": strings.Fields("der die das und ist nicht ich ein eine mein mit auf wenn aber kein keine wie funktioniert"),
	"pt": strings.Fields("o os uma é não com para mas meu minha quando está do da em como por"),
	"it": strings.Fields("il gli una è non con per ma mio mia quando sono della che come di funziona"),
	"nl": strings.Fields("het een is niet met maar mijn ik van voor wanneer werkt hoe geen"),
	"pl": strings.Fields("nie jest się na do mój moja jak czy działa ale gdy"),
	"tr": strings.Fields("bir ve bu için çok ama değil nasıl benim çalışmıyor"),
	"id": strings.Fields("yang tidak dan di saya bisa ini untuk dengan ke tapi bagaimana"),
	"vi": strings.Fields("không của và là tôi bị có cho được khi"),
	"sv": strings.Fields("och är inte jag det att min med som när fungerar"),
}

// latinLanguage tells languages of the Latin alphabet apart by common words,
// then by special letters.
func (n *tally) latinLanguage(text string) string {
	if len(text) > 4*languageSample {
		text = text[:4*languageSample]
	}
	score := map[string]int{}
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		for language, words := range commonWords {
			for _, common := range words {
				if w == common {
					score[language] += 2
				}
			}
		}
	}
	for i, s := range special[6:] {
		score[s.language] += n.marks[6+i]
	}
	best, most := "en", score["en"]
	for language, v := range score {
		if v > most || v == most && best != "en" && language < best {
			best, most = language, v
		}
	}
	return best
}
