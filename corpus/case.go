package corpus

import "time"

// State is where a case stands in its life: known -> draft -> published ->
// retired. Any state may be reached from any other by an edit; only retiring
// has a verb of its own.
type State string

const (
	Known     State = "known"     // no fix yet; Case.Known says who is on it
	Draft     State = "draft"     // a fix that nobody has checked
	Published State = "published" // a fix to be used
	Retired   State = "retired"   // kept for the record, found by nobody
)

// States lists every state in the order of a case's life.
var States = [...]State{Known, Draft, Published, Retired}

// ResolutionKind says what sort of answer a resolution is.
type ResolutionKind string

const (
	Fix          ResolutionKind = "fix"           // removes the problem
	Workaround   ResolutionKind = "workaround"    // helps until there is a fix
	NotSupported ResolutionKind = "not_supported" // the product does not do this
)

// ResolutionKinds lists every kind of resolution.
var ResolutionKinds = [...]ResolutionKind{Fix, Workaround, NotSupported}

// Case is a problem the organisation knows, and its resolution. The JSON form
// is the one of the API, of export files and of kept versions.
type Case struct {
	ID         string `json:"id"`                    // "c_" and 26 random characters
	ExternalID string `json:"external_id,omitempty"` // the id where it came from; unique when set
	Version    int    `json:"version"`               // 1 for the first, one more for each change
	State      State  `json:"state"`

	Title    string   `json:"title,omitempty"`
	Wordings []string `json:"wordings"` // ways customers put it; the first is the complaint it came from

	Resolution     string         `json:"resolution,omitempty"` // the fix, one step a line
	ResolutionKind ResolutionKind `json:"resolution_kind,omitempty"`
	Cause          string         `json:"cause,omitempty"`

	Products   []string `json:"products,omitempty"`    // what it applies to; empty means any
	Models     []string `json:"models,omitempty"`      // models of these products
	Versions   []string `json:"versions,omitempty"`    // version ranges, see ParseVersionRange
	VerifiedOn []string `json:"verified_on,omitempty"` // where the fix was seen to work

	Known *KnownCase `json:"known,omitempty"` // set only while State is known

	Language string   `json:"language,omitempty"` // BCP 47, lower case: zh, en, pt-br
	Tags     []string `json:"tags,omitempty"`
	Audience Audience `json:"audience"`
	Author   string   `json:"author,omitempty"`
	Reviewer string   `json:"reviewer,omitempty"`

	CreatedAt  time.Time  `json:"created_at"`
	UpdatedAt  time.Time  `json:"updated_at"`
	ResolvedAt *time.Time `json:"resolved_at,omitempty"` // when the fix was found
}

// KnownCase is what is said of a problem that has no fix yet.
type KnownCase struct {
	Handler      string     `json:"handler,omitempty"`       // who is on it
	DueAt        *time.Time `json:"due_at,omitempty"`        // when an answer is due
	TellCustomer string     `json:"tell_customer,omitempty"` // what to tell the customer meanwhile
}

// CaseVersion is a former or the present state of a case, and who made it so.
type CaseVersion struct {
	Case   Case      `json:"case"`
	By     string    `json:"by"`     // Caller.ID of who made this version
	At     time.Time `json:"at"`     // when
	Action string    `json:"action"` // create, update, import, retire, resolve
}

// Limits of a case's fields, in characters (Unicode code points) or entries.
// They bound what one record costs to index and to show.
const (
	MaxText     = 20_000 // a wording, a resolution, a complaint
	MaxLine     = 500    // title, cause, tell_customer and each entry of a list
	MaxWordings = 200
	MaxList     = 100 // products, models, versions, verified_on, tags
)
