package segment

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCustomerSpeech(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"客服：您好，请问有什么可以帮您？\n客户：光猫红灯一直亮着\n客服：重启过吗\n客户：重启了，没用", "光猫红灯一直亮着\n重启了，没用"},
		{"坐席08:您好 用户:充值没到账怎么办 坐席08:请提供号码", "充值没到账怎么办"},
		{"[10:02] 客服小二（8）：在的\n[10:03] 买家张先生：快递三天没动了，急用", "快递三天没动了，急用"},
		{"Agent: Hi, how can I help?\nCustomer: My card was declined twice\nat the till\nAgent: Sorry", "My card was declined twice\nat the till"},
		{"Support (10:01): hello\nUser 2 (10:02): the app crashes on login", "the app crashes on login"},
		// What is no transcript is the customer's as a whole.
		{"光猫红灯上不了网", ""},
		{"客户：光猫红灯上不了网", ""},
		{"客服：您好", ""},
		{"错误代码：691，客服说要换密码", ""},
		{"客服：在吗\n客户：在", ""},
		{"", ""},
	} {
		if test.want == "" {
			test.want = test.text
		}
		require.Equal(t, test.want, Spoken(test.text, CustomerSpeech(test.text)), test.text)
	}
}

func FuzzCustomerSpeech(f *testing.F) {
	f.Add("客服：您好\n客户：光猫红灯一直亮着")
	f.Add("agent: a customer: bcdefgh\xff agent:")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, s := range CustomerSpeech(text) {
			require.True(t, last <= s.Start && s.Start <= s.End && s.End <= len(text))
			last = s.End
		}
		require.LessOrEqual(t, len(Spoken(text, CustomerSpeech(text))), len(text)+strings.Count(text, ":")+strings.Count(text, "："))
	})
}
