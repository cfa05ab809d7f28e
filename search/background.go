package search

import "precedent/indexer"

// A young store has too few cases to tell a common word from a telling one: in
// five cases 怎么 may stand once, like an error's number. So the words below weigh
// as if the store held backgroundTexts more texts, in which they are as common
// as in customers' questions everywhere. With some thousands of cases that
// changes nothing, and from backgroundEnd on it is left out.
const (
	backgroundTexts = 300
	backgroundEnd   = 5_000
)

// background is the share of texts that hold a word, for words that ask,
// link or greet and name nothing: counted over the questions of three Chinese
// help desks (ATEC, Egret, Espressif), rounded; for words of speech, which
// these write less than callers say them, from the demo cases.
var background = map[string]float64{
	"的": .37, "么": .26, "是": .20, "如": .17, "何": .16, "如何": .15, "什": .14, "什么": .14, "不": .13, "吗": .13, "有": .13,
	"怎": .12, "能": .12, "怎么": .11, "可": .11, "以": .11, "在": .11, "还": .11, "问": .11, "为": .10, "了": .10, "我": .10,
	"可以": .09, "否": .09, "是否": .08, "个": .08, "一": .08, "题": .08, "问题": .08, "后": .08, "到": .07, "上": .05, "下": .06,
	"为什": .06, "为什么": .06, "没": .06, "就": .06, "都": .05, "和": .05, "会": .05, "里": .05, "你": .05, "请": .04, "要": .04,
	"过": .04, "没有": .04, "哪": .04, "这": .03, "那": .03, "您": .03, "呢": .03, "啊": .03, "说": .03, "我的": .03, "一个": .03,
	"不能": .03, "多少": .03, "现在": .03, "老": .03, "请问": .02, "无法": .02, "解决": .02, "时候": .02, "需要": .02, "不了": .02,
	"一直": .02, "老是": .02, "吧": .02, "给": .02, "把": .03, "么办": .02, "怎么办": .02, "怎么回事": .01, "回事": .02, "处理": .02,
	"客服": .02, "客户": .02, "您好": .01, "你好": .01, "谢谢": .01, "麻烦": .01, "知道": .01, "然后": .01, "这个": .02, "那个": .02,
}

// familiarity is what is left, 0 to 1, of a word's weight when df of n texts
// hold it: its idf with the background over the idf of a word that is as rare
// here and that the background does not know.
func familiarity(word string, n, df int) float64 {
	share := background[word]
	if share == 0 || n >= backgroundEnd {
		return 1
	}
	return indexer.IDF(n+backgroundTexts, df+int(backgroundTexts*share)) / indexer.IDF(n+backgroundTexts, df)
}

// inform takes from the words of a question what a young store can't know.
func inform(words []asked, stats indexer.Stats) {
	for i, w := range words {
		words[i].weight *= familiarity(w.text, stats.Docs[indexer.Wordings], stats.DF[i*len(fieldWeights)])
	}
}
