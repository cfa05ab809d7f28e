package main

import (
	"cmp"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// spent is what a piece of work took.
type spent struct {
	cpu  time.Duration // of all threads of this process, user and system
	wall time.Duration
}

// spend measures fn.
func spend(fn func() error) (spent, error) {
	start, cpu := time.Now(), cpuTime()
	err := fn()
	return spent{cpu: cpuTime() - cpu, wall: time.Since(start)}, err
}

// cpuTime is the CPU time that this process has used so far, to the
// microsecond. (The clock of the process would be finer, but it stands still
// between ticks while a profile is taken.)
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic("the CPU time can't be read: " + err.Error())
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// onOneCore gives Go one processor until the returned function is called.
func onOneCore() (restore func()) {
	before := runtime.GOMAXPROCS(1)
	return func() { runtime.GOMAXPROCS(before) }
}

// settle waits until the process is idle, so that work left over from before
// is not charged to what is measured next.
func settle() {
	const nap, idle, patience = 100 * time.Millisecond, 2 * time.Millisecond, 2 * time.Minute
	for quiet, start := 0, time.Now(); quiet < 3 && time.Since(start) < patience; {
		before := cpuTime()
		time.Sleep(nap)
		if quiet++; cpuTime()-before > idle {
			quiet = 0
		}
	}
	runtime.GC()
}

// percentile returns the smallest value that at least p percent of the values
// do not exceed (the nearest rank), 0 when there are none.
func percentile[T cmp.Ordered](values []T, p int) (v T) {
	if len(values) == 0 {
		return v
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
