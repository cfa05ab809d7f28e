package corpus

import (
	"strings"
	"unicode"
)

// emptyPhrases say that something was done, was said elsewhere, was passed on
// or does not exist; none tells the next person what to do. Answers to a
// question (可以, yes, 正常) and bare instructions (关闭, 更新) are not among
// them. Written in lower case and simplified Chinese, words of a phrase joined.
var emptyPhrases = wordSet(
	`处理 已处理 处理完 处理完毕 处理完成 处理了 处理好了 完成 已完成 完毕 已完毕 解决 已解决 解决了 已经解决 已经处理 修复 已修复 修复完成 恢复 已恢复 恢复正常
	已恢复正常 故障恢复 搞定 已搞定 好了 可以了 行了 已好 已正常 现在正常 使用正常 已排除 故障排除 已修好 修好了 已修 已办 已办理 办理完成 已办结 办结 已结 已结案
	结案 已结单 结单 已关闭 关闭工单 已归档 归档 已回单 回单 已销单 销单 已闭环 闭环 已操作 操作完成 已执行 已落实 已核实 已核查 已查 已查看 已检查 已跟进 跟进中
	处理中 正在处理 待处理 待跟进 已受理 已收到 收到 已知晓 知晓 知道了 已知悉 知悉 已阅 同意 已调整 已优化 已更新`,
	`同上 同前 同左 同下 见上 见下 见上面 见下面 见前 如上 如下 如上所述 见附件 见备注 见描述 见工单 见记录 详见附件 详见备注 详见上 详见工单 参考上面 参考上文
	参见上文 参见附件 上同 与上同 与上面相同 同上一条 同上条 同楼上 见楼上 同第一条 略`,
	`回复 已回复 答复 已答复 告知 已告知 通知 已通知 反馈 已反馈 解释 已解释 沟通 已沟通 沟通过 电话沟通 电话联系 电话回复 致电 已致电 联系 已联系 电联 已电联 回访
	已回访 回电 已回电 安抚 已安抚 满意 表示满意 认可 已认可 表示认可 接受 表示接受 理解 表示理解 已知 已转 已转派 转派 已转交 已转单 已派单 派单 已上报 上报
	已提交 提交 已登记 登记 已记录 记录 已备案 已转相关部门 反馈相关部门 转后台 已转后台 已转后端 已升级 已上门 上门处理 现场处理 现场解决 已安排 安排处理`,
	`无 暂无 无处理 不处理 未处理 未知 不详 空 测试 谢谢 感谢 多谢 好 好的 嗯 明白 了解 已了解`,
	`ok okay okey k done fixed resolved solved closed closing complete completed finished handled processed dealtwith takencareof sorted sortedout works working
	good fine allset noissue noissues noproblem noproblems nothing none na nil null tbd tba todo wip pending inprogress test testing thanks thankyou thx ty cheers
	sameasabove sameasbefore sameasprevious asabove seeabove seebelow seeattached seeattachment seenotes seeticket seecomments ditto asdiscussed idem
	replied responded answered informed notified contacted called spoke spoken explained satisfied happy accepted escalated forwarded assigned transferred reported
	logged noted acknowledged received ack seen reviewed checked verified confirmed updated notapplicable unknown`,
)

// padding are words that add nothing to an empty phrase beside them.
var padding = wordSet(
	`该 此 本 单 本单 工单 问题 故障 投诉 目前 现在 现 现已 已 已经 均 均已 都 都已 您好 你好 亲 了 的 呢 哦 哈 啦 客户 用户 顾客 对方 电话 短信 人员 师傅 工程师 客服
	向 与 和 跟 给 对 由 并 后 且 再次 及时 完毕 成功 完成`,
	`the a an this that it is its was were has have had been be now already all successfully by with to and for as per of we i us our you your agent support team
	staff engineer customer client user caller issue issues problem problems ticket tickets case cases complaint request job task fix work via phone email mail back sir madam`,
)

// traditional and simplified are the characters that differ of the phrases
// here and of the labels that Mask knows.
const (
	traditional = "處復轉結關單決辦過戶聯繫訪電話記錄門無暫見詳與給說實瞭閉歸檔執調優認滿報備應後級謝對測試現經讓為這該問題進顧師員時請參銷環覆訂號碼證銀儲運編機設備錯誤來撥熱線據發務"
	simplified  = "处复转结关单决办过户联系访电话记录门无暂见详与给说实了闭归档执调优认满报备应后级谢对测试现经让为这该问题进顾师员时请参销环复订号码证银储运编机设备错误来拨热线据发务"
)

var toSimplified = func() map[rune]rune {
	m := make(map[rune]rune)
	s := []rune(simplified)
	for i, r := range []rune(traditional) {
		m[r] = s[i]
	}
	return m
}()

func wordSet(lists ...string) map[string]bool {
	set := make(map[string]bool)
	for _, list := range lists {
		for _, p := range strings.Fields(list) {
			set[p] = true
		}
	}
	return set
}

// Bounds of what SaysNothing looks at: a longer text says something, if only
// how often someone was told, and no phrase has more words.
const (
	longestEmpty  = 80 // characters of Chinese or words of other languages
	longestPhrase = 8
)

// SaysNothing reports whether a resolution only states that something was
// done (已处理, fixed), points elsewhere (同上, see above) or stands for
// nothing (n/a, -), so that it helps nobody with the next complaint. Blanks,
// punctuation, case and repetition don't matter. An empty text is no
// resolution rather than one that says nothing: false.
func SaysNothing(resolution string) bool {
	if strings.TrimSpace(resolution) == "" {
		return false
	}
	if len(resolution) > 4*4*longestEmpty {
		return false
	}
	clause := words(resolution)
	return len(clause) <= longestEmpty && isEmpty(clause)
}

// words cuts a text into Chinese characters and words of other scripts,
// without what stands for masked personal data.
func words(s string) (list []string) {
	word := ""
	end := func() {
		if word != "" {
			list = append(list, word)
			word = ""
		}
	}
	hidden := false
	for _, r := range s {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		switch {
		case r == '⟦' || r == '⟧':
			end()
			hidden = r == '⟦'
		case hidden:
		case unicode.Is(unicode.Han, r):
			end()
			if to, ok := toSimplified[r]; ok {
				r = to
			}
			list = append(list, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			word += string(unicode.ToLower(r))
		case r == '/' || r == '\'' || r == '’' || r == '.' && len(word) == 1: // n/a, it's, n.a.
		default:
			end()
		}
	}
	end()
	return list
}

// isEmpty reports whether the words can be cut into empty phrases and
// padding, at least one phrase among them; no words at all are empty too.
func isEmpty(words []string) bool {
	const padded, said = 1, 2
	reach := make([]uint8, len(words)+1) // reach[i]: words[:i] can be cut so, with no phrase (padded) or some (said)
	reach[0] = padded
	for i := range words {
		if reach[i] == 0 {
			continue
		}
		phrase := ""
		for j := i; j < min(len(words), i+longestPhrase); j++ {
			phrase += words[j]
			if padding[phrase] {
				reach[j+1] |= reach[i]
			}
			if emptyPhrases[phrase] {
				reach[j+1] |= said
			}
		}
	}
	return len(words) == 0 || reach[len(words)]&said != 0
}
