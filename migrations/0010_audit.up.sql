-- The audit log: what was done and refused, by whom, about whom. Each event is written in the
-- transaction of the change it tells of; a sealer gives it a leaf of a Merkle tree soon after.

-- The body is the record: the leaf is its hash, and what is shown is read from it. The other columns
-- only find it.
CREATE TABLE audit_event (
    id      uuid        NOT NULL,
    -- 1 done, 2 refused
    outcome smallint    NOT NULL CHECK (outcome IN (1, 2)),
    subject uuid,
    actor   text        NOT NULL,
    action  text        NOT NULL,
    object  text,
    body    bytea       NOT NULL,
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);

CREATE INDEX audit_event_subject ON audit_event (subject, id) WHERE subject IS NOT NULL;
CREATE INDEX audit_event_actor ON audit_event (actor, id);
CREATE INDEX audit_event_action ON audit_event (action, id);
CREATE INDEX audit_event_object ON audit_event (object, id) WHERE object IS NOT NULL;

-- A record must not be lost because a clock is months off.
CREATE TABLE audit_event_other PARTITION OF audit_event DEFAULT;

-- Events that have no leaf yet. A queue, and not a cursor over the events: what is visible is sealed
-- at once, whatever older transaction is still open.
CREATE TABLE audit_pending (
    id uuid PRIMARY KEY
);

-- The tree is named at random, so that no checkpoint of another installation passes for this one's.
CREATE TABLE audit_tree (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    origin text    NOT NULL
);
INSERT INTO audit_tree (origin) VALUES ('okto/audit/' || replace(gen_random_uuid()::text, '-', ''));

CREATE TABLE audit_leaf (
    leaf  bigint PRIMARY KEY CHECK (leaf >= 0),
    event uuid   NOT NULL UNIQUE,
    hash  bytea  NOT NULL CHECK (octet_length(hash) = 32)
);

-- The complete subtrees of 2^level leaves, for every eighth level: a proof reads at most 255 hashes
-- for each of them.
CREATE TABLE audit_node (
    level smallint NOT NULL CHECK (level > 0 AND level % 8 = 0),
    index bigint   NOT NULL CHECK (index >= 0),
    hash  bytea    NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (level, index)
);

-- Signed heads of the tree. The frontier (the hashes of its complete subtrees, largest first) is
-- what the next sealing goes on from.
CREATE TABLE audit_checkpoint (
    size     bigint      PRIMARY KEY CHECK (size > 0),
    root     bytea       NOT NULL CHECK (octet_length(root) = 32),
    at       timestamptz NOT NULL,
    frontier bytea       NOT NULL CHECK (octet_length(frontier) % 32 = 0),
    note     text        NOT NULL
);

-- The bank only adds. This stops its own mistakes and a stolen password of its program; whoever owns
-- the tables can take it away, and is found out by the tree.
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log only grows: % on % is refused', TG_OP, TG_TABLE_NAME;
END
$$;

CREATE TRIGGER audit_event_grows BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_leaf_grows BEFORE UPDATE OR DELETE ON audit_leaf
    FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_node_grows BEFORE UPDATE OR DELETE ON audit_node
    FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_checkpoint_grows BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
