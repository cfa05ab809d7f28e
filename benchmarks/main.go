// Benchmarks measures Precedent: how fast it indexes and searches, how well
// it ranks, and what it keeps when machines fail. Each campaign is one
// command; all of them stay on this machine and end by themselves.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	root := &cobra.Command{
		Use:           "benchmarks",
		Short:         "measure Precedent's speed, quality and endurance",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(indexingCommand(), topkCommand(), searchCommand(), qualityCommand(), faultsCommand(), allCommand())
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "benchmarks:", err)
		stop()
		os.Exit(1)
	}
}
