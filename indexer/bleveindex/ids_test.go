package bleveindex

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/corpus"
)

func TestIDsComeBack(t *testing.T) {
	own := corpus.NewID(corpus.CasePrefix)
	ids := []string{
		own, corpus.NewID(corpus.ComplaintPrefix), corpus.NewID(""),
		"", "c_1", strings.ToUpper(own), own[:len(own)-1] + "z", // whose last bits are none of 128
		own + "0", "行-7", corpus.NewID(corpus.CasePrefix),
	}
	var list idList
	for _, id := range ids {
		list.add([]byte(id))
	}
	for doc, id := range ids {
		assert.Equal(t, id, string(list.at(uint32(doc))))
	}
}

func TestIDsOfTheStoreTakeSixteenBytes(t *testing.T) {
	var list idList
	for range 1000 {
		list.add([]byte(corpus.NewID(corpus.CasePrefix)))
	}
	require.Len(t, list.packed, 1000)
	assert.Empty(t, list.text, "the store writes its ids in another way")
	assert.Nil(t, list.prefix)
}
