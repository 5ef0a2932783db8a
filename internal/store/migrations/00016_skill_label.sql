-- Other names of skills: ESCO has some for a tenth of its own.

-- +goose Up
CREATE TABLE skill_label (
    skill_id   text NOT NULL,
    label      text NOT NULL,
    release_id text NOT NULL,
    PRIMARY KEY (skill_id, label)
);
