-- Words that nothing ever wrote leave the schema: states of a device, purposes of a code. A row that
-- holds one all the same was made by hand; it ends as what lets nobody in.
UPDATE auth_device SET state = 'revoked', ended_at = now(), end_reason = 'state_' || state
    WHERE state IN ('pending', 'locked');
ALTER TABLE auth_device
    DROP CONSTRAINT auth_device_state_check,
    ADD CONSTRAINT auth_device_state_check CHECK (state IN ('cooling', 'active', 'revoked'));

CREATE OR REPLACE VIEW auth_living_session AS
    SELECT s.id, s.user_id, s.kind, s.aal, s.amr, s.auth_time, s.idle_until, s.abs_until,
        s.at_hash, s.at_expires, s.at_prev_hash, s.at_prev_expires, s.rt_succ_used, s.device_id,
        s.jkt, s.ip_prefix, s.ua, s.last_seen_bucket,
        greatest(u.cooling_until, d.cooling_until) AS cooling_until
    FROM auth_session s
    JOIN auth_user u ON u.id = s.user_id AND u.status = 'active' AND u.epoch = s.user_epoch
    JOIN auth_everyone e ON e.epoch = s.everyone_epoch
    LEFT JOIN auth_device d ON d.id = s.device_id
    WHERE s.revoked_at IS NULL AND (d.id IS NULL OR d.state <> 'revoked');

DELETE FROM auth_challenge WHERE purpose IN ('phone_old', 'step_up');
ALTER TABLE auth_challenge
    DROP CONSTRAINT auth_challenge_purpose_check,
    ADD CONSTRAINT auth_challenge_purpose_check
        CHECK (purpose IN ('sign_up', 'sign_in', 'reset', 'phone_new', 'phone_desk',
            'email_new'));
