-- Agents: identities of their own within an application, with their own keys and reach.

PRAGMA user_version = 3;

CREATE TABLE agents (
    id              BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    app             BLOB NOT NULL REFERENCES apps (id),
    name            TEXT NOT NULL,
    type            TEXT NOT NULL,
    status          TEXT NOT NULL,     -- active, inactive, revoked
    display_name    TEXT,
    scopes          TEXT NOT NULL,     -- JSON: provider to its scopes
    pending_scopes  TEXT,              -- what they narrow to
    pending_from    INTEGER,
    policy          TEXT NOT NULL,     -- JSON
    metadata        TEXT NOT NULL,     -- JSON
    version         INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    idempotency_key TEXT,
    request_digest  BLOB               -- of the request that made it with that key
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX agents_by_name ON agents (app, name) WHERE status <> 'revoked';
CREATE UNIQUE INDEX agents_by_idempotency_key ON agents (app, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX agents_by_app ON agents (app, created_at);

-- Whose key it is; none: the application's own.
ALTER TABLE api_keys ADD COLUMN agent BLOB REFERENCES agents (id);
-- Marked for replacement; it still works.
ALTER TABLE api_keys ADD COLUMN deprecated_at INTEGER;
CREATE INDEX api_keys_by_agent ON api_keys (agent, created_at) WHERE agent IS NOT NULL;

-- Whose grant it is where principal_type is 'agent'.
ALTER TABLE grants ADD COLUMN agent BLOB REFERENCES agents (id);
