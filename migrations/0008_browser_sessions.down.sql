ALTER TABLE auth_session DROP CONSTRAINT auth_session_refresh_check;
-- The older program cannot carry them: whoever was signed in at a browser signs in again.
DELETE FROM auth_session WHERE kind = 'browser';
ALTER TABLE auth_session ALTER COLUMN rt_succ_used SET NOT NULL;
ALTER TABLE auth_session ALTER COLUMN rt_cur_hash SET NOT NULL;
ALTER TABLE auth_session ALTER COLUMN rt_family_hash SET NOT NULL;
ALTER TABLE auth_session DROP CONSTRAINT auth_session_kind_check;
ALTER TABLE auth_session ADD CONSTRAINT auth_session_kind_check CHECK (kind IN ('mobile'));
