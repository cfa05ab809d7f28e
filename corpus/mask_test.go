package corpus_test

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"precedent/corpus"
)

var placeholder = regexp.MustCompile(`⟦(phone|id|card|imei|email|plate)⟧`)

// TestMaskMeasured holds Mask to sentences: the text, a tab, and the same text
// masked. masking.tsv is what customers and engineers write, masking_forms.tsv
// the rarer forms of numbers and what resembles them.
func TestMaskMeasured(t *testing.T) {
	for _, name := range []string{"testdata/masking.tsv", "testdata/masking_forms.tsv"} {
		t.Run(name, func(t *testing.T) {
			f, err := os.Open(name)
			require.NoError(t, err)
			defer f.Close()
			var lines, data, missed, wrong int
			sentences := bufio.NewScanner(f)
			for sentences.Scan() {
				text, want, ok := strings.Cut(sentences.Text(), "\t")
				if !ok {
					continue
				}
				lines++
				data += len(placeholder.FindAllString(want, -1))
				got, _ := corpus.Mask(text)
				if got == want {
					continue
				}
				m, w := compareMasks(want, got)
				missed, wrong = missed+m, wrong+w
				t.Errorf("%s\n  want %s\n  got  %s", text, want, got)
			}
			require.NoError(t, sentences.Err())
			require.NotZero(t, data)
			t.Logf("%d sentences with %d personal data: %d missed, %d wrongly masked", lines, data, missed, wrong)
		})
	}
}

// compareMasks counts what should have been masked and was not, and the reverse.
func compareMasks(want, got string) (missed, wrong int) {
	count := map[string]int{}
	for _, p := range placeholder.FindAllString(want, -1) {
		count[p]++
	}
	for _, p := range placeholder.FindAllString(got, -1) {
		count[p]--
	}
	for _, n := range count {
		missed, wrong = missed+max(n, 0), wrong+max(-n, 0)
	}
	if missed+wrong == 0 {
		missed = 1 // the right kinds in the wrong places
	}
	return missed, wrong
}

func ExampleMask() {
	masked, hidden := corpus.Mask("订单号 2023010112345，回电138-0013-8000")
	fmt.Println(masked)
	fmt.Printf("%s, %d bytes\n", hidden[0].Kind, hidden[0].End-hidden[0].Start)
	// Output:
	// 订单号 2023010112345，回电⟦phone⟧
	// phone, 13 bytes
}

func TestMaskLeavesOtherTextAlone(t *testing.T) {
	s := "光猫亮红灯，拨号报错，重启以后还是上不去网。It says no carrier."
	var masked string
	allocations := testing.AllocsPerRun(10, func() { masked, _ = corpus.Mask(s) })
	assert.Equal(t, s, masked)
	assert.Zero(t, allocations, "a text without personal data costs no memory")
}

// TestMaskHostile: ten times the text takes about ten times as long.
func TestMaskHostile(t *testing.T) {
	for _, unit := range []string{"1", "1 ", "1-", "(", "+1", "@", "a@", "a.", "a@b.", "京A", "订单号", "13800138000、", "一", "6222 ", "no id is "} {
		short, long := strings.Repeat(unit, 10_000/len(unit)), strings.Repeat(unit, 100_000/len(unit))
		least := func(s string) time.Duration {
			best := time.Hour
			for range 2 {
				start := time.Now()
				corpus.Mask(s)
				best = min(best, time.Since(start))
			}
			return best
		}
		a, b := least(short), least(long)
		assert.Less(t, b, 50*max(a, 2*time.Millisecond), "%q: %v for 10,000 bytes, %v for 100,000", unit, a, b)
		checkMask(t, short)
	}
}

func BenchmarkMask(b *testing.B) {
	for name, s := range map[string]string{
		"plain":   strings.Repeat("光猫亮红灯，拨号报错，重启以后还是上不去网。", 5),
		"english": strings.Repeat("The router keeps dropping the connection every evening. ", 5),
		"codes":   strings.Repeat("固件 2.0.1.138 报 E-691，IP 192.168.1.1，订单号 202301011234567。", 5),
		"phones":  strings.Repeat("电话138 0013 8000，身份证11010519491231002X。", 5),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				corpus.Mask(s)
			}
		})
	}
}

func checkMask(t *testing.T, s string) {
	masked, hidden := corpus.Mask(s)
	again, more := corpus.Mask(masked)
	assert.Equal(t, masked, again, "masking again changes nothing: %q", s)
	assert.Empty(t, more)
	from, at := 0, 0
	for _, h := range hidden { // equal outside of what is hidden, in order
		require.True(t, from <= h.Start && h.Start < h.End && h.End <= len(s), "%q %+v", s, h)
		require.Equal(t, s[from:h.Start], masked[at:h.At])
		require.Equal(t, "⟦"+h.Kind+"⟧", masked[h.At:h.To])
		from, at = h.End, h.To
	}
	require.Equal(t, s[from:], masked[at:])
}

func FuzzMask(f *testing.F) {
	for _, s := range []string{
		"", "13800138000", "138 0013 8000-1390013 8000/13800138000", "+86(138)0013-8000", "a@b.cn13800138000@x.com", "京A12345京A12345",
		"订单号13800138000、13900139000", "11010519491231002X", "\xff1\xff38001380\xc0", "(+86 1(38", "幺三八零零幺三八零零零", "1 2 3 4 5 6 7 8 9 0 1 2 3 4",
		"010-12345678转801ext 5", "IMEI 860000030000003 4111 1111 1111 1111", "a@b.co.x1@y.de。com", "٠١٢٣٤٥٦٧٨٩",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkMask(t, s) })
}
