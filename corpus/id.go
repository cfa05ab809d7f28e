package corpus

import (
	"crypto/rand"
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

// ValidID reports whether id could have been made by NewID(prefix).
func ValidID(prefix, id string) bool {
	rest, ok := strings.CutPrefix(id, prefix)
	if !ok || len(rest) != 26 {
		return false
	}
	b, err := idEncoding.DecodeString(rest)
	return err == nil && len(b) == 16
}
