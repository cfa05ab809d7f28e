//go:build !amd64 || !cgo

package embed

// fastest gives the quickest kernel this processor runs.
func fastest() kernel { return portable{} }
