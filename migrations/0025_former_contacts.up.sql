-- A contact that a customer lost to another one, for as long as payments stay small: whoever held it
-- is told when somebody signs in on a new device meanwhile.
CREATE TABLE auth_former_contact (
    user_id       uuid        NOT NULL REFERENCES auth_user (id),
    contact_index bytea       NOT NULL CHECK (octet_length(contact_index) = 32),
    way           text        NOT NULL CHECK (way IN ('sms', 'email')),
    -- sealed with the key of the customer, as in a notice
    sealed        text        NOT NULL,
    lost_at       timestamptz NOT NULL,
    until         timestamptz NOT NULL,
    PRIMARY KEY (user_id, contact_index)
);
CREATE INDEX auth_former_contact_until ON auth_former_contact (until);
