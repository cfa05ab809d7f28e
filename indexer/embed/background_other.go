//go:build !linux

package embed

// Background runs work and waits until it ends. Only on Linux does a thread
// have a priority of its own, and the work a low one.
func Background(work func()) { work() }
