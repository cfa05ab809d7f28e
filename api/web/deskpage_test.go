package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/corpus"
)

// Without JavaScript: the desk finds, opens, takes a verdict and takes it back.
func TestDesk(t *testing.T) {
	s := newSite(t, lamps()...)
	v := s.visitor("zh-CN")

	desk := v.get("/")
	require.Equal(t, http.StatusOK, desk.status)
	assert.Contains(t, desk.text(), "目前可查 3 个案例。")
	assert.Contains(t, desk.body, `<option value="光猫">`)
	call := with(desk.hidden(), "text", "家里光猫亮红灯，型号是 HG-8245", "product", "")

	found := v.post("/", call)
	require.Equal(t, http.StatusOK, found.status)
	first := s.find("L1")
	require.NotEmpty(t, found.ids())
	assert.Equal(t, first.ID, found.ids()[0])
	assert.Contains(t, found.text(), "[光猫亮红灯]断网")
	assert.Contains(t, found.text(), "型号 HG-8245 ≠ HG-8200")
	assert.Contains(t, found.body, "检查尾纤有没有松", "the first step, without its number")
	assert.Contains(t, found.body, "暂无方案", "a known case says so")
	assert.NotContains(t, found.body, `<article class="case" data-id="`+first.ID+`"><header><h1`)

	opened := v.post("/", with(call, "open", first.ID))
	side := opened.body[strings.Index(opened.body, `<section class="side"`):]
	assert.Contains(t, side, "先问一句")
	assert.Contains(t, side, `<a href="https://help.example/los?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow">`)
	form := with(page{body: side}.hidden(), "token", call.Get("token"), "text", call.Get("text"), "verdict", "helped")
	require.Equal(t, first.ID, form.Get("case_id"))

	for range 2 { // the second is the same form sent again
		judged := v.post("/desk/verdict", form)
		require.Equal(t, http.StatusOK, judged.status)
		assert.Contains(t, judged.text(), "已记下：有用。")
		side := before(judged.body[strings.Index(judged.body, `<section class="side"`):], `<template id="blank-form">`)
		assert.Contains(t, side, `name="verdict" value="not_helped"`, "a second thought is one press")
		assert.NotContains(t, side, `name="verdict" value="helped"`)
		assert.Regexp(t, `^[0-9a-f]{32}$`, page{body: side}.hidden().Get("key"))
	}
	assert.Equal(t, 1, s.tally(first.ID).Helped)

	switched := v.post("/desk/verdict", with(page{body: v.post("/desk/verdict", form).body}.hidden(), "verdict", "not_helped", "text", call.Get("text")))
	require.Equal(t, http.StatusOK, switched.status)
	assert.Contains(t, switched.text(), "已记下：没用。")
	given := after(switched.body, `name="verdict_id" value="`)
	assert.Equal(t, corpus.Tally{NotHelped: 1}, s.tally(first.ID), "the later verdict stands in place of the former")

	undone := v.post("/desk/undo", with(form, "verdict_id", given))
	require.Equal(t, http.StatusOK, undone.status)
	assert.NotContains(t, undone.text(), "已记下")
	assert.Zero(t, s.tally(first.ID).Helped)
}

func TestDeskNarrowedToAProduct(t *testing.T) {
	s := newSite(t, lamps()...)
	v := s.visitor("en")
	v.script = true
	all := v.post("/desk/matches", url.Values{"text": {"光猫灯"}})
	assert.Len(t, all.ids(), 2)
	assert.Contains(t, all.body, `data-status="2 matches"`)
	one := v.post("/desk/matches", url.Values{"text": {"光猫灯"}, "product": {"手机"}})
	assert.Empty(t, one.ids())
	assert.Contains(t, one.text(), "No case of 手机 is like this.")
	assert.Contains(t, one.text(), "Search all products")
	none := v.post("/desk/matches", url.Values{"text": {"zzz"}})
	assert.Contains(t, none.text(), "No case is like this yet.")
	assert.NotContains(t, none.body, "<html", "a script gets the part alone")
}

// A case that says it in other words, or in another language, is offered with
// the reason, and while someone types words alone answer.
func TestDeskSaysWhatIsNearInMeaning(t *testing.T) {
	s := newSiteOfMeaning(t,
		corpus.Case{ExternalID: "C", Wordings: []string{"咖啡机不出热水，只有凉的", "咖啡机出来的水是冷的"}, Resolution: "1. 除垢\n2. 换加热管", Language: "zh"},
		corpus.Case{ExternalID: "P", Wordings: []string{"打印机老是卡纸"}, Resolution: "清理搓纸轮", Language: "zh"},
		corpus.Case{ExternalID: "E", Wordings: []string{"The vacuum robot stops on carpets"}, Resolution: "Raise the mop", Language: "en"})
	coffee := s.find("C")
	v := s.visitor("en")
	v.script = true
	asked := url.Values{"text": {"The coffee maker only gives cold water"}, "typing": {"1"}, "legs": {"all"}}
	p := v.post("/desk/matches", asked)
	require.Equal(t, http.StatusOK, p.status)
	assert.Contains(t, p.body, `data-legs="all"`)
	require.NotEmpty(t, p.ids())
	require.Equal(t, coffee.ID, p.ids()[0])
	first := before(rest(p.body, `<li class="match"`), `<template>`)
	assert.Regexp(t, `<span class="near" title="[^"]+">(Very n|N)ear in meaning</span> <span class="near">Chinese</span>`, first)
	assert.Contains(t, first, `<bdi lang="zh">咖啡机`, "its language is told to what reads it out")
	assert.NotContains(t, first, `class="confidence slight"`, "not unlikely for sharing no words")

	asked.Del("legs")
	p = v.post("/desk/matches", asked)
	assert.Contains(t, p.body, `data-legs="words"`)
	assert.NotContains(t, p.ids(), coffee.ID)
	assert.NotContains(t, p.body, `class="near"`)

	v = s.visitor("zh")
	opened := v.post("/", url.Values{"text": {"robot cleaner gets stuck on the rug"}, "open": {s.find("E").ID}})
	assert.NotContains(t, rest(opened.body, `<section class="side"`), "英语", "the complaint is in English too")
	opened = v.post("/", url.Values{"text": {"扫地机器人一碰到地毯就不动了"}, "open": {s.find("E").ID}})
	assert.Contains(t, rest(opened.body, `<section class="side"`), `<span class="near">英语</span>`)
}

func TestDeskSaysWhatIsWrong(t *testing.T) {
	s := newSite(t)
	v := s.visitor("zh")
	long := strings.Repeat("长", 20_001)
	p := v.post("/", url.Values{"text": {long}})
	assert.Equal(t, http.StatusUnprocessableEntity, p.status)
	assert.Contains(t, p.text(), "超过 20000 个字符")
	assert.Contains(t, p.body, long, "the text is kept")
	assert.NotContains(t, p.text(), "还没有案例")
	assert.Contains(t, v.get("/").text(), "还没有案例")

	v.script = true
	p = v.post("/desk/matches", url.Values{"text": {long}})
	assert.Equal(t, http.StatusUnprocessableEntity, p.status)
	assert.Contains(t, p.body, `data-text-fault="超过 20000 个字符，请缩短。" data-product-fault=""`)
	p = v.post("/desk/matches", url.Values{"text": {"光猫"}, "product": {strings.Repeat("光", 501)}})
	assert.Equal(t, http.StatusUnprocessableEntity, p.status)
	assert.Contains(t, p.body, `data-text-fault="" data-product-fault="超过 500 个字符，请缩短。"`)
	p = v.post("/desk/matches", url.Values{"text": {strings.Repeat("长", 2_000_000)}})
	assert.Equal(t, http.StatusRequestEntityTooLarge, p.status)
}

// What stands for personal data is named in the reader's language, except in
// a form, which sends it back as it is.
func TestMaskedDataIsNamed(t *testing.T) {
	s := newSite(t, corpus.Case{ExternalID: "M", Title: "回电 13812345678", Wordings: []string{"请打 13812345678 联系我", "邮箱 customer@example.com"},
		Resolution: "1. 打 13812345678\n2. 发到 customer@example.com"})
	id := s.find("M").ID
	zh, en := s.visitor("zh"), s.visitor("en")
	for _, p := range []page{zh.get("/cases/" + id), zh.post("/", url.Values{"text": {"请打电话联系我"}, "open": {id}})} {
		assert.Contains(t, p.body, "［电话］")
		assert.Contains(t, p.body, "［邮箱］")
		assert.NotContains(t, p.body, "⟦")
	}
	assert.Contains(t, en.get("/cases/"+id).text(), "[e-mail]")
	assert.Contains(t, before(zh.get("/cases/"+id+"/edit").body, "</form>"), "⟦phone⟧")
}

// A verdict needs the browser's own token and a query that was answered.
func TestVerdictsAreGuarded(t *testing.T) {
	s := newSite(t, lamps()...)
	v := s.visitor("en")
	form := with(v.form("/"), "case_id", s.find("L1").ID, "query_id", "q_"+strings.Repeat("0", 32), "verdict", "helped", "key", "k1")
	p := v.post("/desk/verdict", form)
	assert.Equal(t, http.StatusUnprocessableEntity, p.status)
	assert.Contains(t, p.text(), "This match is from an older search")

	form.Set("token", "another")
	p = v.post("/desk/verdict", form)
	assert.Equal(t, http.StatusForbidden, p.status)
	assert.Contains(t, p.text(), "This page can no longer send.")
	p = s.visitor("en").post("/desk/verdict", form)
	assert.Equal(t, http.StatusForbidden, p.status, "without a cookie")
	assert.Equal(t, http.StatusNotFound, v.post("/desk/undo", with(v.form("/"), "verdict_id", "v_none")).status)
}

func TestLanguages(t *testing.T) {
	s := newSite(t)
	v := s.visitor("zh-CN,zh;q=0.9")
	assert.Contains(t, v.get("/").body, `<html lang="zh" dir="ltr">`)
	assert.Contains(t, v.get("/?lang=en").body, `<html lang="en" dir="ltr">`)
	assert.Contains(t, v.get("/").body, `<html lang="en" dir="ltr">`, "the choice is kept")
	assert.Contains(t, v.get("/?lang=xx").body, `<html lang="en"`, "an unknown one changes nothing")
	assert.Contains(t, s.visitor("fr").get("/").body, `<html lang="en"`)
}

func TestErrorPages(t *testing.T) {
	s := newSite(t)
	v := s.visitor("zh")
	for _, path := range []string{"/nowhere", "/cases/c_none", "/static/0/page.css", "/cases/c_none/edit", "/cases/c_none/recorded"} {
		p := v.get(path)
		assert.Equal(t, http.StatusNotFound, p.status, path)
		assert.Contains(t, p.text(), "这个地址没有内容。", path)
	}
	require.NoError(t, s.store.Close())
	p := s.visitor("en").get("/")
	assert.Equal(t, http.StatusServiceUnavailable, p.status)
	assert.Contains(t, p.text(), "The server is too busy at the moment.")
	assert.NotContains(t, strings.ToLower(p.text()), "sql", "the reason is for the log")
}

func TestStaticFiles(t *testing.T) {
	s := newSite(t)
	v := s.visitor("en")
	desk := v.get("/")
	assert.Equal(t, "no-store", desk.header.Get("Cache-Control"))
	for name, kind := range map[string]string{"page.css": "text/css; charset=utf-8", "main.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml"} {
		path := "/static/" + before(after(desk.body, "/static/"), "/") + "/" + name
		p := v.get(path)
		assert.Equal(t, http.StatusOK, p.status, path)
		assert.Equal(t, kind, p.header.Get("Content-Type"))
		assert.Equal(t, "public, max-age=31536000, immutable", p.header.Get("Cache-Control"))
	}
	assert.NotContains(t, desk.body, "style=", "no inline style")
	assert.NotRegexp(t, `<[^>]+ on[a-z]+=`, desk.body, "no inline script")
}

// Nothing that people wrote is ever markup.
func TestTextsAreTexts(t *testing.T) {
	nasty := `<script>alert("x")</script><b onclick=x> & "quoted" javascript:alert(1)`
	s := newSite(t, corpus.Case{ExternalID: "X", Title: nasty, Wordings: []string{"nasty " + nasty}, Resolution: nasty + "\nhttp://a.example/\"><script>", Cause: nasty,
		Products: []string{nasty}, Models: []string{nasty}, Tags: []string{nasty}})
	v := s.visitor("en")
	id := s.find("X").ID
	for _, p := range []page{
		v.post("/", url.Values{"text": {"nasty " + nasty}, "open": {id}, "product": {nasty}}),
		v.get("/cases/" + id), v.get("/cases/" + id + "/edit"), v.get("/cases/" + id + "/recorded"),
		v.post("/cases/new", url.Values{"text": {nasty}, "product": {nasty}}),
	} {
		assert.Equal(t, http.StatusOK, p.status)
		assert.NotContains(t, p.body, "<script>alert", p.url.Path)
		assert.NotContains(t, p.body, "<b onclick", p.url.Path)
		assert.NotContains(t, p.body, `href="javascript:`, p.url.Path)
	}
}

func (s *site) tally(id string) corpus.Tally {
	s.t.Helper()
	tallies, err := s.store.Tallies(s.t.Context(), corpus.LocalCaller(), []string{id})
	require.NoError(s.t, err)
	return tallies[id]
}

// after is what follows the first mark in a text, up to the next quote.
func after(text, mark string) string {
	_, rest, _ := strings.Cut(text, mark)
	return before(rest, `"`)
}

// rest is all that follows the first mark in a text.
func rest(text, mark string) string {
	_, text, _ = strings.Cut(text, mark)
	return text
}

func before(text, mark string) string {
	text, _, _ = strings.Cut(text, mark)
	return text
}
