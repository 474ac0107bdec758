-- The town or country that a proxy of the bank named when a session was opened or a device bound.
ALTER TABLE auth_session ADD COLUMN place text CHECK (char_length(place) BETWEEN 1 AND 60);
ALTER TABLE auth_device ADD COLUMN place text CHECK (char_length(place) BETWEEN 1 AND 60);

CREATE OR REPLACE VIEW auth_living_session AS
    SELECT s.id, s.user_id, s.kind, s.aal, s.amr, s.auth_time, s.idle_until, s.abs_until,
        s.at_hash, s.at_expires, s.at_prev_hash, s.at_prev_expires, s.rt_succ_used, s.device_id,
        s.jkt, s.ip_prefix, s.ua, s.last_seen_bucket,
        greatest(u.cooling_until, d.cooling_until) AS cooling_until, s.place
    FROM auth_session s
    JOIN auth_user u ON u.id = s.user_id AND u.status = 'active' AND u.epoch = s.user_epoch
    JOIN auth_everyone e ON e.epoch = s.everyone_epoch
    LEFT JOIN auth_device d ON d.id = s.device_id
    WHERE s.revoked_at IS NULL AND (d.id IS NULL OR d.state <> 'revoked');
