-- Times are microseconds since 1970 in UTC.

-- +goose Up

-- Every search that was answered; offered is a JSON list of case ids, best first.
CREATE TABLE queries (
    no        INTEGER PRIMARY KEY,
    id        TEXT    NOT NULL UNIQUE,
    text      TEXT    NOT NULL,
    product   TEXT    NOT NULL,
    language  TEXT    NOT NULL,
    by        TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    took_ns   INTEGER NOT NULL,
    index_seq INTEGER NOT NULL,
    offered   TEXT    NOT NULL
) STRICT;

CREATE INDEX queries_by_age ON queries (at);
