-- The vault's first schema. Ids are the 16 bytes of a UUID; times are Unix microseconds, UTC; what is called sealed
-- is AES-256-GCM ciphertext bound to its row. Applied migrations are never edited: add the next file instead.

PRAGMA application_id = 0x416c7456; -- "AltV", how the file is recognised
PRAGMA user_version = 1;            -- equal to the number of the last migration

-- What a vault is founded with; one row.
CREATE TABLE root (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    vault      BLOB NOT NULL CHECK (length(vault) = 16),
    check_seal BLOB NOT NULL,
    lookup_key BLOB NOT NULL
) STRICT;

CREATE TABLE apps (
    id         BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The newest one of an application seals new credentials; older ones open what they sealed.
CREATE TABLE data_keys (
    id         BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    app        BLOB NOT NULL REFERENCES apps (id),
    sealed     BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX data_keys_by_app ON data_keys (app, created_at);

CREATE TABLE api_keys (
    id         BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    app        BLOB NOT NULL REFERENCES apps (id),
    digest     BLOB NOT NULL CHECK (length(digest) = 32),
    prefix     TEXT NOT NULL,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    scopes     TEXT NOT NULL,       -- with spaces between them
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX api_keys_by_digest ON api_keys (digest);

CREATE TABLE secrets (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    app              BLOB NOT NULL REFERENCES apps (id),
    slug             TEXT NOT NULL,
    name             TEXT NOT NULL,
    hosts            TEXT NOT NULL, -- host rules, with spaces between them
    injection_header TEXT NOT NULL,
    injection_format TEXT NOT NULL,
    created_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX secrets_by_slug ON secrets (app, slug);

CREATE TABLE credentials (
    id         BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    app        BLOB NOT NULL REFERENCES apps (id),
    secret     BLOB NOT NULL REFERENCES secrets (id),
    version    INTEGER NOT NULL,    -- counts what was sealed into this row
    generation BLOB NOT NULL CHECK (length(generation) = 16),
    data_key   BLOB NOT NULL REFERENCES data_keys (id),
    sealed     BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX credentials_by_secret ON credentials (secret, created_at);

CREATE TABLE grants (
    id             BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    app            BLOB NOT NULL REFERENCES apps (id),
    secret         BLOB NOT NULL REFERENCES secrets (id),
    credential     BLOB NOT NULL REFERENCES credentials (id),
    principal_type TEXT NOT NULL,
    label          TEXT,
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER,
    revoked_at     INTEGER
    -- No last_used_at: a write per use would double the cost of a use. The audit trail knows it.
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_app ON grants (app, created_at);
CREATE INDEX grants_by_secret ON grants (secret, created_at);

-- Nonces of requests that could still be sent again. One row holds those one commit took in one window of signed time,
-- key id and nonce one after the other, 32 bytes a call. The row's number is the window times 2^32 plus a count, so
-- new rows go to the end of their window and a window is removed in one piece: a table keyed by the nonces themselves
-- would rewrite a page of the file for every call.
CREATE TABLE nonces (
    id    INTEGER PRIMARY KEY,
    taken BLOB NOT NULL
) STRICT;

-- Windows before this one were removed, so requests signed in them are refused: they may have been received before.
CREATE TABLE nonce_floor (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    window   INTEGER NOT NULL
) STRICT;
INSERT INTO nonce_floor (only_row, window) VALUES (1, 0);

-- Append-only. The columns from seq to report are hashed in this order.
CREATE TABLE audit (
    seq         INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    app         BLOB,
    event       TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    code        TEXT,
    key_id      BLOB,
    key_prefix  TEXT,
    grant_id    BLOB,
    provider    TEXT,
    generation  BLOB,
    method      TEXT,
    url         TEXT,
    status      INTEGER,
    latency_ms  INTEGER,
    caller      TEXT,
    caller_type TEXT,
    actor_id    TEXT,
    context     TEXT,
    reason      TEXT,
    request_id  TEXT,
    client_ip   TEXT,
    completes   INTEGER,
    subject     BLOB,
    decision    TEXT,
    report      TEXT,
    prev_hash   BLOB NOT NULL CHECK (length(prev_hash) = 32),
    hash        BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX audit_by_app ON audit (app, seq);
CREATE INDEX audit_by_grant ON audit (grant_id, seq) WHERE grant_id IS NOT NULL;
