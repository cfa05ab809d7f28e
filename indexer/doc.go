// Package indexer keeps an index level with the corpus. It defines what is
// indexed (Document), what is asked (Query), what comes back (Hit) and what an
// engine must do (Index); the Follower reads the corpus's changes and applies
// them. An index is always disposable: everything in it can be made again
// from the store.
package indexer
