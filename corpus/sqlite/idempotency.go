package sqlite

import (
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"precedent/corpus"
)

// keepReceipts is how long a retry under an idempotency key is recognised. A
// client that was cut off retries within minutes; two days leave room for one
// that was switched off over night.
const keepReceipts = 48 * time.Hour

// formerReceipt returns what was answered under the key of w, nil when the
// key is new, and ErrKeyReused when it was used for another request.
func (t *tx) formerReceipt(w corpus.Write) ([]byte, error) {
	var fingerprint string
	var receipt []byte
	err := t.sql.QueryRowContext(t.ctx,
		"SELECT fingerprint, receipt FROM idempotency WHERE caller = ? AND key = ? AND at > ?",
		w.Caller.ID, w.Key, micros(t.at.Add(-keepReceipts))).Scan(&fingerprint, &receipt)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	case fingerprint != w.Fingerprint:
		return nil, corpus.ErrKeyReused
	}
	return receipt, nil
}

// keepReceipt keeps the answer beside the record it speaks of, and drops
// those that are past their time.
func (t *tx) keepReceipt(w corpus.Write, receipt any) error {
	b, err := json.Marshal(receipt)
	if err != nil {
		return err
	}
	if err := t.exec("DELETE FROM idempotency WHERE at <= ?", micros(t.at.Add(-keepReceipts))); err != nil {
		return err
	}
	return t.exec("INSERT INTO idempotency (caller, key, fingerprint, receipt, at) VALUES (?, ?, ?, ?, ?)",
		w.Caller.ID, w.Key, w.Fingerprint, string(b), micros(t.at))
}
