-- Who is told of alerts, and what became of telling them.

-- +goose Up
-- account_id is whom the route tells, '' for a webhook, which is the school's. levels and families are lists
-- as JSON, empty for all.
CREATE TABLE alert_route (
    id         text PRIMARY KEY,
    account_id text NOT NULL,
    means      text NOT NULL,
    name       text NOT NULL,
    least      text NOT NULL,
    levels     text NOT NULL,
    area_id    text NOT NULL,
    families   text NOT NULL,
    url        text NOT NULL,
    paused     boolean NOT NULL,
    created_at timestamp NOT NULL,
    created_by text NOT NULL
);
CREATE INDEX alert_route_account ON alert_route (account_id, created_at);

-- What must stay as it is to be of use: the key a webhook's calls are signed with, the end of the link that
-- stops a route's e-mails. Apart, so that no list or export of routes can hold it.
CREATE TABLE alert_route_secret (
    route_id text PRIMARY KEY,
    secret   text NOT NULL
);
CREATE UNIQUE INDEX alert_route_secret_secret ON alert_route_secret (secret);

-- What happened to alerts that somebody may have to be told: written with what happened, each once. batch is
-- '' until the routes were asked.
CREATE TABLE alert_event (
    id       text PRIMARY KEY,
    alert_id text NOT NULL,
    what     text NOT NULL,
    severity text NOT NULL,
    at       timestamp NOT NULL,
    batch    text NOT NULL
);
CREATE UNIQUE INDEX alert_event_once ON alert_event (alert_id, what, severity);
CREATE INDEX alert_event_batch ON alert_event (batch);
CREATE INDEX alert_event_at ON alert_event (at);

-- One row for each event and each route that takes it. due_at is when a webhook is called (again): nothing
-- once that is done or given up.
CREATE TABLE alert_delivery (
    id          text PRIMARY KEY,
    event_id    text NOT NULL,
    route_id    text NOT NULL,
    account_id  text NOT NULL,
    created_at  timestamp NOT NULL,
    due_at      timestamp,
    done_at     timestamp,
    given_up_at timestamp,
    tries       bigint NOT NULL,
    answer      text NOT NULL
);
CREATE UNIQUE INDEX alert_delivery_once ON alert_delivery (route_id, event_id);
CREATE INDEX alert_delivery_due ON alert_delivery (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX alert_delivery_route ON alert_delivery (route_id, created_at, id);
CREATE INDEX alert_delivery_account ON alert_delivery (account_id);
CREATE INDEX alert_delivery_created ON alert_delivery (created_at);

-- The link that ends such messages, for the header of mail programs (RFC 8058); '' for none.
ALTER TABLE outbox ADD COLUMN unsubscribe text NOT NULL DEFAULT '';
