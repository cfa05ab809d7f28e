package corpus

import "slices"

// Audience says for whom a text is meant. Audiences are ordered: an engineer
// may read what is meant for agents, an agent what is meant for the public.
type Audience string

const (
	Public   Audience = "public"   // customers and everyone else
	Agent    Audience = "agent"    // people who answer customers
	Engineer Audience = "engineer" // people who find and test fixes
)

// Audiences lists every audience from the widest to the narrowest.
var Audiences = [...]Audience{Public, Agent, Engineer}

// Valid reports whether a is one of Audiences.
func (a Audience) Valid() bool { return slices.Contains(Audiences[:], a) }

// Caller is on whose behalf something is read or written. Every function that
// reads or writes the corpus takes one, so that what a person may see is
// decided in one place.
type Caller struct {
	ID        string     // who: recorded beside each change, "" when not known
	Audiences []Audience // what the caller may read
	Staff     bool       // may read known and draft cases, and complaints
}

// LocalCaller is the caller of a program without sign-in, which listens on
// loopback only: whoever sits at the machine may read everything.
func LocalCaller() Caller {
	return Caller{ID: "local", Audiences: Audiences[:], Staff: true}
}

// PublicCaller is a customer: published cases meant for the public, no more.
func PublicCaller() Caller {
	return Caller{ID: "public", Audiences: []Audience{Public}}
}

// States lists the case states the caller may find, in no particular order.
// Retired cases are found by nobody; staff may still open them by id.
func (c Caller) States() []State {
	if c.Staff {
		return []State{Known, Draft, Published}
	}
	return []State{Published}
}

// MayRead reports whether the caller may open the case.
func (c Caller) MayRead(k Case) bool {
	if !slices.Contains(c.Audiences, k.Audience) {
		return false
	}
	return c.Staff || k.State == Published
}
