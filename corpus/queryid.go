package corpus

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"strings"
)

// QueryPrefix begins the id of a query.
const QueryPrefix = "q_"

// NewQueryID returns an id that carries its own proof of having been given
// out under the secret: 10 random bytes and 10 of their HMAC-SHA256. A verdict
// can so be checked without keeping every query.
func NewQueryID(secret []byte) string {
	id := make([]byte, 10, 20)
	rand.Read(id)
	return QueryPrefix + idEncoding.EncodeToString(append(id, queryProof(secret, id)...))
}

// ProvenQueryID reports whether NewQueryID gave out id under the secret.
func ProvenQueryID(secret []byte, id string) bool {
	b := queryBytes(id)
	return b != nil && hmac.Equal(b[10:], queryProof(secret, b[:10]))
}

// queryBytes returns the 20 bytes of an id of the form of a query's, else nil.
func queryBytes(id string) []byte {
	rest, ok := strings.CutPrefix(id, QueryPrefix)
	b, err := idEncoding.DecodeString(rest)
	if !ok || err != nil || len(rest) != 32 || len(b) != 20 {
		return nil
	}
	return b
}

func queryProof(secret, id []byte) []byte {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte("query id"))
	m.Write(id)
	return m.Sum(nil)[:10]
}
