// Package bleveindex is the embedded index: an indexer.Index in a folder of
// this machine. bleve keeps the segments, the merging and the files; what is
// scored, and how the best are found, is ours.
//
// A batch's segment is written in bleve's format straight from the terms
// (plugin.go, inversion.go, writer.go). A segment never changes once made, so
// each has one flat view (view.go), made beside it (make.go) or, for what bleve
// merged, decoded from it (build.go) or read from a file of its own
// (viewfile.go). A publication (publish.go) is a set of views with what is
// deleted from them; it is plain memory that nobody changes, kept behind an
// atomic pointer, so that a search never waits for a write, a merge or a
// rebuild. topk.go finds the exact best of a publication: rare.go adds up the
// rare terms, window.go the common ones, rank.go scores what is left exactly.
//
// On disk (folder.go) the index is a folder of generations, one of which is
// current. Every byte is checked before it is served (check.go); what is
// damaged or out of date is put aside for an empty generation, and Reason
// says why. Nothing is ever mended in place: the store has it all.
package bleveindex
