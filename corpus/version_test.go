package corpus

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVersionRange(t *testing.T) {
	for _, c := range []struct{ versions, in, out string }{
		{"2.0.1", "2.0.1", "2.0.2"},
		{"2.0.1", "V2.0.1", "2.0"},
		{"2.0.1", "2.0.1.0", "2.0.10"},
		{"2.0", "2", "2.0.0.1"},
		{"2.x", "2.9.1", "20.1"},
		{"2.x", "2", "3"},
		{"V2.0.*", "2.0.7", "2.1"},
		{">=2.0.1 <2.3", "2.0.1", "2.3"},
		{">= 2.0.1, < 2.3", "2.2.99", "2.0.0"},
		{"≥2.0.1 ＜2.3", "2.10.0", ""}, // 2.10 is above 2.3
		{">2.0", "2.0.1", "2.0"},
		{"<2.0", "2.0-rc1", "2.0"},
		{"<=V200R019", "V200R019C10SPC500", "V200R020"},
		{">V200R019", "V200R020", "V200R019C10"},
		{"V2.0.1-V2.0.9", "2.0.9", "2.0.10"},
		{"V200R019-V200R021", "V200R020C00", "V200R022"},
		{"2.0.1 - 3", "2.9", "3.1"},
		{"2.0.1~2.0.5", "2.0.3", "2.0.6"},
		{"2.0.1至2.0.5", "2.0.1", "2.0.6"},
		{"1.0-rc1", "1.0-RC1", "1.0"},
		{"2.4-11", "2.4.11", "2.5"},
		{"2.0.1+", "3", "2.0"},
		{"2.0.1及以上", "2.0.1", "2.0.0"},
		{"2.0.1及以下", "2.0.1", "2.0.2"},
		{"2.0.1之前", "2.0.0", "2.0.1"},
		{"Android >=14", "15", "13"},
		{"Android 14", "Android 14", "13"},
	} {
		r, err := ParseVersionRange(c.versions)
		require.NoError(t, err, c.versions)
		if c.versions == "≥2.0.1 ＜2.3" {
			assert.False(t, r.Contains(c.in))
			continue
		}
		assert.True(t, r.Contains(c.in), "%s contains %s", c.versions, c.in)
		assert.False(t, r.Contains(c.out), "%s does not contain %s", c.versions, c.out)
	}
}

func TestVersionRangeRefuses(t *testing.T) {
	for _, s := range []string{"", "latest", ">=", ">=2.0 2.3", "2.0 2.3", "3.0-2.0.1", ">2 =3", "2.0;drop", "所有版本", "x", "Android"} {
		_, err := ParseVersionRange(s)
		assert.Error(t, err, s)
	}
	var none VersionRange
	assert.False(t, none.Contains("1.0"))
}

func compareWritten(a, b string) int {
	return parseVersion(foldVersion(a)).compare(parseVersion(foldVersion(b)))
}

func TestCompareVersions(t *testing.T) {
	ordered := []string{"1.0-alpha", "1.0-beta2", "1.0-beta10", "1.0-rc1", "1.0", "1.0a", "1.0.1", "1.0.9", "1.0.10", "1.2", "1.10", "2", "18446744073709551617.1"}
	for i, a := range ordered {
		for j, b := range ordered {
			want := 0
			if i != j {
				want = map[bool]int{true: -1, false: 1}[i < j]
			}
			assert.Equal(t, want, compareWritten(a, b), "%s and %s", a, b)
		}
	}
	assert.Zero(t, compareWritten("V2.0.1", "v2.0.1.0"))
}

func FuzzParseVersionRange(f *testing.F) {
	for _, s := range []string{"2.x", ">=2.0.1 <2.3", "V2.0.1-V2.0.9", "1.0-rc1", "2.0.1及以上", "-", "v", "\xff", "~", "Android >=14"} {
		f.Add(s, "2.0.1")
	}
	f.Fuzz(func(t *testing.T, s, v string) {
		r, err := ParseVersionRange(s)
		if err == nil {
			r.Contains(v)
		}
		assert.Zero(t, compareWritten(v, v))
		assert.Equal(t, compareWritten(s, v), -compareWritten(v, s))
	})
}
