package bleveindex

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDictionary looks up terms that are there, and terms much like them that
// are not.
func TestDictionary(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	texts := map[string]bool{"": true, "a": true, "a\x00": true, "光猫": true, strings.Repeat("长", 90): true}
	for i := range 3000 {
		n := r.IntN(1 << r.IntN(12))
		texts[[]string{fmt.Sprint(n), fmt.Sprint("词条很长的时候", n), string(rune('一' + n)), fmt.Sprintf("same-beginning-of-terms-%04d", n)}[i%4]] = true
	}
	terms := slices.Sorted(maps.Keys(texts))
	var d dictionary
	m := dictionaryMaker{dictionary: &d}
	for i, term := range terms {
		if i%5 == 0 {
			m.addLong(term, i)
		} else {
			m.addShort(term, []byte(fmt.Sprint(i)))
		}
	}
	same := func(i int, ref termRef) {
		t.Helper()
		if i%5 == 0 {
			require.True(t, ref.long())
			require.Equal(t, uint32(i), ref.at)
			return
		}
		require.Equal(t, fmt.Sprint(i), string(d.text[ref.at:ref.at+ref.size]), terms[i])
	}
	for i, term := range terms {
		same(i, d.find(term, termKey(term)))
		for _, other := range []string{term + "x", term + "\x00", term[:len(term)/2], term + "网"} {
			if !texts[other] {
				assert.True(t, d.find(other, termKey(other)).none(), "%q", other)
			}
		}
	}
	for _, prefix := range []string{"", "词", "same-beginning-of-terms-1", "光", "zzz"} {
		i, _ := slices.BinarySearch(terms, prefix)
		d.from(prefix, func(term []byte, ref termRef) bool {
			require.Equal(t, terms[i], string(term))
			same(i, ref)
			i++
			return true
		})
		require.Equal(t, len(terms), i)
	}
}
