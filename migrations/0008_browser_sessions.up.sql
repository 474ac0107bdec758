-- Sessions of browsers: one token in a cookie for the life of the session, and no refresh.

ALTER TABLE auth_session DROP CONSTRAINT auth_session_kind_check;
ALTER TABLE auth_session ADD CONSTRAINT auth_session_kind_check
    CHECK (kind IN ('mobile', 'browser'));

ALTER TABLE auth_session ALTER COLUMN rt_family_hash DROP NOT NULL;
ALTER TABLE auth_session ALTER COLUMN rt_cur_hash DROP NOT NULL;
ALTER TABLE auth_session ALTER COLUMN rt_succ_used DROP NOT NULL;
-- Only what is exchanged has a token before it; and the token of a browser ends with its session.
ALTER TABLE auth_session ADD CONSTRAINT auth_session_refresh_check CHECK (CASE kind
    WHEN 'browser' THEN at_expires = abs_until AND num_nonnulls(
        at_prev_hash, rt_family_hash, rt_cur_hash, rt_prev_hash, rt_succ_used) = 0
    ELSE num_nulls(rt_family_hash, rt_cur_hash, rt_succ_used) = 0 END);
