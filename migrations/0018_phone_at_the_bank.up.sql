-- A phone that a customer proves at the bank, and what a freeze doubts: what was set up shortly
-- before it.

-- A code that the customer reads out to an employee.
ALTER TABLE auth_challenge
    DROP CONSTRAINT auth_challenge_purpose_check,
    ADD CONSTRAINT auth_challenge_purpose_check CHECK (purpose IN ('sign_up', 'sign_in', 'reset',
        'phone_new', 'phone_old', 'phone_desk', 'email_new', 'step_up'));

ALTER TABLE auth_user
    -- When the contacts were last changed or proven. NULL of those from before this column.
    ADD COLUMN phone_set_at timestamptz,
    ADD COLUMN email_set_at timestamptz,
    -- When the user was last frozen. Not the time of a case: that may be closed meanwhile.
    ADD COLUMN frozen_at timestamptz;
UPDATE auth_user u SET frozen_at = (
    SELECT coalesce(min(c.opened_at) FILTER (WHERE c.state = 'open'), max(c.opened_at), now())
    FROM case_file c WHERE c.subject = u.id AND c.kind LIKE 'frozen%')
WHERE u.status = 'frozen';

-- Of keys from before this column it is not known when they were set, only that it was before now.
ALTER TABLE auth_device ADD COLUMN confirm_key_set_at timestamptz;
UPDATE auth_device SET confirm_key_set_at = now() WHERE confirm_key IS NOT NULL;
ALTER TABLE auth_device ADD CONSTRAINT auth_device_confirm_key_has_its_time
    CHECK ((confirm_key IS NULL) = (confirm_key_set_at IS NULL));

-- Why an employee froze the customer, sealed under the customer's key as the note is.
ALTER TABLE case_file ADD COLUMN reason_sealed bytea;
