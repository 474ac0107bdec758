-- What a customer proves who they are with besides the password, sign-ins that wait for it, and
-- confirmations of what is about to be done.

-- A program that makes codes (RFC 6238). The secret is sealed under the subject's key.
CREATE TABLE auth_totp (
    user_id      uuid        PRIMARY KEY REFERENCES auth_user,
    secret       bytea       NOT NULL,
    created_at   timestamptz NOT NULL,
    -- Without it the customer has not shown a code yet, and none is accepted.
    confirmed_at timestamptz,
    -- The time step of the last code that was accepted: neither it nor an earlier one is again.
    last_step    bigint      NOT NULL CHECK (last_step >= 0)
);

-- For whoever lost everything else. Only keyed hashes of the codes.
CREATE TABLE auth_recovery_code (
    user_id    uuid        NOT NULL REFERENCES auth_user,
    code_hash  bytea       NOT NULL CHECK (octet_length(code_hash) = 32),
    created_at timestamptz NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (user_id, code_hash)
);

-- A short number that is good on one device only.
CREATE TABLE auth_pin (
    device_id uuid        PRIMARY KEY REFERENCES auth_device,
    user_id   uuid        NOT NULL REFERENCES auth_user,
    pin_hash  text        NOT NULL,
    set_at    timestamptz NOT NULL,
    -- Wrong tries in a row, each counted before it is looked at. The sixth is not looked at.
    tries     int         NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5)
);
CREATE INDEX auth_pin_user ON auth_pin (user_id);

-- A sign-in whose password was right and that waits for the second factor.
CREATE TABLE auth_sign_in (
    id                  uuid        PRIMARY KEY,
    user_id             uuid        NOT NULL REFERENCES auth_user,
    -- The hash of what only the beginner holds, and the key that its tokens will be bound to.
    handle_hash         bytea       NOT NULL UNIQUE CHECK (octet_length(handle_hash) = 32),
    jkt                 bytea       CHECK (octet_length(jkt) = 32),
    door                text        NOT NULL CHECK (door IN ('app', 'browser')),
    -- As they were when the password was checked: whoever changed them meanwhile ended this.
    user_epoch          bigint      NOT NULL,
    password_changed_at timestamptz NOT NULL,
    methods             text[]      NOT NULL CHECK (cardinality(methods) > 0),
    created_at          timestamptz NOT NULL,
    expires_at          timestamptz NOT NULL,
    tries               int         NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    -- The challenge of the code that was sent by SMS.
    sms_challenge       uuid,
    ended_at            timestamptz
);
CREATE INDEX auth_sign_in_user ON auth_sign_in (user_id);
CREATE INDEX auth_sign_in_created ON auth_sign_in (created_at);

-- A confirmation of one thing, bound to a session and to what was shown.
CREATE TABLE auth_step_up (
    id           uuid        PRIMARY KEY,
    user_id      uuid        NOT NULL REFERENCES auth_user,
    session_id   uuid        NOT NULL REFERENCES auth_session ON DELETE CASCADE,
    purpose      text        NOT NULL CHECK (purpose IN ('payment', 'security')),
    -- What is confirmed, as it was shown, sealed under the subject's key, and its hash.
    shown        bytea       NOT NULL,
    payload_hash bytea       NOT NULL CHECK (octet_length(payload_hash) = 32),
    methods      text[]      NOT NULL CHECK (cardinality(methods) > 0),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    tries        int         NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    sent_count   int         NOT NULL DEFAULT 0 CHECK (sent_count BETWEEN 0 AND 3),
    sent_at      timestamptz,
    method       text,
    proven_at    timestamptz,
    used_at      timestamptz,
    ended_at     timestamptz,
    CHECK ((method IS NULL) = (proven_at IS NULL)),
    CHECK (used_at IS NULL OR proven_at IS NOT NULL)
);
CREATE INDEX auth_step_up_session ON auth_step_up (session_id, purpose, created_at DESC);
CREATE INDEX auth_step_up_user ON auth_step_up (user_id);
CREATE INDEX auth_step_up_created ON auth_step_up (created_at);

-- When a payment was last confirmed: from then on small ones are summed up anew.
ALTER TABLE auth_user ADD COLUMN payment_confirmed_at timestamptz;
