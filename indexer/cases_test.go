package indexer_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/corpus"
	"precedent/indexer"
)

func TestCaseDocument(t *testing.T) {
	s, err := segmenter()
	require.NoError(t, err)
	d := indexer.CaseDocument(s, corpus.Case{
		ID: "c_1", State: corpus.Published, Audience: corpus.Agent, Language: "zh-Hant",
		Title: "断网", Wordings: []string{"上不了网", "慢"}, Resolution: "重启", Cause: "过热",
		Products: []string{" Router X", "光猫"}, Models: []string{"HG8245H5"}, Tags: []string{"wifi"},
	})
	assert.Equal(t, indexer.CaseKind, d.Kind)
	assert.Contains(t, d.Terms[indexer.Wordings], "慢")
	assert.NotContains(t, d.Terms[indexer.Wordings], "网慢", "a bigram crosses the border of two wordings")
	assert.Contains(t, d.Terms[indexer.Title], "hg8245h5")
	assert.Contains(t, d.Terms[indexer.Title], "光猫")
	assert.Contains(t, d.Terms[indexer.Resolution], "过热")
	assert.NotContains(t, d.Terms[indexer.Wordings], "重启")
	assert.ElementsMatch(t, []string{
		"kind:case", "language:zh", "audience:agent", "state:published", "product:router x", "product:光猫",
	}, d.Facets)
}

func TestDocumentWithoutProductOrLanguage(t *testing.T) {
	s, err := segmenter()
	require.NoError(t, err)
	c := indexer.CaseDocument(s, corpus.Case{ID: "c_1", Wordings: []string{"my router will not connect to the internet"}})
	assert.Contains(t, c.Facets, "product:")
	assert.Contains(t, c.Facets, "language:en")
	p := indexer.ComplaintDocument(s, corpus.Complaint{ID: "p_1", Text: "手机开不了机", Product: "Phone"})
	assert.ElementsMatch(t, []string{"kind:complaint", "language:zh", "product:phone"}, p.Facets)
	assert.NotEmpty(t, p.Terms[indexer.Text])
}

func TestFindable(t *testing.T) {
	for _, test := range []struct {
		name string
		c    corpus.Case
		want bool
	}{
		{"a fix", corpus.Case{State: corpus.Published, Resolution: "更换电源适配器"}, true},
		{"a draft", corpus.Case{State: corpus.Draft, Resolution: "更换电源适配器"}, true},
		{"known, no fix yet", corpus.Case{State: corpus.Known}, true},
		{"retired", corpus.Case{State: corpus.Retired, Resolution: "更换电源适配器"}, false},
		{"says nothing", corpus.Case{State: corpus.Published, Resolution: "已处理。"}, false},
	} {
		assert.Equal(t, test.want, indexer.Findable(test.c), test.name)
	}
}
