package corpus

import "time"

// Status is where a complaint stands.
type Status string

const (
	Open     Status = "open"     // the customer has no answer yet, even if Complaint.CaseID says what it is about
	Answered Status = "answered" // Complaint.CaseID answered it
)

// Complaint is what a customer said, once.
type Complaint struct {
	ID        string    `json:"id"` // "p_" and 26 random characters
	Text      string    `json:"text"`
	Channel   string    `json:"channel,omitempty"` // phone, web, mail, ...
	Product   string    `json:"product,omitempty"`
	Customer  string    `json:"customer,omitempty"` // the caller's own reference to the customer
	Language  string    `json:"language,omitempty"` // BCP 47
	Status    Status    `json:"status"`
	CaseID    string    `json:"case_id,omitempty"` // the case it is about: the one that answered it, or a known one while it is open
	Owner     string    `json:"owner,omitempty"`   // the person first asked
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// VerdictKind is what came of a match.
type VerdictKind string

const (
	Helped    VerdictKind = "helped"
	NotHelped VerdictKind = "not_helped"
	Attached  VerdictKind = "attached"  // recorded as the case of a complaint
	Dismissed VerdictKind = "dismissed" // put aside as not about this
)

// VerdictKinds lists every kind of verdict.
var VerdictKinds = [...]VerdictKind{Helped, NotHelped, Attached, Dismissed}

// Verdict is a person's word on a match: of a query (QueryID) or of a
// complaint (ComplaintID), exactly one of which is set.
type Verdict struct {
	ID          string      `json:"id"` // "v_" and 26 random characters
	QueryID     string      `json:"query_id,omitempty"`
	ComplaintID string      `json:"complaint_id,omitempty"`
	CaseID      string      `json:"case_id"`
	Verdict     VerdictKind `json:"verdict"`
	By          string      `json:"by,omitempty"`
	At          time.Time   `json:"at"`
	UndoneAt    *time.Time  `json:"undone_at,omitempty"` // set once the verdict was taken back
}

// Tally counts a case's verdicts that have not been undone.
type Tally struct {
	Helped    int `json:"helped"`
	NotHelped int `json:"not_helped"`
	Attached  int `json:"attached"`
	Dismissed int `json:"dismissed"`
}
