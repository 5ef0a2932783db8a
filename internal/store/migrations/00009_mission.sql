-- The mission: objectives, targets, roadmap, recommendations, reports, and what became of graduates.

-- +goose Up
CREATE TABLE objective (
    id       text PRIMARY KEY,
    place    bigint NOT NULL,
    title    text NOT NULL,
    wording  text NOT NULL,
    added_at timestamp NOT NULL
);

-- What an indicator should reach in a year, under an objective.
CREATE TABLE indicator_target (
    year         bigint NOT NULL,
    indicator    text NOT NULL,
    objective_id text NOT NULL REFERENCES objective (id),
    value        double precision NOT NULL,
    PRIMARY KEY (year, indicator)
);

-- due_on is midnight UTC of the last day.
CREATE TABLE promise (
    id           text PRIMARY KEY,
    objective_id text NOT NULL REFERENCES objective (id),
    title        text NOT NULL,
    due_on       timestamp NOT NULL,
    state        text NOT NULL,
    promised_at  timestamp NOT NULL,
    settled_at   timestamp,
    reason       text NOT NULL
);
CREATE INDEX promise_due ON promise (due_on, id);

CREATE TABLE recommendation (
    id         text PRIMARY KEY,
    wording    text NOT NULL,
    made_at    timestamp NOT NULL,
    made_by    text NOT NULL,
    state      text NOT NULL,
    answer     text NOT NULL,
    changed_at timestamp
);

-- content is the JSON of mission.Report, never changed.
CREATE TABLE mission_report (
    year      bigint PRIMARY KEY,
    frozen_at timestamp NOT NULL,
    frozen_by text NOT NULL,
    hash      text NOT NULL,
    content   text NOT NULL
);

-- The programmes that train in AI, which the standing objective counts.
CREATE TABLE mission_programme (
    programme_id text PRIMARY KEY,
    added_at     timestamp NOT NULL
);

-- Where a learner lives, when they said so: the département the standing objective counts them in.
CREATE TABLE learner_place (
    account_id text PRIMARY KEY,
    area_id    text NOT NULL,
    told_at    timestamp NOT NULL
);

-- What became of a graduate.
CREATE TABLE outcome (
    id            text PRIMARY KEY,
    diploma_id    text NOT NULL UNIQUE,
    version_id    text NOT NULL,
    learner       text NOT NULL,
    state         text NOT NULL,
    asked_at      timestamp NOT NULL,
    answered_at   timestamp,
    works         boolean NOT NULL,
    occupation_id text NOT NULL,
    area_id       text NOT NULL
);
CREATE INDEX outcome_version ON outcome (version_id, state);
CREATE INDEX outcome_area ON outcome (area_id) WHERE area_id <> '';
CREATE INDEX outcome_learner ON outcome (learner);
CREATE INDEX outcome_open ON outcome (asked_at) WHERE state = 'asked';

-- The link by which a graduate answers: the hash of its secret.
CREATE TABLE outcome_link (
    hash       text PRIMARY KEY,
    outcome_id text NOT NULL REFERENCES outcome (id)
);

-- What the indicators of a year pick by. A diploma is a long row: what is counted of them stands in the index.
CREATE INDEX enrolment_enrolled ON enrolment (enrolled_at);
CREATE INDEX alert_opened ON alert (opened_at);
CREATE INDEX outcome_answered ON outcome (answered_at, works) WHERE answered_at IS NOT NULL;
CREATE INDEX diploma_counted ON diploma (state, issued_at, version_id, enrolment_id, programme_id, learner);
