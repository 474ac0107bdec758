ALTER TABLE auth_session
    DROP CONSTRAINT auth_session_first_use,
    DROP COLUMN rt_used_at;
