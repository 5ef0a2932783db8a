-- Adverts that offer again the job of another, and what adverts of one job are found by.

-- +goose Up
ALTER TABLE posting ADD COLUMN repost_of text NOT NULL DEFAULT ''; -- the first advert of the job
CREATE INDEX posting_repost ON posting (repost_of);

CREATE TABLE posting_key (
    key        bigint NOT NULL,
    day        text NOT NULL,
    posting_id text NOT NULL,
    PRIMARY KEY (key, day, posting_id)
);
