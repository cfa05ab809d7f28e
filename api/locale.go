package api

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/text/language"
)

//go:embed messages/*.json
var messageFiles embed.FS

// locale is a language that problems are told in: its messages by key. What is
// to be filled in stands in them as {name}.
type locale struct {
	tag      string
	messages map[string]string
}

// locales holds the languages there are catalogues for.
type locales struct {
	en, zh locale
}

func loadLocales() (locales, error) {
	en, err := loadLocale("en")
	if err != nil {
		return locales{}, err
	}
	zh, err := loadLocale("zh")
	return locales{en: en, zh: zh}, err
}

func loadLocale(tag string) (locale, error) {
	raw, err := messageFiles.ReadFile("messages/" + tag + ".json")
	if err != nil {
		return locale{}, err
	}
	l := locale{tag: tag}
	if err := json.Unmarshal(raw, &l.messages); err != nil {
		return locale{}, fmt.Errorf("message catalogue %s: %w", tag, err)
	}
	return l, nil
}

// of picks the language for an Accept-Language header: of Chinese, in any
// script or region, and English the one that is liked better; English when
// neither is named.
func (ls locales) of(accept string) locale {
	tags, weights, err := language.ParseAcceptLanguage(accept) // sorted, the best liked first
	if err != nil {
		return ls.en
	}
	for i, tag := range tags {
		if weights[i] == 0 {
			continue
		}
		switch base, _ := tag.Base(); base.String() {
		case "zh":
			return ls.zh
		case "en":
			return ls.en
		}
	}
	return ls.en
}

// say fills in the message of a key. An argument "@KEY" is a message itself.
func (l locale) say(key string, args map[string]string) string {
	var pairs []string
	for name, value := range args {
		if ref, ok := strings.CutPrefix(value, "@"); ok {
			value = l.messages[ref]
		}
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(l.messages[key])
}

// fault says what is wrong with a field. The rooms below write English, which
// says most; other languages have a message for each of their codes, and for
// some fields one of its own: field.CODE.FIELD.
func (l locale) fault(f fault) string {
	if f.text != "" && l.tag == "en" {
		return f.text
	}
	field, _, _ := strings.Cut(f.field, "[")
	for _, key := range []string{f.key, "field." + f.code + "." + field, "field." + f.code} {
		if _, known := l.messages[key]; known {
			return l.say(key, f.args)
		}
	}
	return f.text
}
