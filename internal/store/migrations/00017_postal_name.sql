-- What addresses call communes: a postal code with a name. Adverts say where a job is in these words.

-- +goose Up
CREATE TABLE postal_name (
    commune_id text NOT NULL,
    code       text NOT NULL,
    name       text NOT NULL,
    release_id text NOT NULL,
    PRIMARY KEY (commune_id, code, name)
);
