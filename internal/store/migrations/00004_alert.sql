-- Alerts: shortages the school noticed, with the figures they rest on.

-- +goose Up
-- evidence is market.Evidence as JSON, never changed. folded holds the names searches look in. rank is
-- that of the severity; size how many people the figures concern: together the order of lists.
CREATE TABLE alert (
    id              text PRIMARY KEY,
    rule            text NOT NULL,
    occupation_id   text NOT NULL,
    area_id         text NOT NULL,
    level           text NOT NULL,
    region_id       text NOT NULL,
    year            bigint NOT NULL,
    evidence        text NOT NULL,
    folded          text NOT NULL,
    severity        text NOT NULL,
    rank            bigint NOT NULL,
    size            double precision NOT NULL,
    state           text NOT NULL,
    programme_id    text NOT NULL,
    resolution      text NOT NULL,
    opened_at       timestamp NOT NULL,
    acknowledged_at timestamp,
    resolved_at     timestamp
);
-- A rule opens one alert on the figures of a year, ever; and an occupation in an area has one alert at a time.
CREATE UNIQUE INDEX alert_figures ON alert (area_id, occupation_id, rule, year);
CREATE UNIQUE INDEX alert_unresolved ON alert (area_id, occupation_id) WHERE state <> 'resolved';
CREATE INDEX alert_order ON alert (rank DESC, size DESC, id);
CREATE INDEX alert_occupation ON alert (occupation_id);
CREATE INDEX alert_programme ON alert (programme_id) WHERE programme_id <> '';
