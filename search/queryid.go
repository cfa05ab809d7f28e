package search

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

const queryPrefix = "q_"

var queryEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newQueryID returns an id that carries its own proof of having been given
// out under the secret: 10 random bytes and 10 of their HMAC-SHA256. A verdict
// can so be checked without keeping every query.
func newQueryID(secret []byte) string {
	id := make([]byte, 10, 20)
	rand.Read(id)
	return queryPrefix + queryEncoding.EncodeToString(append(id, proof(secret, id)...))
}

func knowsQueryID(secret []byte, id string) bool {
	rest, ok := strings.CutPrefix(id, queryPrefix)
	b, err := queryEncoding.DecodeString(rest)
	return ok && err == nil && len(b) == 20 && hmac.Equal(b[10:], proof(secret, b[:10]))
}

func proof(secret, id []byte) []byte {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte("query id"))
	m.Write(id)
	return m.Sum(nil)[:10]
}
