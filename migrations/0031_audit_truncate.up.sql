-- A truncation is not a deletion of rows: the triggers for each row say nothing to it. Nor does one
-- of a partition ask the trigger of its table.
CREATE TRIGGER audit_event_stays BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_leaf_stays BEFORE TRUNCATE ON audit_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_node_stays BEFORE TRUNCATE ON audit_node
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_checkpoint_stays BEFORE TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();

-- Those that are made later get it when they are made (`store::partitions`).
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit_event'::regclass
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER audit_event_stays BEFORE TRUNCATE ON %s
            FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()', part);
    END LOOP;
END
$$;
