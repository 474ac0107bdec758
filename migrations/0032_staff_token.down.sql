ALTER TABLE staff_session
    DROP CONSTRAINT staff_session_former,
    DROP COLUMN former_hash,
    DROP COLUMN former_until;
