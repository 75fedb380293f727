-- Calls that wait for people. A grant names its approvers; every call with it is frozen until each of them has agreed.

PRAGMA user_version = 2;

-- Names with spaces between them; empty: no approval needed.
ALTER TABLE grants ADD COLUMN approvers TEXT NOT NULL DEFAULT '';
-- How long a call waits for them, in microseconds.
ALTER TABLE grants ADD COLUMN approval_window INTEGER NOT NULL DEFAULT 900000000;

CREATE TABLE approvals (
    id              BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    app             BLOB NOT NULL REFERENCES apps (id),
    grant_id        BLOB NOT NULL REFERENCES grants (id),
    key_id          BLOB NOT NULL REFERENCES api_keys (id),
    key_prefix      TEXT NOT NULL,
    provider        TEXT NOT NULL,
    method          TEXT NOT NULL,
    url             TEXT NOT NULL,     -- without its query
    reason          TEXT,
    caller          TEXT,
    caller_type     TEXT,
    request_id      TEXT NOT NULL,
    constraints     TEXT,              -- the scopes the request kept, to be held to again when it is carried out
    status          TEXT NOT NULL,     -- pending, approved, executing, executed, failed, denied, expired
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    decided_at      INTEGER,
    decision_reason TEXT,
    claimed_at      INTEGER,
    claim_seq       INTEGER,           -- the audit row that carrying it out began with
    executed_at     INTEGER,
    execution_error TEXT,
    data_key        BLOB NOT NULL REFERENCES data_keys (id),
    frozen          BLOB NOT NULL,     -- the call, sealed
    result          BLOB,              -- the provider's answer, sealed
    result_key      BLOB REFERENCES data_keys (id),
    result_until    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX approvals_open ON approvals (status, expires_at) WHERE status IN ('pending', 'approved', 'executing');
CREATE INDEX approvals_by_app ON approvals (app, created_at);
CREATE INDEX approvals_with_result ON approvals (result_until) WHERE result IS NOT NULL;

-- One for each approver.
CREATE TABLE approval_gates (
    id         BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    approval   BLOB NOT NULL REFERENCES approvals (id),
    position   INTEGER NOT NULL,
    approver   TEXT NOT NULL,
    status     TEXT NOT NULL,          -- pending, approved, denied
    decided_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX gates_by_approval ON approval_gates (approval, position);
