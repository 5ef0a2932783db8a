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

-- Who is or was whose mentor. enrolment.mentor is the one of now, '' for none.
ALTER TABLE enrolment ADD COLUMN mentor text NOT NULL DEFAULT '';
CREATE INDEX enrolment_unmentored ON enrolment (id) WHERE mentor = '' AND state = 'active';
CREATE INDEX enrolment_mentor ON enrolment (mentor, id) WHERE mentor <> '';

CREATE TABLE mentoring (
    enrolment_id text NOT NULL REFERENCES enrolment (id),
    number       bigint NOT NULL,
    mentor       text NOT NULL REFERENCES account (id),
    since        timestamp NOT NULL,
    until        timestamp,
    named_by     text NOT NULL,
    PRIMARY KEY (enrolment_id, number)
);
CREATE UNIQUE INDEX mentoring_now ON mentoring (enrolment_id) WHERE until IS NULL;
CREATE INDEX mentoring_mentor ON mentoring (mentor);

CREATE TABLE mentor_session (
    id           text PRIMARY KEY,
    enrolment_id text NOT NULL REFERENCES enrolment (id),
    learner      text NOT NULL REFERENCES account (id),
    mentor       text NOT NULL REFERENCES account (id),
    starts_at    timestamp NOT NULL,
    ends_at      timestamp NOT NULL,
    state        text NOT NULL,
    notes        text NOT NULL,
    booked_by    text NOT NULL,
    booked_at    timestamp NOT NULL,
    closed_at    timestamp
);
CREATE INDEX mentor_session_enrolment ON mentor_session (enrolment_id, starts_at);
CREATE INDEX mentor_session_booked_mentor ON mentor_session (mentor, starts_at) WHERE state = 'booked';
CREATE INDEX mentor_session_booked_learner ON mentor_session (learner, starts_at) WHERE state = 'booked';

-- Where learners stand with projects; no row is a project that is open. label is what lists call it.
CREATE TABLE project_work (
    enrolment_id text NOT NULL REFERENCES enrolment (id),
    project_id   text NOT NULL,
    learner      text NOT NULL REFERENCES account (id),
    label        text NOT NULL,
    state        text NOT NULL,
    attempts     bigint NOT NULL,
    changed_at   timestamp NOT NULL,
    PRIMARY KEY (enrolment_id, project_id)
);
CREATE INDEX project_work_submitted ON project_work (changed_at, enrolment_id, project_id) WHERE state = 'submitted';
CREATE INDEX project_work_learner ON project_work (learner);

-- Contents of files, each once. Within the database there is one thing to back up, on both engines.
CREATE TABLE file (
    sha256    text PRIMARY KEY,
    size      bigint NOT NULL,
    content   bytea NOT NULL,
    stored_at timestamp NOT NULL
);
CREATE INDEX file_stored ON file (stored_at);

CREATE TABLE submission (
    id           text PRIMARY KEY,
    enrolment_id text NOT NULL REFERENCES enrolment (id),
    project_id   text NOT NULL,
    number       bigint NOT NULL,
    learner      text NOT NULL REFERENCES account (id),
    kind         text NOT NULL,
    comment      text NOT NULL,
    handed_in_at timestamp NOT NULL,
    UNIQUE (enrolment_id, project_id, number)
);
CREATE INDEX submission_learner ON submission (learner);

CREATE TABLE submission_file (
    submission_id text NOT NULL REFERENCES submission (id),
    place         bigint NOT NULL,
    learner       text NOT NULL REFERENCES account (id),
    deliverable   text NOT NULL, -- ID, '' for an annex
    name          text NOT NULL,
    media         text NOT NULL,
    size          bigint NOT NULL,
    sha256        text NOT NULL REFERENCES file (sha256),
    PRIMARY KEY (submission_id, place)
);
CREATE INDEX submission_file_content ON submission_file (sha256);
CREATE INDEX submission_file_learner ON submission_file (learner);

-- assessment is JSON: a rubric is always read whole.
CREATE TABLE defence (
    id            text PRIMARY KEY,
    enrolment_id  text NOT NULL REFERENCES enrolment (id),
    project_id    text NOT NULL,
    number        bigint NOT NULL,
    label         text NOT NULL,
    learner       text NOT NULL REFERENCES account (id),
    assessor      text NOT NULL REFERENCES account (id),
    submission_id text NOT NULL REFERENCES submission (id),
    fix_id        text NOT NULL, -- the submission that is the fix, '' for none
    starts_at     timestamp NOT NULL,
    state         text NOT NULL,
    assessment    text NOT NULL,
    outcome       text NOT NULL,
    planned_at    timestamp NOT NULL,
    planned_by    text NOT NULL,
    held_at       timestamp,
    decided_at    timestamp,
    fix_due       timestamp,
    check_due     timestamp,
    UNIQUE (enrolment_id, project_id, number)
);
-- One defence of a project at a time.
CREATE UNIQUE INDEX defence_live ON defence (enrolment_id, project_id) WHERE state IN ('planned', 'held', 'conditional', 'fixed');
CREATE INDEX defence_assessor ON defence (assessor, starts_at);
CREATE INDEX defence_planned ON defence (starts_at, id) WHERE state IN ('planned', 'held');
CREATE INDEX defence_learner ON defence (learner);

-- Enrolments whose every project is validated and that a jury has not found complete. jury_id is the
-- session that will decide, '' while there is none: nobody is a candidate twice at once.
CREATE TABLE candidacy (
    enrolment_id text PRIMARY KEY REFERENCES enrolment (id),
    version_id   text NOT NULL,
    learner      text NOT NULL REFERENCES account (id),
    ready_at     timestamp NOT NULL,
    jury_id      text NOT NULL
);
CREATE INDEX candidacy_waiting ON candidacy (ready_at, enrolment_id) WHERE jury_id = '';
CREATE INDEX candidacy_learner ON candidacy (learner);

CREATE TABLE jury (
    id           text PRIMARY KEY,
    version_id   text NOT NULL,
    starts_at    timestamp NOT NULL,
    place        text NOT NULL,
    state        text NOT NULL,
    convened_at  timestamp NOT NULL,
    convened_by  text NOT NULL,
    opened_at    timestamp,
    closed_at    timestamp,
    signed_at    timestamp,
    minutes      text NOT NULL,
    minutes_hash text NOT NULL
);
CREATE INDEX jury_start ON jury (starts_at, id);

CREATE TABLE jury_member (
    jury_id      text NOT NULL REFERENCES jury (id),
    account_id   text NOT NULL REFERENCES account (id),
    place        bigint NOT NULL,
    is_president boolean NOT NULL,
    is_present   boolean NOT NULL,
    signed_at    timestamp,
    PRIMARY KEY (jury_id, account_id)
);
CREATE INDEX jury_member_account ON jury_member (account_id, jury_id);

-- blocs is JSON, '' until the jury has deliberated.
CREATE TABLE jury_candidate (
    jury_id      text NOT NULL REFERENCES jury (id),
    enrolment_id text NOT NULL REFERENCES enrolment (id),
    learner      text NOT NULL REFERENCES account (id),
    place        bigint NOT NULL,
    blocs        text NOT NULL,
    PRIMARY KEY (jury_id, enrolment_id)
);
CREATE INDEX jury_candidate_enrolment ON jury_candidate (enrolment_id);
CREATE INDEX jury_candidate_learner ON jury_candidate (learner);
