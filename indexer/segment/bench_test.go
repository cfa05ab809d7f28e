package segment

import (
	"strings"
	"testing"
	"time"
)

// complaints are texts of the length and mixture that complaints have.
func complaints() []string {
	return []string{
		"您好，我家宽带从昨天晚上开始一直连不上网，光猫上的LOS灯闪红灯，重启了好几次都没有用，电脑上提示错误691，麻烦尽快安排师傅上门检修一下。",
		"上个月办理的5G融合套餐，说好的每月129元包含200兆宽带和两张副卡，结果这个月账单扣了168元，客服说是超出流量，可是我根本没有用那么多。",
		"Mate 60 Pro升级到最新系统之后，蓝牙耳机总是自动断开，听歌的时候一卡一卡的，恢复出厂设置也不行，请问这是手机的问题还是耳机的问题？",
		"路由器HG8245H5的WiFi信号很弱，隔一堵墙就只有一格，测速只有20M，2.4G和5G两个频段都一样，换了信道也没有改善。",
		"在你们商城买的充电器用了三个月就坏了，插上之后手机没有反应，申请售后说过了保修期，可是页面上写的是保修一年，希望给个合理的解释。",
	}
}

// BenchmarkAppend gives the cost of cutting, and as x-jieba its ratio to
// gojieba's search mode alone on the same texts.
func BenchmarkAppend(b *testing.B) {
	s := segmenter(b)
	texts := complaints()
	var terms []Term
	size := len(strings.Join(texts, ""))
	b.SetBytes(int64(size))
	b.ReportAllocs()
	var ours, alone time.Duration
	for b.Loop() {
		begin := time.Now()
		for _, text := range texts {
			terms = s.Append(terms[:0], text)
		}
		middle := time.Now()
		for _, text := range texts {
			s.jieba.CutForSearch(text, false)
		}
		ours += middle.Sub(begin)
		alone += time.Since(middle)
	}
	b.ReportMetric(float64(ours)/float64(alone), "x-jieba")
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "ns/cut")
}

func BenchmarkEnglish(b *testing.B) {
	s := segmenter(b)
	text := strings.Repeat("My router keeps restarting since the last firmware update, and support could not tell me why it happens. ", 5)
	var terms []Term
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		terms = s.Append(terms[:0], text)
	}
}

func BenchmarkNew(b *testing.B) {
	scratch := b.TempDir()
	for b.Loop() {
		s, err := New(Config{Scratch: scratch})
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
