package web

import (
	"embed"
	"encoding/json"
	"html/template"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
)

//go:embed messages
var messageFiles embed.FS

//go:embed templates
var templateFiles embed.FS

// catalogue holds the messages of one language by key. A message may hold
// places such as {n}.
type catalogue map[string]string

// say returns the message with its places filled from pairs of a name and a
// value. A key that is not there stands for itself, so that a gap is seen.
func (c catalogue) say(key string, pairs ...any) string {
	message, ok := c[key]
	if !ok {
		return key
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		message = strings.ReplaceAll(message, "{"+name+"}", text(pairs[i+1]))
	}
	return message
}

// count is say for a number: key.one or key.other, with {n} filled.
func (c catalogue) count(key string, n int, pairs ...any) string {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return c.say(key+form, append(pairs, "n", n)...)
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// tongue is a language that the pages speak.
type tongue struct {
	catalogue
	Code      string // for lang attributes and the switch
	Dir       string // ltr or rtl
	templates *template.Template
}

// tongues are the languages of the pages; the first is for readers of any
// other.
type tongues []*tongue

func loadTongues(a assets) tongues {
	return tongues{newTongue("en", "ltr", a), newTongue("zh", "ltr", a)}
}

func newTongue(code, dir string, a assets) *tongue {
	t := &tongue{Code: code, Dir: dir}
	data, err := messageFiles.ReadFile("messages/" + code + ".json")
	if err == nil {
		err = json.Unmarshal(data, &t.catalogue)
	}
	if err != nil {
		panic(err) // the catalogue is part of the program
	}
	t.templates = template.Must(template.New("").Funcs(template.FuncMap{
		"t":        t.say,
		"count":    t.count,
		"asset":    a.url,
		"messages": t.forScripts,
		"exact":    func(at time.Time) string { return at.Format("2006-01-02 15:04 MST") },
		"machine":  func(at time.Time) string { return at.UTC().Format(time.RFC3339) },
		"dict":     dict,
		"plain":    t.plain(),
	}).ParseFS(templateFiles, "templates/*.html"))
	return t
}

// plain returns what writes a text for reading: what stands for masked
// personal data is named in the reader's language. Forms show texts as they
// are, since what they send is recorded.
func (t *tongue) plain() func(string) string {
	var pairs []string
	for key, name := range t.catalogue {
		if kind, ok := strings.CutPrefix(key, "masked."); ok {
			pairs = append(pairs, "⟦"+kind+"⟧", t.say("masked.brackets", "name", name))
		}
	}
	return strings.NewReplacer(pairs...).Replace
}

// forScripts returns the messages that scripts say, without their js. prefix.
func (t *tongue) forScripts() map[string]string {
	said := make(map[string]string)
	for key, message := range t.catalogue {
		if name, ok := strings.CutPrefix(key, "js."); ok {
			said[name] = message
		}
	}
	return said
}

// dict lets a template hand several values to another.
func dict(pairs ...any) map[string]any {
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		m[name] = pairs[i+1]
	}
	return m
}

// byCode returns the tongue of a code, nil when there is none.
func (ts tongues) byCode(code string) *tongue {
	for _, t := range ts {
		if t.Code == code {
			return t
		}
	}
	return nil
}

// choose takes the tongue that an Accept-Language header likes best, in any
// script or region, and the first for readers of languages we lack.
func (ts tongues) choose(accept string) *tongue {
	tags, weights, err := language.ParseAcceptLanguage(accept) // the best liked first
	if err != nil {
		return ts[0]
	}
	for i, tag := range tags {
		base, _ := tag.Base()
		if t := ts.byCode(base.String()); t != nil && weights[i] > 0 {
			return t
		}
	}
	return ts[0]
}
