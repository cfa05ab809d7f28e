// Package sqlite is the system of record in one SQLite file, and the log of
// queries in another. It implements corpus.Store; corpus/storetest holds what
// it must keep to.
//
// One connection writes, a pool reads. Writers of several processes take
// turns at the file's write lock, and the seq of a change is allotted while
// that lock is held, so seq follows the order of commits without gaps. The
// write-ahead log is synced before a commit returns (synchronous=FULL), so
// what was acknowledged survives the process and the machine going down.
package sqlite
