package api

import (
	"net/http"
	"slices"
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
	notFound         = kind{"not-found", http.StatusNotFound}
	methodNotAllowed = kind{"method-not-allowed", http.StatusMethodNotAllowed}
	tooSlow          = kind{"too-slow", http.StatusRequestTimeout}
	conflict         = kind{"conflict", http.StatusConflict}
	stale            = kind{"stale", http.StatusPreconditionFailed}
	tooLarge         = kind{"too-large", http.StatusRequestEntityTooLarge}
	unsupportedMedia = kind{"unsupported-media-type", http.StatusUnsupportedMediaType}
	misdirected      = kind{"misdirected", http.StatusMisdirectedRequest}
	invalid          = kind{"invalid", http.StatusUnprocessableEntity}
	keyReused        = kind{"key-reused", http.StatusUnprocessableEntity}
	versionRequired  = kind{"version-required", http.StatusPreconditionRequired}
	clientGone       = kind{"client-gone", 499} // nobody reads it; the log and the measures do
	internal         = kind{"internal", http.StatusInternalServerError}
	unavailable      = kind{"unavailable", http.StatusServiceUnavailable}
	stopping         = kind{"stopping", http.StatusServiceUnavailable}
	storageFull      = kind{"storage-full", http.StatusInsufficientStorage}
)

var kinds = []kind{
	malformed, badHeader, crossSite, notFound, methodNotAllowed, tooSlow, conflict, stale, tooLarge,
	unsupportedMedia, misdirected, invalid, keyReused, versionRequired, clientGone, internal, unavailable,
	stopping, storageFull,
}

func kindNamed(name string) (kind, bool) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if i < 0 {
		return kind{}, false
	}
	return kinds[i], true
}

func (k kind) uri() string { return "/problems/" + k.name }
