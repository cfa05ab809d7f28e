package corpus

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// Prefixes of ids, so that a person can tell what an id names.
const (
	CasePrefix      = "c_"
	ComplaintPrefix = "p_"
	VerdictPrefix   = "v_"
)

var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID returns prefix and 26 characters of Crockford base 32 from 128 random
// bits: unguessable, and without letters that are misread on the phone.
func NewID(prefix string) string {
	var b [16]byte
	rand.Read(b[:])
	return prefix + idEncoding.EncodeToString(b[:])
}

// DerivedID returns the same id for the same text, for measurements that must
// repeat: equal scores are ordered by id. Such an id can be guessed.
func DerivedID(prefix, text string) string {
	sum := sha256.Sum256([]byte(text))
	return prefix + idEncoding.EncodeToString(sum[:16])
}

// ValidID reports whether id could have been made by NewID(prefix).
func ValidID(prefix, id string) bool {
	rest, ok := strings.CutPrefix(id, prefix)
	if !ok || len(rest) != 26 {
		return false
	}
	b, err := idEncoding.DecodeString(rest)
	return err == nil && len(b) == 16
}
