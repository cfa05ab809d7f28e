package search_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"precedent/corpus"
	"precedent/corpus/demo"
	"precedent/search"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden ranking anew")

// TestGoldenRanking pins what the demo queries find, by words and by both
// legs. A change of ranking shows as a diff of a file that a person can read:
// for each query the first three cases, with > before the one that answers it.
func TestGoldenRanking(t *testing.T) {
	t.Run("words", func(t *testing.T) { testGolden(t, newBench(t), "testdata/golden.txt") })
	t.Run("all", func(t *testing.T) { testGolden(t, newMeaningBench(t), "testdata/golden_all.txt") })
}

func testGolden(t *testing.T, b *bench, goldenFile string) {
	b.loadDemo(t)
	queries, err := demo.Queries()
	require.NoError(t, err)

	var text strings.Builder
	first, ten := 0, 0
	for _, q := range queries {
		found, err := b.engine.Search(context.Background(), corpus.LocalCaller(), search.Request{Text: q.Text})
		require.NoError(t, err)
		rank := 0
		for i, m := range found.Matches {
			if m.Case.ExternalID == q.Case {
				rank = i + 1
			}
		}
		if rank == 1 {
			first++
		}
		if rank > 0 {
			ten++
		}
		fmt.Fprintf(&text, "%s\n", strings.ReplaceAll(q.Text, "\n", " / "))
		for i, m := range found.Matches {
			mark := " "
			if m.Case.ExternalID == q.Case {
				mark = ">"
			}
			if i < 3 || mark == ">" {
				fmt.Fprintf(&text, "  %s %2d. %s  %s\n", mark, i+1, m.Case.ExternalID, m.Case.Title)
			}
		}
		if rank == 0 {
			fmt.Fprintf(&text, "  ! not among ten: %s\n", q.Case)
		}
		text.WriteString("\n")
	}
	got := fmt.Sprintf("%d queries: %d find their case first, %d among ten.\n\n%s", len(queries), first, ten, text.String())
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(goldenFile), 0o755))
		require.NoError(t, os.WriteFile(goldenFile, []byte(got), 0o644))
	}
	want, err := os.ReadFile(goldenFile)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "the ranking changed; read the difference, and run with -update when it is for the better")
	require.GreaterOrEqual(t, float64(ten)/float64(len(queries)), 0.95)
}
