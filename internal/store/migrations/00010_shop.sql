-- The shop: subscriptions and their invoices. Invoices are written once: no statement changes or deletes one.

-- +goose Up
CREATE TABLE subscription (
    id           text PRIMARY KEY,
    account_id   text NOT NULL,
    offer        text NOT NULL,
    months       bigint NOT NULL,
    state        text NOT NULL,
    invoice      text NOT NULL,
    requested_at timestamp NOT NULL,
    open_from    timestamp,
    open_to      timestamp
);
CREATE INDEX subscription_account ON subscription (account_id, id);
-- One request waits for payment at a time.
CREATE UNIQUE INDEX subscription_requested ON subscription (account_id) WHERE state = 'requested';
CREATE INDEX subscription_over ON subscription (open_to) WHERE state = 'active';

-- content is the invoice as it was issued, as JSON; the columns beside it are for lists, and hash seals it.
CREATE TABLE invoice (
    number          text PRIMARY KEY,
    year            bigint NOT NULL,
    serial          bigint NOT NULL,
    kind            text NOT NULL,
    subscription_id text NOT NULL,
    account_id      text NOT NULL,
    issued_at       timestamp NOT NULL,
    due_at          timestamp,
    cancels         text NOT NULL,
    content         text NOT NULL,
    hash            text NOT NULL,
    UNIQUE (year, serial)
);
CREATE INDEX invoice_account ON invoice (account_id, year, serial);
CREATE UNIQUE INDEX invoice_cancels ON invoice (cancels) WHERE cancels <> '';

CREATE TABLE payment (
    invoice  text PRIMARY KEY,
    paid_on  timestamp NOT NULL,
    noted_at timestamp NOT NULL,
    noted_by text NOT NULL
);
