DROP VIEW auth_living_session;
CREATE VIEW auth_living_session AS
    SELECT s.id, s.user_id, s.kind, s.aal, s.amr, s.auth_time, s.idle_until, s.abs_until,
        s.at_hash, s.at_expires, s.at_prev_hash, s.at_prev_expires, s.rt_succ_used, s.device_id,
        s.jkt, s.ip_prefix, s.ua, s.last_seen_bucket,
        greatest(u.cooling_until, d.cooling_until) AS cooling_until
    FROM auth_session s
    JOIN auth_user u ON u.id = s.user_id AND u.status = 'active' AND u.epoch = s.user_epoch
    JOIN auth_everyone e ON e.epoch = s.everyone_epoch
    LEFT JOIN auth_device d ON d.id = s.device_id
    WHERE s.revoked_at IS NULL AND (d.id IS NULL OR d.state <> 'revoked');

ALTER TABLE auth_device DROP COLUMN place;
ALTER TABLE auth_session DROP COLUMN place;
