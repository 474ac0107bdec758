-- A contact that a customer replaced, for as long as payments stay small: whoever held it before is
-- told when somebody signs in on a new device meanwhile.
CREATE TABLE auth_former_contact (
    user_id uuid        NOT NULL REFERENCES auth_user (id),
    -- sealed with the key of the customer, as in a notice
    sealed  text        NOT NULL,
    until   timestamptz NOT NULL
);
CREATE INDEX auth_former_contact_user ON auth_former_contact (user_id);
CREATE INDEX auth_former_contact_until ON auth_former_contact (until);
