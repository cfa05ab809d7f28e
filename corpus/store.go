package corpus

import (
	"context"
)

// Write says on whose behalf a record is written, and makes a retry safe.
type Write struct {
	Caller Caller
	// Key, when set, makes the write happen once: a second write with the
	// same Key and Fingerprint by the same caller changes nothing and returns
	// the first one's receipt; with another Fingerprint it is ErrKeyReused.
	Key         string
	Fingerprint string
	Action      string // recorded in the history: create, update, import, retire, resolve
}

// Receipt is what the store says of an acknowledged write.
type Receipt struct {
	ID       string // the record's id
	CaseID   string // for a resolution: the case that answers the complaint
	Version  int    // the case's version, 0 for other records
	Seq      int64  // the change's place in the order of commits
	Replayed bool   // the write had been made before under this Key
}

// RecordKind says which sort of record changed.
type RecordKind string

const (
	CaseRecord      RecordKind = "case"
	ComplaintRecord RecordKind = "complaint"
	VerdictRecord   RecordKind = "verdict"
)

// Change is one committed write. Seq follows the order of commits: who has
// seen n never misses a smaller one.
type Change struct {
	Seq  int64
	Kind RecordKind
	ID   string
}

// Outcome is what PutCases did with one case.
type Outcome struct {
	ID      string
	Version int
	Seq     int64 // 0 when unchanged
	Created bool
	Changed bool  // false when the store held an equal case already
	Err     error // *InvalidError when this case was refused; the others went in
}

// Store is the system of record. A method that writes returns only after the
// record and its change are durable, both in one transaction; records are
// masked (see Mask), completed and validated on the way in (see Case.Prepare).
// Methods are safe for concurrent use. corpus/storetest holds what any Store
// must keep to.
type Store interface {
	// Epoch is a random id that is new after a restore: an index made under
	// another epoch is not of this store.
	Epoch(ctx context.Context) (string, error)
	// LastSeq is the seq of the newest change, 0 when there is none.
	LastSeq(ctx context.Context) (int64, error)
	// Changes returns up to limit changes after the given seq, in order.
	Changes(ctx context.Context, after int64, limit int) ([]Change, error)
	// Wait returns once LastSeq is above after, or ctx ends. It also notices
	// what other processes wrote, within a second.
	Wait(ctx context.Context, after int64) error

	// CreateCase records a new case; ID, Version and times are the store's.
	CreateCase(ctx context.Context, w Write, c Case) (Receipt, error)
	// UpdateCase replaces the case with c.ID when its version is ifVersion,
	// else ErrStale. The former version stays in the history.
	UpdateCase(ctx context.Context, w Write, c Case, ifVersion int) (Receipt, error)
	// RetireCase sets the state retired; ifVersion 0 means any version.
	RetireCase(ctx context.Context, w Write, id string, ifVersion int) (Receipt, error)
	// PutCases creates or replaces cases by external id (or by id when it is
	// one of this store's), all in one transaction. An equal case is left alone.
	PutCases(ctx context.Context, w Write, cases []Case) ([]Outcome, error)
	// Case returns a case the caller may read, else ErrNotFound.
	Case(ctx context.Context, who Caller, id string) (Case, error)
	// Cases returns those of the ids that exist, are sound, and the caller may
	// read, in the order given.
	Cases(ctx context.Context, who Caller, ids []string) ([]Case, error)
	// CaseHistory returns every version of a case, newest first.
	CaseHistory(ctx context.Context, who Caller, id string) ([]CaseVersion, error)
	// EachCase calls fn for every case the caller may read, in the order of
	// creation, from one consistent snapshot or in pages; fn's error ends it.
	EachCase(ctx context.Context, who Caller, fn func(Case) error) error
	// CountCases counts cases by state.
	CountCases(ctx context.Context) (map[State]int, error)

	// CreateComplaint records what a customer said; ID, Status and times are the store's.
	CreateComplaint(ctx context.Context, w Write, p Complaint) (Receipt, error)
	// Complaint returns a complaint, else ErrNotFound.
	Complaint(ctx context.Context, who Caller, id string) (Complaint, error)
	// Complaints returns those of the ids that exist and are sound, in the order given.
	Complaints(ctx context.Context, who Caller, ids []string) ([]Complaint, error)
	// ResolveComplaint links a complaint to the case it is about, an existing
	// one (caseID) or a new one (fix, to which the complaint's text is added as
	// first wording when missing), all in one transaction with an attached
	// verdict. A fix must have a resolution, and always answers the complaint.
	// So does an existing case unless it is known: the customer has no answer
	// yet, so the complaint stays open until it is resolved again, by the same
	// case once that has a fix or by another.
	ResolveComplaint(ctx context.Context, w Write, id string, caseID string, fix *Case) (Receipt, error)

	// CreateVerdict records a verdict; its case, and its complaint if named,
	// must exist. A person's word (helped, not helped, dismissed) on a case and
	// a query, or a complaint, counts once: the former word of the same By on
	// the same match is undone in the same transaction, so that a double click
	// or a change of mind leaves one standing. Attached stands beside it.
	CreateVerdict(ctx context.Context, w Write, v Verdict) (Receipt, error)
	// UndoVerdict takes a verdict back; ErrConflict when it was already.
	UndoVerdict(ctx context.Context, w Write, id string) (Receipt, error)
	// Verdict returns a verdict, else ErrNotFound.
	Verdict(ctx context.Context, who Caller, id string) (Verdict, error)
	// Tallies counts the standing verdicts of each of the cases.
	Tallies(ctx context.Context, who Caller, caseIDs []string) (map[string]Tally, error)

	// Secret is a random key of this store, 32 bytes, kept across restarts.
	Secret(ctx context.Context) ([]byte, error)
	// Check reads the whole store and returns what is damaged, nil when nothing is.
	Check(ctx context.Context) error
	Close() error
}
