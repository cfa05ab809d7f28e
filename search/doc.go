// Package search answers a complaint with the cases that fixed one like it:
// ranked matches, each with the evidence why it is offered.
package search
