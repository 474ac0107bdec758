-- The token that a fresh proof put another in the place of: requests that were on their way then
-- still carry it.
ALTER TABLE staff_session
    ADD COLUMN former_hash bytea UNIQUE,
    ADD COLUMN former_until timestamptz,
    ADD CONSTRAINT staff_session_former CHECK (
        octet_length(former_hash) = 32 AND former_until IS NOT NULL
        OR former_hash IS NULL AND former_until IS NULL);
