-- Local estimates and forecasts, and how both did on what was held out.

-- +goose Up
-- The one set of estimates there is. areas and sheets are JSON lists: the order of a row's cells, and its rows.
CREATE TABLE estimate_set (
    id          bigint PRIMARY KEY,
    year        bigint NOT NULL,
    before_year bigint NOT NULL,
    mass        double precision NOT NULL,
    areas       text NOT NULL,
    sheets      text NOT NULL,
    backtest    text NOT NULL,
    made_at     timestamp NOT NULL
);

-- What is estimated of one ROME sheet in every area: market.Estimates.Row.
CREATE TABLE estimate (
    occupation_id text PRIMARY KEY,
    cells         bytea NOT NULL
);

CREATE TABLE forecast (
    occupation_id text PRIMARY KEY,
    year          bigint NOT NULL,
    from_year     bigint NOT NULL,
    class         bigint NOT NULL,
    p             double precision NOT NULL
);
