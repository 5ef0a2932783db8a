-- Adverts taken in, each once, and how many there are for an occupation in a basin on a day.

-- +goose Up
CREATE TABLE posting (
    id             text PRIMARY KEY,
    source         text NOT NULL,
    number         text NOT NULL,
    title          text NOT NULL,
    text           text NOT NULL,
    employer       text NOT NULL,
    place          text NOT NULL,
    commune_id     text NOT NULL,
    departement_id text NOT NULL,
    bassin_id      text NOT NULL,
    occupation_id  text NOT NULL,
    probability    double precision NOT NULL,
    day            text NOT NULL,
    contract       text NOT NULL,
    pay_low        double precision NOT NULL,
    pay_high       double precision NOT NULL,
    positions      bigint NOT NULL,
    taken_at       timestamp NOT NULL
);
CREATE INDEX posting_day ON posting (day);

CREATE TABLE posting_count (
    bassin_id     text NOT NULL,
    occupation_id text NOT NULL,
    day           text NOT NULL,
    postings      bigint NOT NULL,
    PRIMARY KEY (bassin_id, occupation_id, day)
);
CREATE INDEX posting_count_day ON posting_count (day);
