-- The studio: programmes in the making, the frameworks and projects their groups write, and the versions
-- that were published.

-- +goose Up
-- A programme in the making. alert_id is '' when it was opened without an alert; reason then says why.
-- areas and evidence are JSON, copied at opening and always read whole. revision counts every change of
-- what would be published, brief_revision those of the brief.
CREATE TABLE programme (
    id             text NOT NULL PRIMARY KEY,
    state          text NOT NULL,
    title          text NOT NULL,
    summary        text NOT NULL,
    level          bigint NOT NULL,
    learners       bigint NOT NULL,
    reason         text NOT NULL,
    areas          text NOT NULL,
    evidence       text NOT NULL,
    alert_id       text NOT NULL,
    revision       bigint NOT NULL,
    brief_revision bigint NOT NULL,
    opened_at      timestamp NOT NULL,
    opened_by      text NOT NULL,
    approved_at    timestamp,
    approved_by    text NOT NULL
);
CREATE UNIQUE INDEX programme_alert ON programme (alert_id) WHERE alert_id <> '';
CREATE INDEX programme_opened ON programme (opened_at DESC, id DESC);

-- The working group of a programme.
CREATE TABLE programme_member (
    programme_id text NOT NULL REFERENCES programme (id),
    account_id   text NOT NULL,
    role         text NOT NULL,
    invited_at   timestamp NOT NULL,
    invited_by   text NOT NULL,
    PRIMARY KEY (programme_id, account_id)
);
CREATE INDEX programme_member_account ON programme_member (account_id, programme_id);

-- A bloc, activity, competency or criterion. parent_id is '' for a bloc; place orders those of one parent.
CREATE TABLE framework_item (
    id           text NOT NULL PRIMARY KEY,
    programme_id text NOT NULL REFERENCES programme (id),
    parent_id    text NOT NULL,
    kind         text NOT NULL,
    place        bigint NOT NULL,
    wording      text NOT NULL,
    state        text NOT NULL,
    revision     bigint NOT NULL,
    proposed_at  timestamp NOT NULL,
    proposed_by  text NOT NULL,
    edited_at    timestamp,
    edited_by    text NOT NULL
);
CREATE INDEX framework_item_programme ON framework_item (programme_id, place, id);

-- What a member says of an item. An objection stands until it is settled.
CREATE TABLE item_comment (
    id           text NOT NULL PRIMARY KEY,
    programme_id text NOT NULL REFERENCES programme (id),
    item_id      text NOT NULL,
    account_id   text NOT NULL,
    wording      text NOT NULL,
    objection    boolean NOT NULL,
    at           timestamp NOT NULL,
    settled_at   timestamp,
    settled_by   text NOT NULL
);
CREATE INDEX item_comment_item ON item_comment (item_id, at, id);
CREATE INDEX item_comment_programme ON item_comment (programme_id);

-- A member's approval of a competency as it stands.
CREATE TABLE item_approval (
    programme_id text NOT NULL REFERENCES programme (id),
    item_id      text NOT NULL,
    account_id   text NOT NULL,
    at           timestamp NOT NULL,
    PRIMARY KEY (programme_id, item_id, account_id)
);

-- A project of a programme. content is the JSON of studio.Project, always read whole.
CREATE TABLE project (
    id           text NOT NULL PRIMARY KEY,
    programme_id text NOT NULL REFERENCES programme (id),
    place        bigint NOT NULL,
    content      text NOT NULL,
    revision     bigint NOT NULL,
    edited_at    timestamp NOT NULL,
    edited_by    text NOT NULL
);
CREATE INDEX project_programme ON project (programme_id, place, id);

-- A programme as published. content is the JSON of studio.Version; what lists need stands beside it.
CREATE TABLE version (
    id           text NOT NULL PRIMARY KEY,
    programme_id text NOT NULL,
    number       bigint NOT NULL,
    title        text NOT NULL,
    summary      text NOT NULL,
    level        bigint NOT NULL,
    alert_id     text NOT NULL,
    published_at timestamp NOT NULL,
    published_by text NOT NULL,
    hash         text NOT NULL,
    content      text NOT NULL,
    UNIQUE (programme_id, number)
);
CREATE INDEX version_published ON version (published_at DESC, id DESC);
CREATE INDEX version_alert ON version (alert_id) WHERE alert_id <> '';
