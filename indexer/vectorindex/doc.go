// Package vectorindex keeps documents' vectors on disk and finds the nearest:
// an indexer.VectorIndex.
//
// On disk it is a log of batches, each a record with a checksum; what a crash
// tears off is a whole number of the last batches. When most of the log is
// garbage, what lives is written to a new one in the background.
//
// In memory, each space has rows in blocks of 4,096: 8 bits a component and a
// scale. A search sees a state that never changes; a batch makes the next state
// by copying the blocks' headers and what it changes, and publishes it in one
// step. Deleting marks rows dead; compacting reads the new log into a new state,
// which has none.
//
// A space of up to 65,536 rows is searched exactly. In a larger one, the signs
// of the components, an eighth of the vectors in size, tell what is worth
// scoring; see signing.
//
// The loops over rows are in C, for AVX2 or, on other processors, as the
// compiler vectorises them; the same loops in Go are what tests hold them to.
package vectorindex
