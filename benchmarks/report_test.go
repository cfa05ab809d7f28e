package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTableReadsAsPlainTextToo(t *testing.T) {
	got := table([]string{"set", "hit@10"}, [][]string{{"espfaq", "0.822"}, {"a", "1"}})
	assert.Equal(t, strings.TrimPrefix(`
| set    | hit@10 |
|--------|-------:|
| espfaq |  0.822 |
| a      |      1 |
`, "\n"), got)
}

func TestCountPartsThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		assert.Equal(t, want, count(n))
	}
}

func TestReplaceGeneratedLeavesTheRestAlone(t *testing.T) {
	document := "# Title\n\n" + generatedBegin + "\nold\n" + generatedEnd + "\n\nafter\n"
	got, err := replaceGenerated(document, "new\n")
	require.NoError(t, err)
	assert.Equal(t, "# Title\n\n"+generatedBegin+"\n\nnew\n\n"+generatedEnd+"\n\nafter\n", got)
	again, err := replaceGenerated(got, "new\n")
	require.NoError(t, err)
	assert.Equal(t, got, again)
	for _, bad := range []string{"", generatedBegin + "\n", generatedEnd + "\n" + generatedBegin + "\n"} {
		_, err := replaceGenerated(bad, "new\n")
		assert.ErrorContains(t, err, "must both be there")
	}
}

func TestMachineSaysWhatItIs(t *testing.T) {
	assert.Regexp(t, `^\d+ cores?, .+ GiB of memory, go1\.\S+ linux$`, machine())
}
