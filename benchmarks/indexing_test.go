package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestIndexingSaysWhereTheTimeGoes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tiny")
	require.NoError(t, os.Mkdir(dir, 0o700))
	line := `{"id":"1","complaint":"光猫红灯上不了网","resolution":"重新插拔光纤接头"}`
	require.NoError(t, os.WriteFile(filepath.Join(dir, "docs.jsonl"), []byte(line), 0o600))

	r, err := indexing(t.Context(), indexingPlan{dirs: []string{dir}, rounds: 1}, io.Discard)
	require.NoError(t, err)
	rows := r.(indexingReport)
	require.Len(t, rows, 1)
	row := rows[0]
	assert.Equal(t, "tiny", row.Text)
	assert.Equal(t, 1, row.Cases)
	assert.Equal(t, 16, row.Characters)
	assert.InDelta(t, 1, row.Segment+row.Store+row.Index, 1e-9)
	assert.InDelta(t, row.JiebaCPU/row.OursCPU, row.Ratio, 1e-9)
	assert.Positive(t, row.Store)
	assert.Less(t, row.Ratio, 1.0, "one case can't be stored and indexed faster than it is cut")
	assert.Equal(t, 3, strings.Count(r.markdown(), "\n"))
}

func TestIndexingNeedsSomethingToIndex(t *testing.T) {
	_, err := indexing(t.Context(), indexingPlan{rounds: 1}, io.Discard)
	assert.ErrorContains(t, err, "give --cases, --dir or --rounds a greater number")
}

func TestPresentNamesWhatIsLeftOut(t *testing.T) {
	here := t.TempDir()
	var said bytes.Buffer
	assert.Equal(t, []string{here}, present([]string{here, filepath.Join(here, "absent")}, &said))
	assert.Equal(t, filepath.Join(here, "absent")+" is not here and is left out\n", said.String())
}
