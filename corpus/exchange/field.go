package exchange

import (
	"time"

	"precedent/corpus"
)

// record is a case as a row has it: its wordings apart, its id under one
// name, what is known of it flat.
type record struct {
	corpus.Case
	id        string
	complaint string
	wordings  []string
	known     corpus.KnownCase
}

// field is a column of the formats and where its value lives in a record;
// exactly one of text, list and time is set.
type field struct {
	name string
	text func(*record) *string
	list func(*record) *[]string
	time func(*record) **time.Time
	// one is set for lists that JSON may give as one text.
	one bool
	// separators part the entries of a list in a cell, beside |.
	separators string
	// aliases are other names of the column, as folded by foldName.
	aliases []string
}

const (
	between = "\n\r;；、" // entries of most lists
	lines   = "\n\r"    // entries that hold every sign, such as wordings
)

// fields are the columns in the order in which they are written.
var fields = [...]field{
	{name: "id", text: func(r *record) *string { return &r.id },
		aliases: []string{"编号", "案例编号", "案例id", "问题编号", "工单号", "工单编号", "单号", "ticketid", "ticketno", "caseid", "faqid"}},
	{name: "external_id", text: func(r *record) *string { return &r.ExternalID }, aliases: []string{"externalid", "外部编号"}},
	{name: "title", text: func(r *record) *string { return &r.Title },
		aliases: []string{"subject", "summary", "标题", "主题", "问题标题", "案例标题", "题目"}},
	{name: "complaint", text: func(r *record) *string { return &r.complaint },
		aliases: []string{"question", "problem", "issue", "description", "symptom", "投诉", "投诉内容", "投诉描述", "问题", "问题描述", "客户问题", "用户问题",
			"客户描述", "故障现象", "问题现象", "现象", "症状", "诉求", "描述", "标准问", "标准问题"}},
	{name: "wordings", list: func(r *record) *[]string { return &r.wordings }, separators: lines,
		aliases: []string{"otherwordings", "similarquestions", "variants", "说法", "其他说法", "相似问", "相似问题", "相似问法", "相似说法", "同义问"}},
	{name: "resolution", text: func(r *record) *string { return &r.Resolution },
		aliases: []string{"answer", "fix", "solution", "reply", "解决方案", "解决办法", "解决方法", "解决措施", "处理结果", "处理方案", "处理方法", "处理办法", "处理措施",
			"处理意见", "答案", "标准答案", "回答", "答复", "回复"}},
	{name: "resolution_kind", text: func(r *record) *string { return (*string)(&r.ResolutionKind) }},
	{name: "cause", text: func(r *record) *string { return &r.Cause },
		aliases: []string{"rootcause", "原因", "根因", "根本原因", "故障原因", "问题原因"}},
	{name: "product", list: func(r *record) *[]string { return &r.Products }, one: true, separators: between,
		aliases: []string{"products", "productname", "产品", "产品名称", "适用产品"}},
	{name: "model", list: func(r *record) *[]string { return &r.Models }, one: true, separators: between,
		aliases: []string{"models", "型号", "机型", "设备型号", "产品型号", "适用型号"}},
	{name: "versions", list: func(r *record) *[]string { return &r.Versions }, one: true, separators: between,
		aliases: []string{"版本", "软件版本", "适用版本"}},
	{name: "verified_on", list: func(r *record) *[]string { return &r.VerifiedOn }, one: true, separators: between,
		aliases: []string{"verifiedon", "验证环境", "验证于"}},
	{name: "state", text: func(r *record) *string { return (*string)(&r.State) }},
	{name: "known.handler", text: func(r *record) *string { return &r.known.Handler }},
	{name: "known.due_at", time: func(r *record) **time.Time { return &r.known.DueAt }},
	{name: "known.tell_customer", text: func(r *record) *string { return &r.known.TellCustomer }},
	{name: "language", text: func(r *record) *string { return &r.Language }, aliases: []string{"lang", "语言", "语种"}},
	{name: "tags", list: func(r *record) *[]string { return &r.Tags }, one: true, separators: between + ",，",
		aliases: []string{"tag", "labels", "keywords", "标签", "关键词", "关键字"}},
	{name: "audience", text: func(r *record) *string { return (*string)(&r.Audience) }, aliases: []string{"受众"}},
	{name: "author", text: func(r *record) *string { return &r.Author }, aliases: []string{"作者", "编写人"}},
	{name: "reviewer", text: func(r *record) *string { return &r.Reviewer }, aliases: []string{"审核人"}},
	{name: "resolved_at", time: func(r *record) **time.Time { return &r.ResolvedAt },
		aliases: []string{"resolvedat", "resolvedon", "解决时间", "解决日期", "处理时间", "办结时间", "完成时间"}},
}

// recordOf is the row that stands for a case.
func recordOf(c corpus.Case) record {
	r := record{Case: c, id: c.ExternalID}
	if r.id == "" {
		r.id = c.ID
	}
	r.ExternalID = ""
	if len(c.Wordings) > 0 {
		r.complaint, r.wordings = c.Wordings[0], c.Wordings[1:]
	}
	if c.Known != nil {
		r.known = *c.Known
	}
	return r
}

// toCase is the case that a row stands for.
func (r *record) toCase() (c corpus.Case, errs []corpus.FieldError) {
	c = r.Case
	switch {
	case corpus.ValidID(corpus.CasePrefix, r.id):
		c.ID = r.id
	case r.id != "" && c.ExternalID != "" && r.id != c.ExternalID:
		errs = append(errs, corpus.FieldError{Field: "external_id", Code: "not_allowed", Message: "differs from id; give one of the two"})
	case r.id != "":
		c.ExternalID = r.id
	}
	if r.complaint != "" {
		c.Wordings = append(c.Wordings, r.complaint)
	}
	c.Wordings = append(c.Wordings, r.wordings...)
	if r.known != (corpus.KnownCase{}) {
		known := r.known
		c.Known = &known
	}
	if tag, ok := languageNames[foldName(c.Language)]; ok {
		c.Language = tag
	}
	if c.ID == "" && c.ExternalID == "" {
		c.ExternalID = contentID(c)
	}
	return c, errs
}

// languageNames are languages as people write them.
var languageNames = map[string]string{
	"中文": "zh", "汉语": "zh", "简体中文": "zh", "繁体中文": "zh-hant", "chinese": "zh", "英文": "en", "英语": "en", "english": "en", "日文": "ja", "日语": "ja", "韩文": "ko", "韩语": "ko",
}
