package search

import (
	"testing"

	"precedent/corpus"

	"github.com/stretchr/testify/require"
)

func TestDifferences(t *testing.T) {
	for _, c := range []struct {
		asked string
		has   corpus.Case
		want  []Difference
	}{
		{"拨号报 E-691", corpus.Case{Title: "宽带拨号 E-678"}, []Difference{{codeKind, []string{"E-691"}, []string{"E-678"}}}},
		{"拨号报 e691", corpus.Case{Title: "宽带拨号 E-691"}, []Difference{}},
		{"拨号错误 651", corpus.Case{Wordings: []string{"提示错误691"}}, []Difference{{codeKind, []string{"651"}, []string{"691"}}}},
		{"E-691 和 E-678", corpus.Case{Title: "E-691"}, []Difference{{codeKind, []string{"E-678"}, []string{"E-691"}}}},
		{"0x8007007E", corpus.Case{Title: "更新失败 0x80070005"}, []Difference{{codeKind, []string{"0x8007007E"}, []string{"0x80070005"}}}},
		{"AX6000 信号差", corpus.Case{Title: "信号差", Models: []string{"AX3000"}}, []Difference{{modelKind, []string{"AX6000"}, []string{"AX3000"}}}},
		{"X30 Pro 发热", corpus.Case{Title: "发热", Models: []string{"X30"}}, []Difference{{modelKind, []string{"X30 Pro"}, []string{"X30"}}}},
		{"升级到V2.1.0以后", corpus.Case{Title: "升级后重启", Versions: []string{">=2.0.1 <2.1"}}, []Difference{{versionKind, []string{"2.1.0"}, []string{">=2.0.1 <2.1"}}}},
		{"升级到V2.0.5以后", corpus.Case{Title: "升级后重启", Versions: []string{">=2.0.1 <2.1"}}, []Difference{}},
		{"固件 2.0.1", corpus.Case{Title: "固件 V2.0.3 断流"}, []Difference{{versionKind, []string{"2.0.1"}, []string{"2.0.3"}}}},
		{"网关 192.168.1.1", corpus.Case{Title: "网关 192.168.3.1 打不开"}, []Difference{}},
		{"ALM-26232", corpus.Case{Title: "E-691"}, []Difference{}},
		{"没有名字的问题", corpus.Case{Title: "E-691"}, []Difference{}},
	} {
		require.Equal(t, c.want, differences(namesIn(c.asked), c.has), c.asked)
	}
}

func TestMeasure(t *testing.T) {
	relevant := map[string]bool{"a": true, "b": true}
	got := Measure([]Judged{
		{Relevant: relevant, Ranked: []string{"a", "x", "b"}, Took: 1_000_000},
		{Relevant: relevant, Ranked: []string{"x", "y", "z", "b"}, Took: 3_000_000},
		{Relevant: relevant, Ranked: nil, Took: 2_000_000},
		{Relevant: map[string]bool{"a": true}, Ranked: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a"}, Took: 4_000_000},
	})
	require.Equal(t, Quality{Queries: 4, Hit1: .25, Hit10: .5, MRR10: (1 + .25) / 4, Recall100: (1 + .5 + 0 + 1) / 4, P50: 2, P99: 3}, got)
	require.Zero(t, Measure(nil))
}
