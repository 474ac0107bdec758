DROP VIEW auth_living_session;
DROP TABLE hook_receiver;
DROP TABLE auth_partner;
DROP TABLE auth_dpop_proof;
DROP TABLE case_file;
ALTER TABLE auth_session
    DROP COLUMN jkt, DROP COLUMN amr, DROP COLUMN device_id, DROP COLUMN everyone_epoch;
DROP TABLE auth_everyone;
ALTER TABLE auth_user DROP COLUMN cooling_until;
ALTER TABLE auth_user DROP CONSTRAINT auth_user_status_check;
UPDATE auth_user SET status = 'blocked' WHERE status IN ('frozen', 'closed');
ALTER TABLE auth_user ADD CONSTRAINT auth_user_status_check
    CHECK (status IN ('active', 'blocked'));
DROP TABLE auth_device;
