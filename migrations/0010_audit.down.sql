DROP TABLE audit_checkpoint;
DROP TABLE audit_node;
DROP TABLE audit_leaf;
DROP TABLE audit_tree;
DROP TABLE audit_pending;
DROP TABLE audit_event;
DROP FUNCTION audit_only_grows;
