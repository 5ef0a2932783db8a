-- The registrar: diplomas, the school's keys, the lists of what was revoked.

-- +goose Up
-- A diploma as issued. What it says never changes: blocs and credential are JSON, always read whole, and
-- credential is the very text that was signed. Diplomas are numbered by year.
CREATE TABLE diploma (
    id           text PRIMARY KEY,
    number       text NOT NULL UNIQUE,
    year         bigint NOT NULL,
    serial       bigint NOT NULL,
    decision_id  text NOT NULL UNIQUE,
    enrolment_id text NOT NULL,
    version_id   text NOT NULL,
    programme_id text NOT NULL,
    learner      text NOT NULL,
    name         text NOT NULL,
    title        text NOT NULL,
    level        bigint NOT NULL,
    edition      bigint NOT NULL,
    blocs        text NOT NULL,
    decided_at   timestamp NOT NULL,
    jurors       bigint NOT NULL,
    minutes      text NOT NULL,
    projects     bigint NOT NULL,
    state        text NOT NULL,
    issued_at    timestamp NOT NULL,
    issued_by    text NOT NULL,
    list_id      bigint NOT NULL,
    list_index   bigint NOT NULL,
    credential   text NOT NULL,
    revoked_at   timestamp,
    revoked_by   text NOT NULL,
    reason       text NOT NULL,
    note         text NOT NULL,
    UNIQUE (year, serial),
    UNIQUE (list_id, list_index)
);
-- A learner has one diploma of an enrolment that stands.
CREATE UNIQUE INDEX diploma_enrolment ON diploma (enrolment_id) WHERE state = 'issued';
CREATE INDEX diploma_learner ON diploma (learner, issued_at);
CREATE INDEX diploma_issued ON diploma (issued_at DESC, id DESC);
CREATE INDEX diploma_version ON diploma (version_id, issued_at);
CREATE INDEX diploma_revoked ON diploma (list_id, list_index) WHERE state = 'revoked';

-- A public key of the school. Those that are retired stay: diplomas were signed with them.
CREATE TABLE issuer_key (
    public     text PRIMARY KEY,
    is_active  boolean NOT NULL, -- the one new diplomas are signed with
    created_at timestamp NOT NULL,
    retired_at timestamp
);
CREATE UNIQUE INDEX issuer_key_active ON issuer_key (is_active) WHERE is_active;

-- A status list: how many of its entries belong to diplomas, how many of them are revoked, since when it
-- says what it says.
CREATE TABLE status_list (
    id         bigint PRIMARY KEY,
    taken      bigint NOT NULL,
    revoked    bigint NOT NULL,
    changed_at timestamp NOT NULL
);
