-- Times are microseconds since 1970 in UTC; a sum is the CRC-32C of the body.

-- +goose Up

-- What is true of the whole store: its epoch and its secret.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Every committed write, in the order of commits and without gaps.
CREATE TABLE changes (
    seq  INTEGER PRIMARY KEY,
    kind TEXT    NOT NULL,
    id   TEXT    NOT NULL,
    at   INTEGER NOT NULL
) STRICT;

-- What a case is looked up and filtered by; its content is the row of
-- case_versions with the same seq.
CREATE TABLE cases (
    no          INTEGER PRIMARY KEY, -- the order of creation
    id          TEXT    NOT NULL UNIQUE,
    external_id TEXT    UNIQUE,
    version     INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    audience    TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    seq         INTEGER NOT NULL REFERENCES case_versions (seq)
) STRICT;

CREATE INDEX cases_by_state ON cases (state);

-- Every version of every case, the present one included. The body is the
-- case's JSON without what the columns hold: id, version and times. A version
-- goes in before its case: its reference is the deferred one, as it has an index.
CREATE TABLE case_versions (
    seq     INTEGER PRIMARY KEY REFERENCES changes (seq),
    case_no INTEGER NOT NULL REFERENCES cases (no) DEFERRABLE INITIALLY DEFERRED,
    version INTEGER NOT NULL,
    action  TEXT    NOT NULL,
    by      TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    sum     INTEGER NOT NULL,
    UNIQUE (case_no, version)
) STRICT;

-- The body is the complaint's JSON; seq is its newest change.
CREATE TABLE complaints (
    no      INTEGER PRIMARY KEY,
    id      TEXT    NOT NULL UNIQUE,
    case_no INTEGER REFERENCES cases (no), -- the case it is about
    seq     INTEGER NOT NULL REFERENCES changes (seq),
    body    TEXT    NOT NULL,
    sum     INTEGER NOT NULL
) STRICT;

-- The body is the verdict's JSON; seq is its newest change.
CREATE TABLE verdicts (
    no           INTEGER PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    case_no      INTEGER NOT NULL REFERENCES cases (no),
    complaint_no INTEGER REFERENCES complaints (no),
    query_id     TEXT,
    verdict      TEXT    NOT NULL,
    undone_at    INTEGER,
    seq          INTEGER NOT NULL REFERENCES changes (seq),
    body         TEXT    NOT NULL,
    sum          INTEGER NOT NULL
) STRICT;

CREATE INDEX verdicts_standing ON verdicts (case_no, verdict) WHERE undone_at IS NULL;
CREATE INDEX verdicts_by_complaint ON verdicts (complaint_no) WHERE complaint_no IS NOT NULL;
CREATE INDEX verdicts_by_query ON verdicts (query_id) WHERE query_id IS NOT NULL;

-- Receipts of writes made under an idempotency key, kept for a while.
CREATE TABLE idempotency (
    caller      TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    receipt     TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_age ON idempotency (at);
