package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// machine says what the figures were measured on.
func machine() string {
	model := field("/proc/cpuinfo", "model name")
	if model == "" {
		model = runtime.GOARCH
	}
	var kib float64
	if _, err := fmt.Sscanf(field("/proc/meminfo", "MemTotal"), "%f kB", &kib); err != nil {
		return fmt.Sprintf("%d cores, %s, %s %s", runtime.NumCPU(), model, runtime.Version(), runtime.GOOS)
	}
	return fmt.Sprintf("%d cores, %s, %.0f GiB of memory, %s %s", runtime.NumCPU(), model, kib/(1<<20), runtime.Version(), runtime.GOOS)
}

// field returns what stands behind a name and a colon in a file, "" when
// there is none.
func field(path, name string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	for in := bufio.NewScanner(f); in.Scan(); {
		if key, value, ok := strings.Cut(in.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
