package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/corpus"
)

// A fix is recorded from the call, told to be found first, and found.
func TestRecordAFix(t *testing.T) {
	s := newSite(t, lamps()...)
	v := s.visitor("zh")
	shown := v.post("/cases/new", url.Values{"text": {"遥控器按了电视没反应\n电池是新的"}, "product": {"电视"}})
	require.Equal(t, http.StatusOK, shown.status)
	assert.Contains(t, shown.body, "遥控器按了电视没反应\n电池是新的</textarea>")
	assert.Contains(t, shown.body, "电视</textarea>")

	form := with(shown.hidden(), "wordings", "遥控器按了电视没反应\r\n电池是新的", "products", "电视",
		"state", "published", "resolution", "1. 重新配对遥控器\r\n2. 按住主页键五秒", "resolution_kind", "fix", "audience", "agent")
	var ids []string
	for range 2 { // pressed twice
		done := v.post("/cases", form)
		require.Equal(t, http.StatusOK, done.status)
		require.Regexp(t, `^/cases/c_\w+/recorded$`, done.url.Path)
		assert.Contains(t, done.text(), "用这句话查找，排在第一。")
		ids = append(ids, strings.Split(done.url.Path, "/")[2])
	}
	assert.Equal(t, ids[0], ids[1], "recorded once")
	c, err := s.store.Case(t.Context(), corpus.LocalCaller(), ids[0])
	require.NoError(t, err)
	assert.Equal(t, []string{"遥控器按了电视没反应\n电池是新的"}, c.Wordings)
	assert.Equal(t, []string{"电视"}, c.Products)
	assert.Equal(t, corpus.Published, c.State)
	assert.Equal(t, ids[0], v.post("/", url.Values{"text": {"电视遥控器失灵，换了电池也没反应"}}).ids()[0])

	again := v.post("/cases", with(form, "title", "另一个标题"))
	assert.Equal(t, http.StatusUnprocessableEntity, again.status, "the key of a form that was recorded")
	assert.Contains(t, again.text(), "这份表单在修改之前已经记录过")
	assert.NotEqual(t, form.Get("key"), again.hidden().Get("key"))
}

func TestRecordingWithMistakes(t *testing.T) {
	s := newSite(t)
	v := s.visitor("en")
	form := with(v.form("/cases/new"), "wordings", " ", "state", "published", "resolution", "", "audience", "agent",
		"resolution_kind", "fix", "title", "kept title", "versions", "new <or> old", "tags", "one\ntwo")
	p := v.post("/cases", form)
	assert.Equal(t, http.StatusUnprocessableEntity, p.status)
	text := p.text()
	assert.Contains(t, text, "3 things are missing or wrong")
	assert.Equal(t, 2, strings.Count(text, "Write what the customer said."), "above and beside the field")
	assert.Equal(t, 2, strings.Count(text, "Write the fix, one step a line"))
	assert.Contains(t, text, "Not a version or a range of versions")
	assert.Contains(t, p.body, `value="kept title"`)
	assert.Contains(t, p.body, "one\ntwo</textarea>")
	assert.Contains(t, p.body, `href="#f-resolution"`)

	v.script = true
	p = v.post("/cases", form)
	assert.Equal(t, http.StatusUnprocessableEntity, p.status)
	assert.NotContains(t, p.body, "<html", "a script gets the form alone")
}

// A problem without a fix is recorded with who is on it and what to say.
func TestRecordAKnownProblem(t *testing.T) {
	s := newSite(t)
	v := s.visitor("en")
	form := with(v.form("/cases/new"), "wordings", "No sound on calls since the update", "state", "known", "resolution", "", "resolution_kind", "fix",
		"audience", "agent", "handler", "audio team", "due_at", "2031-01-31T18:00", "tell_customer", "We know of it and will call back.")
	done := v.post("/cases", form)
	require.Equal(t, http.StatusOK, done.status)
	assert.Contains(t, done.text(), "Found first for this complaint.")
	p := v.get(strings.TrimSuffix(done.url.Path, "/recorded"))
	assert.Contains(t, p.text(), "Known, no fix yet")
	assert.Contains(t, p.text(), "audio team")
	assert.Contains(t, p.text(), "We know of it and will call back.")
	assert.Regexp(t, `answer due <time datetime="2031-`, p.body)

	form.Set("due_at", "tomorrow")
	form.Set("key", "another")
	wrong := v.post("/cases", form)
	assert.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	assert.Contains(t, wrong.text(), "Not a date and time")
}

var textarea = regexp.MustCompile(`(?s)<textarea[^>]* name="([a-z_]+)"[^>]*>\n?(.*?)</textarea>`)
var textInput = regexp.MustCompile(`<input [^>]*name="([a-z_]+)" type="[a-z-]+" value="([^"]*)"`)

// filled is a form as it came, as a browser would send it.
func (p page) filled() url.Values {
	form := p.hidden()
	for _, m := range append(textarea.FindAllStringSubmatch(p.body, -1), textInput.FindAllStringSubmatch(p.body, -1)...) {
		form[m[1]] = append(form[m[1]], strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&amp;", "&", "&#43;", "+").Replace(m[2]))
	}
	for _, m := range regexp.MustCompile(`name="(state)" value="([a-z]+)" checked`).FindAllStringSubmatch(p.body, -1) {
		form.Set(m[1], m[2])
	}
	for _, name := range []string{"resolution_kind", "audience"} {
		_, options, _ := strings.Cut(p.body, `name="`+name+`"`)
		options = before(options, "</select>")
		if m := regexp.MustCompile(`<option value="([a-z_]+)" selected`).FindStringSubmatch(options); m != nil {
			form.Set(name, m[1])
		}
	}
	return form
}

func TestChangeACase(t *testing.T) {
	s := newSite(t, lamps()...)
	v := s.visitor("en")
	id := s.find("L1").ID
	same := v.get("/cases/" + id + "/edit").filled()
	p := v.post("/cases/"+id+"/edit", same)
	require.Equal(t, http.StatusOK, p.status)
	before := s.find("L1")

	form := v.get("/cases/" + id + "/edit").filled()
	form.Set("title", "LOS blinks red")
	form.Set("resolution", strings.Replace(form.Get("resolution"), "拔电源一分钟再插", "拔电源三分钟再插", 1))
	form.Add("wordings", "box shows a red light")
	p = v.post("/cases/"+id+"/edit", form)
	require.Equal(t, http.StatusOK, p.status)
	assert.Equal(t, "/cases/"+id, p.url.Path)
	assert.Contains(t, p.text(), "Saved as version")
	now := s.find("L1")
	assert.Equal(t, append(before.Wordings, "box shows a red light"), now.Wordings)
	assert.Equal(t, before.ExternalID, now.ExternalID)
	assert.Equal(t, before.Models, now.Models)
	assert.Equal(t, before.Versions, now.Versions)
	assert.Contains(t, p.body, "<del>LOS 红灯闪烁</del><ins>LOS blinks red</ins>")
	assert.Contains(t, p.body, "<del>2. 拔电源一分钟再插</del><ins>2. 拔电源三分钟再插</ins>", "only the line that changed")
	assert.Contains(t, p.body, "<ins>box shows a red light</ins>")

	p = v.post("/cases/"+id+"/edit", form)
	assert.Equal(t, http.StatusOK, p.status, "sent twice")
	assert.Equal(t, now.Version, s.find("L1").Version)
}

// A form without state and audience changes neither.
func TestAFormCutShortKeepsStateAndAudience(t *testing.T) {
	s := newSite(t, corpus.Case{ExternalID: "E", Wordings: []string{"光猫红灯"}, Resolution: "换尾纤", State: corpus.Draft, Audience: corpus.Engineer})
	v := s.visitor("en")
	path := "/cases/" + s.find("E").ID + "/edit"
	form := v.get(path).filled()
	form.Del("state")
	form.Del("audience")
	form.Set("title", "changed")
	require.Equal(t, http.StatusOK, v.post(path, form).status)
	c := s.find("E")
	assert.Equal(t, "changed", c.Title)
	assert.Equal(t, corpus.Draft, c.State)
	assert.Equal(t, corpus.Engineer, c.Audience)
}

// A fix that says nothing is recorded, and the page says that it is not found.
func TestAFixThatSaysNothing(t *testing.T) {
	s := newSite(t)
	v := s.visitor("zh")
	form := with(v.form("/cases/new"), "wordings", "遥控器没反应", "state", "published", "resolution", "已处理", "resolution_kind", "fix", "audience", "agent")
	done := v.post("/cases", form)
	require.Equal(t, http.StatusOK, done.status)
	id := strings.Split(done.url.Path, "/")[2]
	assert.Contains(t, done.text(), "方案没有写明做了什么，补充之前不参与排序")
	assert.Contains(t, done.body, `<a href="/cases/`+id+`/edit">`)
	assert.NotContains(t, done.text(), "索引还在更新")
	assert.Contains(t, v.get("/cases/"+id).text(), "方案没有写明做了什么")

	edit := v.get("/cases/" + id + "/edit").filled()
	edit.Set("resolution", "重新配对遥控器")
	assert.NotContains(t, v.post("/cases/"+id+"/edit", edit).text(), "方案没有写明做了什么")
	assert.Contains(t, v.get("/cases/"+id).text(), "本机", "who made a version")
	assert.NotContains(t, v.get("/cases/"+id).text(), "local")
}

// A new case is looked for among the matches that agents see, no further down.
func TestRecordedButNotAmongTheFirst(t *testing.T) {
	var same []corpus.Case
	for range 11 {
		same = append(same, corpus.Case{Title: "遥控器没反应", Wordings: []string{"遥控器没反应"}, Resolution: "重新配对遥控器"})
	}
	last := corpus.Case{ExternalID: "Z", Wordings: []string{"遥控器没反应"}, Title: strings.Repeat("别的说法很多很多", 30), Resolution: "换电池"}
	s := newSite(t, append(same, last)...)
	p := s.visitor("en").get("/cases/" + s.find("Z").ID + "/recorded")
	assert.Contains(t, p.text(), "not among the first 10 for its own wording")
}

// Two people change one version: the second sees both, and loses nothing.
func TestStaleChange(t *testing.T) {
	s := newSite(t, lamps()...)
	id := s.find("L1").ID
	mine, theirs := s.visitor("en"), s.visitor("en")
	a, b := mine.get("/cases/"+id+"/edit").filled(), theirs.get("/cases/"+id+"/edit").filled()
	b.Set("title", "their title")
	b.Set("cause", "their cause")
	require.Equal(t, http.StatusOK, theirs.post("/cases/"+id+"/edit", b).status)

	a.Set("title", "my title")
	a.Set("tags", "my tag")
	p := mine.post("/cases/"+id+"/edit", a)
	require.Equal(t, http.StatusConflict, p.status)
	assert.Contains(t, p.text(), "Someone changed this case while you were writing.")
	merged := p.filled()
	assert.Equal(t, "my title", merged.Get("title"), "what I wrote stays")
	assert.Contains(t, p.body, "<blockquote>their title</blockquote>", "beside what they wrote")
	assert.Equal(t, "their cause", merged.Get("cause"), "what only they changed is taken over")
	assert.Equal(t, "my tag", merged.Get("tags"), "what only I changed stays")
	assert.Equal(t, 1, strings.Count(p.body, "<blockquote>"))

	p = mine.post("/cases/"+id+"/edit", merged)
	require.Equal(t, http.StatusOK, p.status)
	c := s.find("L1")
	assert.Equal(t, "my title", c.Title)
	assert.Equal(t, "their cause", c.Cause)
	assert.Equal(t, []string{"my tag"}, c.Tags)
}

func TestRetireACase(t *testing.T) {
	s := newSite(t, lamps()...)
	v := s.visitor("zh")
	c := s.find("L1")
	form := v.form("/cases/" + c.ID)
	old := with(form)
	old.Set("version", "99")
	assert.Contains(t, v.post("/cases/"+c.ID+"/retire", old).text(), "没有停用")
	p := v.post("/cases/"+c.ID+"/retire", form)
	require.Equal(t, http.StatusOK, p.status)
	assert.Contains(t, p.text(), "已停用，不再被查到。")
	assert.Equal(t, corpus.Retired, s.find("L1").State)
	assert.NotContains(t, p.body, "/retire\"")

	edit := v.get("/cases/" + c.ID + "/edit").filled()
	assert.Equal(t, "retired", edit.Get("state"))
	edit.Set("state", "published")
	require.Equal(t, http.StatusOK, v.post("/cases/"+c.ID+"/edit", edit).status)
	assert.Equal(t, corpus.Published, s.find("L1").State, "put back by a change of its state")
}

// Whoever mounts the pages says who asks; the pages go by that alone.
func TestPagesAskOnTheirCallersBehalf(t *testing.T) {
	s := newSite(t, lamps()...)
	draft := "/cases/" + s.find("L2").ID
	v := s.visitor("en")
	assert.Equal(t, http.StatusOK, v.get(draft).status)
	s.who = corpus.PublicCaller()
	assert.Equal(t, http.StatusNotFound, v.get(draft).status)
}
