// Package corpus holds what the organisation knows: complaints, the cases
// that answer them, and the verdicts on how well they did. It defines types,
// rules and errors, and imports nothing else of this project; the rooms below
// it (sqlite, exchange) keep, read and write what is defined here.
package corpus
