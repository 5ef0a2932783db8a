-- The campus, learning: courses, paths, enrolments, progress.

-- +goose Up
-- A course as it stands. The folder's name is what makes an import the next revision of the same course.
CREATE TABLE course (
    id          text PRIMARY KEY,
    slug        text NOT NULL UNIQUE,
    lang        text NOT NULL,
    version     text NOT NULL,
    hours       bigint NOT NULL,
    licence     text NOT NULL,
    title       text NOT NULL,
    folded      text NOT NULL, -- the title as lists sort it
    summary     text NOT NULL,
    chapters    bigint NOT NULL,
    quizzes     bigint NOT NULL,
    revision    bigint NOT NULL,
    hash        text NOT NULL,
    imported_at timestamp NOT NULL
);
CREATE INDEX course_folded ON course (folded, id);

CREATE TABLE course_revision (
    course_id   text NOT NULL REFERENCES course (id),
    revision    bigint NOT NULL,
    hash        text NOT NULL,
    version     text NOT NULL,
    imported_at timestamp NOT NULL,
    imported_by text NOT NULL,
    PRIMARY KEY (course_id, revision)
);

CREATE TABLE course_part (
    course_id text NOT NULL REFERENCES course (id),
    slug      text NOT NULL,
    place     bigint NOT NULL,
    title     text NOT NULL,
    intro     text NOT NULL,
    PRIMARY KEY (course_id, slug)
);

CREATE TABLE course_chapter (
    course_id text NOT NULL REFERENCES course (id),
    part      text NOT NULL,
    slug      text NOT NULL,
    place     bigint NOT NULL,
    title     text NOT NULL,
    body      text NOT NULL,
    hash      text NOT NULL,
    PRIMARY KEY (course_id, part, slug)
);

-- questions is JSON: a quiz is always read whole.
CREATE TABLE course_quiz (
    course_id text NOT NULL REFERENCES course (id),
    part      text NOT NULL,
    title     text NOT NULL,
    questions text NOT NULL,
    hash      text NOT NULL,
    PRIMARY KEY (course_id, part)
);

-- data is base64. part is '' for the course's own images.
CREATE TABLE course_file (
    course_id text NOT NULL REFERENCES course (id),
    part      text NOT NULL,
    name      text NOT NULL,
    media     text NOT NULL,
    hash      text NOT NULL,
    data      text NOT NULL,
    PRIMARY KEY (course_id, part, name)
);

-- A way through a published version. enrolled counts its learners as they come: nothing scans them.
CREATE TABLE path (
    id         text PRIMARY KEY,
    version_id text NOT NULL,
    title      text NOT NULL,
    is_open    boolean NOT NULL,
    enrolled   bigint NOT NULL,
    created_at timestamp NOT NULL,
    created_by text NOT NULL,
    UNIQUE (version_id, title)
);

CREATE TABLE path_course (
    path_id   text NOT NULL REFERENCES path (id),
    place     bigint NOT NULL,
    course_id text NOT NULL REFERENCES course (id),
    PRIMARY KEY (path_id, course_id)
);
CREATE INDEX path_course_course ON path_course (course_id);

CREATE TABLE enrolment (
    id          text PRIMARY KEY,
    path_id     text NOT NULL REFERENCES path (id),
    version_id  text NOT NULL,
    learner     text NOT NULL REFERENCES account (id),
    state       text NOT NULL,
    enrolled_at timestamp NOT NULL,
    changed_at  timestamp NOT NULL,
    UNIQUE (learner, path_id)
);
CREATE INDEX enrolment_path ON enrolment (path_id, id);
CREATE INDEX enrolment_version ON enrolment (version_id, id);

-- The words of learners' names, so that one is found among a hundred thousand.
CREATE TABLE enrolment_word (
    path_id      text NOT NULL,
    word         text NOT NULL,
    enrolment_id text NOT NULL REFERENCES enrolment (id),
    learner      text NOT NULL,
    PRIMARY KEY (path_id, word, enrolment_id)
);
CREATE INDEX enrolment_word_learner ON enrolment_word (learner);

-- What a learner has read: the chapter as it was.
CREATE TABLE reading (
    learner   text NOT NULL REFERENCES account (id),
    course_id text NOT NULL REFERENCES course (id),
    part      text NOT NULL,
    chapter   text NOT NULL,
    hash      text NOT NULL,
    read_at   timestamp NOT NULL,
    PRIMARY KEY (learner, course_id, part, chapter)
);

-- answers is JSON: the options chosen, question by question.
CREATE TABLE quiz_attempt (
    learner     text NOT NULL REFERENCES account (id),
    course_id   text NOT NULL REFERENCES course (id),
    part        text NOT NULL,
    number      bigint NOT NULL,
    answers     text NOT NULL,
    score       bigint NOT NULL,
    total       bigint NOT NULL,
    hash        text NOT NULL,
    answered_at timestamp NOT NULL,
    PRIMARY KEY (learner, course_id, part, number)
);

CREATE TABLE quiz_result (
    learner   text NOT NULL REFERENCES account (id),
    course_id text NOT NULL REFERENCES course (id),
    part      text NOT NULL,
    best      bigint NOT NULL,
    total     bigint NOT NULL,
    attempts  bigint NOT NULL,
    last_at   timestamp NOT NULL,
    PRIMARY KEY (learner, course_id, part)
);
