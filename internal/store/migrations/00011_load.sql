-- What pages need with a hundred thousand learners behind one path.

-- +goose Up
-- Whose the object a link leads to is, as on its node: who may see what came from a path is found without
-- walking through everybody's.
ALTER TABLE thread_link ADD COLUMN owner text NOT NULL DEFAULT '';
UPDATE thread_link SET owner = coalesce((SELECT n.owner FROM thread_node n WHERE n.kind = to_kind AND n.id = to_id), '');
CREATE INDEX thread_link_owner ON thread_link (from_kind, from_id, owner, at, to_kind, to_id);
CREATE INDEX thread_link_at ON thread_link (from_kind, from_id, at, to_kind, to_id);

-- A search with two words looks for the second one among those of the enrolments the first one finds.
CREATE INDEX enrolment_word_enrolment ON enrolment_word (enrolment_id, word);
