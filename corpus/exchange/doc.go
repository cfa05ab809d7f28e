// Package exchange reads and writes cases as JSON Lines, CSV and Excel. What
// Export writes Import takes back without loss.
//
// One row is one case. The columns, in every format:
//
//	id               the id where the case came from (external_id), or this store's own; a row
//	                 without one gets "row-" and a hash of its texts and what it applies to, so
//	                 that importing it again changes nothing
//	title
//	complaint        the first wording
//	wordings         the further ones
//	resolution
//	resolution_kind  fix, workaround or not_supported
//	cause
//	product, model   in JSON a text or a list of texts
//	versions         version ranges, see corpus.ParseVersionRange
//	verified_on
//	state            known, draft, published or retired; published when left out and there is a
//	                 resolution, else known
//	known            in JSON an object {handler, due_at, tell_customer}, elsewhere the columns
//	                 known.handler, known.due_at and known.tell_customer
//	language, tags, audience, author, reviewer
//	resolved_at      RFC 3339, 2017-1-17 16:44, 2025/3/4, 2025年3月4日, an Excel date, ...
//
// Common other names of these, English and Chinese, are understood (see
// Columns). Further columns are reported and left out.
//
// A list in a cell has its entries parted by |, or one on each line; a
// backslash before a separator or a backslash makes it part of the entry. In
// CSV a text that a spreadsheet would take for a formula gets a ' before it,
// which reading takes off again. A text too long for an Excel cell goes on in
// the columns resolution_2, resolution_3 and so on.
package exchange
