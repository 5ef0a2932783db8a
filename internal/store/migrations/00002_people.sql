-- People: accounts, what they may do, how they sign in, what was done.

-- +goose Up
CREATE TABLE account (
    id         text PRIMARY KEY,
    email      text NOT NULL,
    name       text NOT NULL,
    lang       text NOT NULL,
    theme      text NOT NULL,
    state      text NOT NULL,
    created_at timestamp NOT NULL,
    folded     text NOT NULL -- name and address as search looks for them: no case, no accents
);
-- An erased account has no address any more.
CREATE UNIQUE INDEX account_email ON account (email) WHERE state <> 'erased';

-- A role given to an account, everywhere (empty scope) or for one object.
CREATE TABLE account_grant (
    account_id text NOT NULL REFERENCES account (id),
    role       text NOT NULL,
    scope_kind text NOT NULL,
    scope_id   text NOT NULL,
    given_at   timestamp NOT NULL,
    given_by   text NOT NULL,
    PRIMARY KEY (account_id, role, scope_kind, scope_id)
);

-- Secrets are kept as SHA-256 only; passwords as Argon2id strings.
CREATE TABLE session (
    id         text PRIMARY KEY,
    account_id text NOT NULL REFERENCES account (id),
    means      text NOT NULL,
    opened_at  timestamp NOT NULL,
    seen_at    timestamp NOT NULL,
    user_agent text NOT NULL,
    address    text NOT NULL
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_seen ON session (seen_at);

CREATE TABLE token (
    id         text PRIMARY KEY,
    account_id text NOT NULL REFERENCES account (id),
    name       text NOT NULL,
    scopes     text NOT NULL,
    created_at timestamp NOT NULL,
    expires_at timestamp NOT NULL,
    used_at    timestamp
);
CREATE INDEX token_account ON token (account_id);

-- The account is empty for a link that makes one.
CREATE TABLE link (
    id         text PRIMARY KEY,
    purpose    text NOT NULL,
    account_id text NOT NULL,
    created_at timestamp NOT NULL,
    expires_at timestamp NOT NULL,
    used_at    timestamp
);
CREATE INDEX link_account ON link (account_id);
CREATE INDEX link_expires ON link (expires_at);

CREATE TABLE passkey (
    id         text PRIMARY KEY,
    account_id text NOT NULL REFERENCES account (id),
    name       text NOT NULL,
    data       text NOT NULL,
    created_at timestamp NOT NULL,
    used_at    timestamp
);
CREATE INDEX passkey_account ON passkey (account_id);

CREATE TABLE password (
    account_id text PRIMARY KEY REFERENCES account (id),
    hash       text NOT NULL,
    changed_at timestamp NOT NULL
);

-- An account at an OpenID Connect provider that signs in as an account here.
CREATE TABLE oidc_identity (
    issuer     text NOT NULL,
    subject    text NOT NULL,
    account_id text NOT NULL REFERENCES account (id),
    created_at timestamp NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX oidc_identity_account ON oidc_identity (account_id);

-- What a ceremony (WebAuthn, OpenID Connect) must remember between two requests, for minutes.
CREATE TABLE ceremony (
    id         text PRIMARY KEY,
    kind       text NOT NULL,
    data       text NOT NULL,
    expires_at timestamp NOT NULL
);
CREATE INDEX ceremony_expires ON ceremony (expires_at);

-- The key is hashed: it may be an address somebody typed.
CREATE TABLE rate_limit (
    name text NOT NULL,
    key  text NOT NULL,
    due  timestamp NOT NULL,
    PRIMARY KEY (name, key)
);
CREATE INDEX rate_limit_due ON rate_limit (due);

-- Append-only, each row sealed with the hash of the one before.
CREATE TABLE audit_event (
    seq         bigint PRIMARY KEY,
    at          timestamp NOT NULL,
    actor       text NOT NULL,
    action      text NOT NULL,
    object_kind text NOT NULL,
    object_id   text NOT NULL,
    detail      text NOT NULL,
    prev        text NOT NULL,
    hash        text NOT NULL
);
-- The last event of the chain: one row. Who appends locks it first, so that the chain has one end over
-- all processes, and so that events cut off its end are missed.
CREATE TABLE audit_head (
    id   bigint PRIMARY KEY CHECK (id = 1),
    seq  bigint NOT NULL,
    hash text NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');
CREATE INDEX audit_event_object ON audit_event (object_kind, object_id);
CREATE INDEX audit_event_actor ON audit_event (actor);

CREATE TABLE notification (
    id         text PRIMARY KEY,
    account_id text NOT NULL REFERENCES account (id),
    kind       text NOT NULL,
    ref_kind   text NOT NULL,
    ref_id     text NOT NULL,
    detail     text NOT NULL,
    created_at timestamp NOT NULL,
    read_at    timestamp
);
CREATE INDEX notification_account ON notification (account_id, created_at);

-- A worker that takes a message moves send_at to when another may take it: a claim that dies ends there.
CREATE TABLE outbox (
    id         text PRIMARY KEY,
    recipient  text NOT NULL,
    subject    text NOT NULL,
    body       text NOT NULL,
    lang       text NOT NULL,
    created_at timestamp NOT NULL,
    send_at    timestamp NOT NULL,
    sent_at    timestamp,
    attempts   bigint NOT NULL,
    last_error text NOT NULL
);
CREATE INDEX outbox_waiting ON outbox (send_at) WHERE sent_at IS NULL;
CREATE INDEX outbox_recipient ON outbox (recipient);
