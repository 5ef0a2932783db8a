-- The thread: what came from what, through every room.

-- +goose Up
-- An object on the thread. owner is whom it concerns, '' for what is public.
CREATE TABLE thread_node (
    kind  text NOT NULL,
    id    text NOT NULL,
    label text NOT NULL,
    at    timestamp NOT NULL,
    owner text NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX thread_node_owner ON thread_node (owner) WHERE owner <> '';

CREATE TABLE thread_link (
    from_kind text NOT NULL,
    from_id   text NOT NULL,
    to_kind   text NOT NULL,
    to_id     text NOT NULL,
    at        timestamp NOT NULL,
    actor     text NOT NULL,
    because   text NOT NULL,
    PRIMARY KEY (from_kind, from_id, to_kind, to_id)
);
CREATE INDEX thread_link_to ON thread_link (to_kind, to_id);

-- How much came, near or far, from an object: kept as the thread is woven, since a path may have a
-- hundred thousand learners behind it.
CREATE TABLE thread_tally (
    kind     text NOT NULL,
    id       text NOT NULL,
    of_kind  text NOT NULL,
    n        bigint NOT NULL,
    first_at timestamp NOT NULL,
    last_at  timestamp NOT NULL,
    PRIMARY KEY (kind, id, of_kind)
);
