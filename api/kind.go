package api

import (
	"net/http"
	"slices"

	"precedent/api/cause"
)

// kind is a sort of problem: its stable name, which makes the type URI
// /problems/NAME, and the status it is answered with.
type kind struct {
	name   string
	status int
}

// Every kind of problem the server answers with. Titles and explanations are
// in the message catalogues under problem.NAME and about.NAME.
var (
	malformed        = kind{"malformed", http.StatusBadRequest}
	badHeader        = kind{"bad-header", http.StatusBadRequest}
	crossSite        = kind{"cross-site", http.StatusForbidden}
	notFound         = kindOf(cause.NotFound)
	methodNotAllowed = kind{"method-not-allowed", http.StatusMethodNotAllowed}
	tooSlow          = kind{"too-slow", http.StatusRequestTimeout}
	conflict         = kindOf(cause.Conflict)
	stale            = kindOf(cause.Stale)
	tooLarge         = kind{"too-large", http.StatusRequestEntityTooLarge}
	unsupportedMedia = kind{"unsupported-media-type", http.StatusUnsupportedMediaType}
	misdirected      = kind{"misdirected", http.StatusMisdirectedRequest}
	invalid          = kind{"invalid", http.StatusUnprocessableEntity}
	keyReused        = kindOf(cause.KeyReused)
	versionRequired  = kind{"version-required", http.StatusPreconditionRequired}
	clientGone       = kindOf(cause.ClientGone)
	internal         = kindOf(cause.Internal)
	unavailable      = kindOf(cause.Unavailable)
	stopping         = kind{"stopping", http.StatusServiceUnavailable}
	storageFull      = kindOf(cause.StorageFull)
)

var kinds = []kind{
	malformed, badHeader, crossSite, notFound, methodNotAllowed, tooSlow, conflict, stale, tooLarge,
	unsupportedMedia, misdirected, invalid, keyReused, versionRequired, clientGone, internal, unavailable,
	stopping, storageFull,
}

// kindOf is the kind of problem that a cause makes.
func kindOf(c cause.Cause) kind { return kind{string(c), c.Status()} }

func kindNamed(name string) (kind, bool) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if i < 0 {
		return kind{}, false
	}
	return kinds[i], true
}

func (k kind) uri() string { return "/problems/" + k.name }
