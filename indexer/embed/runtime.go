package embed

import (
	"fmt"
	"path/filepath"
	"sync"

	onnx "github.com/yalue/onnxruntime_go"
)

// starting guards ONNX Runtime's environment, which a process has one of.
var starting sync.Mutex

// startRuntime loads ONNX Runtime's library, once in the life of a process. It
// stays loaded: closing a model frees all that the model took, and a library
// that was unloaded under a running thread would take the process with it.
func startRuntime(library string) error {
	starting.Lock()
	defer starting.Unlock()
	if onnx.IsInitialized() {
		return nil
	}
	path, err := filepath.Abs(library)
	if err != nil {
		return err
	}
	onnx.SetSharedLibraryPath(path)
	if err := onnx.InitializeEnvironment(onnx.WithLogLevelError()); err != nil {
		return fmt.Errorf("%s can't be loaded: %w", library, err)
	}
	return nil
}

// newSession loads a model so that a run takes one thread, the caller's, and
// the memory of a session is bounded by the most runs at once.
func newSession(path string, inputs, outputs []string) (*onnx.DynamicAdvancedSession, error) {
	options, err := onnx.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	defer options.Destroy()
	for _, set := range []func() error{
		func() error { return options.SetGraphOptimizationLevel(onnx.GraphOptimizationLevelEnableAll) },
		func() error { return options.SetIntraOpNumThreads(1) },
		func() error { return options.SetInterOpNumThreads(1) },
		// The arena keeps what the most runs at once took, and hands it to the next;
		// without it the C library kept twice as much. A memory pattern would be kept
		// for every length of text, and made no run faster.
		func() error { return options.SetCpuMemArena(true) },
		func() error { return options.SetMemPattern(false) },
	} {
		if err := set(); err != nil {
			return nil, err
		}
	}
	return onnx.NewDynamicAdvancedSession(path, inputs, outputs, options)
}
