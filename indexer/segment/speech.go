package segment

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Roles as transcripts write them before what is said.
const (
	agentRoles    = `客服|坐席|座席|人工|话务员|接线员|专员|工程师|商家|卖家|小二|机器人|agent|support|representative|operator|advisor|assistant|rep|csr|bot`
	customerRoles = `客户|用户|顾客|买家|来电人|会员|customer|user|caller|client|buyer`
)

// speaker finds where a line of a transcript begins: after a blank, a bracket
// or the end of a sentence a role, perhaps with a surname or a number, and a
// colon.
var speaker = regexp.MustCompile(`(?i)(?:^|[\s。！？!?；;】\])）>])[\[【(（<]?(?:((?:` + agentRoles + `)+)|((?:` + customerRoles +
	`)+))(?:\p{Han}{1,2}(?:先生|女士|小姐))?[\p{N}A-Za-z \t#.()（）\[\]【】<>:_-]{0,24}[:：]`)

// leastSpeech is how many characters a customer must have said to go by them
// alone.
const leastSpeech = 6

// Stretch is a part of a text, in bytes: Start inclusive, End exclusive.
type Stretch struct{ Start, End int }

// CustomerSpeech returns what the customer says in a transcript, in which an
// agent and a customer speak in turn, each under the name of a role. Any other
// text is the customer's as a whole.
func CustomerSpeech(text string) []Stretch {
	whole := []Stretch{{0, len(text)}}
	if !strings.ContainsAny(text, ":：") {
		return whole
	}
	labels := speaker.FindAllStringSubmatchIndex(text, -1)
	var speech []Stretch
	agent, said := false, 0
	for i, l := range labels {
		end := len(text)
		if i+1 < len(labels) {
			end = labels[i+1][0]
		}
		if l[4] < 0 { // not a customer's
			agent = true
			continue
		}
		speech = append(speech, Stretch{l[1], end})
		said += utf8.RuneCountInString(strings.TrimSpace(text[l[1]:end]))
	}
	if !agent || said < leastSpeech {
		return whole
	}
	return speech
}

// Spoken joins stretches of a text, a line each.
func Spoken(text string, stretches []Stretch) string {
	parts := make([]string, len(stretches))
	for i, s := range stretches {
		parts[i] = strings.TrimSpace(text[s.Start:s.End])
	}
	return strings.Join(parts, "\n")
}
