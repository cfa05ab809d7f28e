package web

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"precedent/search"
)

// shown writes pieces with marks in brackets.
func shown(ps []piece) string {
	var b strings.Builder
	for _, p := range ps {
		switch {
		case p.Mark:
			b.WriteString("[" + p.Text + "]")
		case p.URL != "":
			b.WriteString("<" + p.URL + ">")
		default:
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestPieces(t *testing.T) {
	for _, c := range []struct {
		text  string
		spans []search.Span
		want  string
	}{
		{"", nil, ""},
		{"光猫亮红灯", nil, "光猫亮红灯"},
		{"光猫亮红灯", []search.Span{{Start: 2, End: 5}}, "光猫[亮红灯]"},
		{"光猫亮红灯", []search.Span{{Start: 2, End: 4}, {Start: 3, End: 5}, {Start: 0, End: 1}}, "[光]猫[亮红灯]"},
		{"E-691 😀", []search.Span{{Start: 0, End: 5}, {Start: 6, End: 7}}, "[E-691] [😀]"},
		{"ab", []search.Span{{Start: -3, End: 1}, {Start: 5, End: 9}}, "[a]b"},
	} {
		assert.Equal(t, c.want, shown(pieces([]rune(c.text), c.spans)))
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("前", 100) + "光猫红灯" + strings.Repeat("后", 100)
	got := excerpt(long, []search.Span{{Start: 100, End: 104}}, 16)
	assert.Equal(t, "…前前[光猫红灯]后后后后后后后后后后…", shown(got))
	assert.Equal(t, "[光猫]\u0020红灯", shown(excerpt("光猫\n红灯", []search.Span{{Start: 0, End: 2}}, 16)))
	assert.Equal(t, "一二三四…", shown(excerpt("一二三四五六", nil, 4)))
	assert.Equal(t, "…四五[六]", shown(excerpt("一二三四五六", []search.Span{{Start: 5, End: 6}}, 3)))
}

func TestSteps(t *testing.T) {
	for name, c := range map[string]struct {
		resolution string
		want       []string
	}{
		"plain":                    {"重启光猫\n\n  等三分钟 \n", []string{"重启光猫", "等三分钟"}},
		"numbered":                 {"1. 重启\n2. 等待\n3、登录", []string{"重启", "等待", "登录"}},
		"numbered without a blank": {"1.重启\n2.等待", []string{"重启", "等待"}},
		"brackets and circles":     {"1) one\n②two", []string{"one", "two"}},
		"words":                    {"步骤1：关机\n第2步 开机\nStep 3: wait", []string{"关机", "开机", "wait"}},
		"a number of the text":     {"2.4G 频段关掉\n5 分钟后再试", []string{"2.4G 频段关掉", "5 分钟后再试"}},
		"a version first":          {"1.5.2 版本先升级", []string{"1.5.2 版本先升级"}},
		"out of order":             {"3. 重启", []string{"3. 重启"}},
		"nothing but a number":     {"1.", []string{"1."}},
		"empty":                    {" \n ", nil},
	} {
		assert.Equal(t, c.want, steps(c.resolution), name)
	}
}

func TestLinked(t *testing.T) {
	for text, want := range map[string]string{
		"见 https://help.example/a?b=c。再试": "见 <https://help.example/a?b=c>。再试",
		"(https://help.example/x).":       "(<https://help.example/x>).",
		"javascript:alert(1)":             "javascript:alert(1)",
		"no link":                         "no link",
		"http://192.168.1.1 登录":           "<http://192.168.1.1> 登录",
	} {
		assert.Equal(t, want, shown(linked(text)))
	}
}

func TestDifference(t *testing.T) {
	removed, added := difference([]string{"a", "b", "c"}, []string{"a", "x", "c", "d"})
	assert.Equal(t, []string{"b"}, removed)
	assert.Equal(t, []string{"x", "d"}, added)
	removed, added = difference(nil, []string{"a"})
	assert.Empty(t, removed)
	assert.Equal(t, []string{"a"}, added)
}
