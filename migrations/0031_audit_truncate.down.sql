DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit_event'::regclass
    LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS audit_event_stays ON %s', part);
    END LOOP;
END
$$;
DROP TRIGGER audit_checkpoint_stays ON audit_checkpoint;
DROP TRIGGER audit_node_stays ON audit_node;
DROP TRIGGER audit_leaf_stays ON audit_leaf;
DROP TRIGGER audit_event_stays ON audit_event;
