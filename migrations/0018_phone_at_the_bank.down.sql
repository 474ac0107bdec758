ALTER TABLE case_file DROP COLUMN reason_sealed;
ALTER TABLE auth_device
    DROP CONSTRAINT auth_device_confirm_key_has_its_time,
    DROP COLUMN confirm_key_set_at;
ALTER TABLE auth_user
    DROP COLUMN frozen_at,
    DROP COLUMN email_set_at,
    DROP COLUMN phone_set_at;
DELETE FROM auth_challenge WHERE purpose = 'phone_desk';
ALTER TABLE auth_challenge
    DROP CONSTRAINT auth_challenge_purpose_check,
    ADD CONSTRAINT auth_challenge_purpose_check CHECK (purpose IN ('sign_up', 'sign_in', 'reset',
        'phone_new', 'phone_old', 'email_new', 'step_up'));
