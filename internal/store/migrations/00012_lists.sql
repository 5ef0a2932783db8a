-- Lists in the order they are shown in, so that a page of one reads no more than it shows.

-- +goose Up
DROP INDEX defence_assessor;
CREATE INDEX defence_assessor ON defence (assessor, starts_at, id);
