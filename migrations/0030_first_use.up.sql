-- When a token given out by the last refresh was first presented. What arrived before that moment
-- asked at the same time as the refresh: it is no replay, however late its turn comes.
ALTER TABLE auth_session
    ADD COLUMN rt_used_at timestamptz,
    ADD CONSTRAINT auth_session_first_use CHECK (rt_used_at IS NULL OR rt_succ_used);
