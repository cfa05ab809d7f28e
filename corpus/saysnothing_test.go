package corpus_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"precedent/corpus"
)

func TestSaysNothing(t *testing.T) {
	for _, s := range []string{
		"已处理", "已处理。", " 已 处 理 ！", "已处理，已处理", "已解决", "已處理", "問題已解決", "该问题已解决", "同上", "同上。。。", "见上", "详见工单", "已回复客户", "已电话沟通",
		"已电话联系客户，客户满意", "已与客户沟通，客户表示理解", "已致电 ⟦phone⟧", "已登记⟦plate⟧", "工单已关闭", "已上报", "好的，谢谢", "无", "暂无", "略", "已恢复正常", "故障已处理完毕",
		"ok", "OK!", "Done", "done.", "fixed", "FIXED", "resolved", "Issue has been resolved.", "The problem is fixed now", "n/a", "N.A.", "na", "none",
		"same as above", "See above", "-", "--", "。", "...", "/", "closed", "Ticket closed by agent", "explained to the customer", "ｏｋ", "👍", "已处理\n已处理\n",
		"Customer informed, case closed",
	} {
		assert.True(t, corpus.SaysNothing(s), "%q says nothing", s)
	}
	for _, s := range []string{
		"", "  \n", "重启", "关闭", "更新", "已处理，请重启光猫", "重启后恢复正常", "已解决：更换网线", "可以", "正常", "是的", "yes", "no", "不支持", "not supported",
		"关闭省电模式", "联系营业厅补卡", "resolved by restarting the router", "fixed in 2.3.1", "192.168.1.1", "*#06#", "nook", "*#*#4636#*#*", "恢复出厂设置", "Update the app", "已升级到 V2.0.3",
		"客户", "电话", "the customer", "再起動してください", "See https://example.com/fix", "同上，另外把信道改成 6", "this.removeChild(this.view)", "已更换光猫",
		strings.Repeat("已处理", 60),
	} {
		assert.False(t, corpus.SaysNothing(s), "%q says something", s)
	}
}
