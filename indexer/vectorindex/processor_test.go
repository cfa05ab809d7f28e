package vectorindex_test

import (
	"os"
	"slices"
	"syscall"
	"time"
)

// million tells whether benchmarks are asked to fill a million vectors.
func million() bool { return os.Getenv("PRECEDENT_BENCH_VECTORS") == "1" }

// processorTime is what the process has used of all processors.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
