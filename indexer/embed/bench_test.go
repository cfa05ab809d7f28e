package embed

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkEmbed takes the time of a text by its length in characters, the
// models' own share in a search.
func BenchmarkEmbed(b *testing.B) {
	m := sharedModels(b)
	const (
		chinese = "客户反映路由器升级固件后指示灯一直闪红灯，重启三次仍然无法连接网络，更换网线也没有用，要求尽快安排上门检修。"
		english = "The router keeps blinking red after the firmware update and does not reconnect, restarting it three times did not help. "
	)
	for _, c := range []struct {
		name  string
		model Model
		text  string
	}{
		{"chinese", m.Chinese(), chinese}, {"english", m.English(), english},
		{"multilingual-zh", m.Multilingual(), chinese}, {"multilingual-en", m.Multilingual(), english},
	} {
		text := []rune(c.text + c.text + c.text + c.text)
		for _, characters := range []int{20, 60, 200} {
			b.Run(fmt.Sprintf("%s/%d", c.name, characters), func(b *testing.B) {
				cpu := cpuTime(b)
				for b.Loop() {
					v, err := c.model.Embed(b.Context(), string(text[:characters]))
					require.NoError(b, err)
					require.Len(b, v, c.model.Dim())
				}
				b.ReportMetric((cpuTime(b)-cpu).Seconds()*1000/float64(b.N), "cpu-ms/op")
			})
		}
	}
}

// cpuTime is what this process took of the processors, which a busy machine
// leaves as it is.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func BenchmarkWordPiece(b *testing.B) {
	bge := bgePieces(b)
	text := "客户反映路由器E-691升级固件后指示灯一直闪红灯，重启三次仍然无法连接网络，更换网线也没有用，要求尽快安排上门检修。"
	for b.Loop() {
		bge.encode(text, maxTokens)
	}
}
