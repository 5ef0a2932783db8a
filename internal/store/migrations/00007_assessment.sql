-- The campus, assessment: mentoring, submissions, defences, juries.

-- +goose Up
-- What a jury decided of a learner; a row is there once the minutes are signed, and never changes.
-- blocs is JSON: they are always read whole.
CREATE TABLE decision (
    id           text PRIMARY KEY,
    jury_id      text NOT NULL,
    enrolment_id text NOT NULL,
    learner      text NOT NULL REFERENCES account (id),
    version_id   text NOT NULL,
    blocs        text NOT NULL,
    is_complete  boolean NOT NULL, -- every bloc acquired
    signed_at    timestamp NOT NULL,
    minutes      text NOT NULL,    -- SHA-256
    UNIQUE (enrolment_id, jury_id)
);
CREATE INDEX decision_complete ON decision (signed_at, id) WHERE is_complete;
CREATE INDEX decision_learner ON decision (learner);
