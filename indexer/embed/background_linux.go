package embed

import (
	"runtime"
	"syscall"
)

// backgroundNice is how far background work stands back: at 10 the scheduler
// gives it about a tenth of a processor that a search wants too, and all of
// one that is idle.
const backgroundNice = 10

// Background runs work on a thread of its own with low priority, so that a
// backlog of texts leaves the processors to searches, and waits until it ends.
// What work starts in other goroutines runs at the usual priority.
func Background(work func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		// Never unlocked: an unprivileged thread can't take its priority back, and
		// the runtime ends a thread whose goroutine ended while locked to it.
		runtime.LockOSThread()
		// On Linux a priority belongs to the thread, and 0 is this one. Where it
		// can't be set the work goes on at the usual priority.
		_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, backgroundNice)
		work()
	}()
	<-done
}
