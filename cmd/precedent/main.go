// Precedent finds the fix a past complaint already earned. This program
// serves the pages and the API, and looks after the data behind them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes, the same for every command.
const (
	exitFailed  = 1 // the reason is on standard error
	exitUsage   = 2 // the command was used wrongly
	exitPartial = 3 // import: some rows did not go in
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// exitError carries an exit code other than exitFailed.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func usage(format string, a ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, a...)}
}

// run is main with its surroundings given, for tests.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "precedent:", err)
	var exit *exitError
	if errors.As(err, &exit) {
		if exit.code == exitUsage {
			fmt.Fprintln(stderr, "'precedent help' tells how it is used")
		}
		return exit.code
	}
	return exitFailed
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "precedent",
		Short:         "find the fix a past complaint already earned",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(c *cobra.Command, args []string) error {
			return usage("say what to do: %s", strings.Join(names(c), ", "))
		},
		Args: exactly(0),
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage("%w", err) })
	root.AddCommand(serveCommand(), importCommand(), exportCommand(), searchCommand(), evalCommand(),
		reindexCommand(), backupCommand(), restoreCommand(), doctorCommand())
	return root
}

func names(c *cobra.Command) []string {
	var list []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && sub.Name() != "help" && sub.Name() != "completion" {
			list = append(list, sub.Name())
		}
	}
	return list
}

// exactly and atLeast check the number of arguments.
func exactly(n int) cobra.PositionalArgs { return between(n, n) }
func atLeast(n int) cobra.PositionalArgs { return between(n, -1) }

func between(low, high int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case c.Parent() == nil && len(args) > 0:
			return usage("there is no command %q; there are %s", args[0], strings.Join(names(c), ", "))
		case len(args) < low:
			return usage("%s needs more: precedent %s", c.Name(), c.Use)
		case high >= 0 && len(args) > high:
			return usage("%s takes no %q: precedent %s", c.Name(), args[high], c.Use)
		}
		return nil
	}
}

// version is the commit the program was built from, where Go recorded one.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return info.Main.Version
}
