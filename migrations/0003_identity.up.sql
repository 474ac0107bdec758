-- Who may come in: users, their sessions, one-time codes, and the log of what was revoked.
-- Neither a token nor a one-time code is stored, only what is needed to recognise one.

CREATE TABLE auth_user (
    id                  uuid        PRIMARY KEY,
    phone               text        NOT NULL UNIQUE CHECK (phone ~ '^998[0-9]{9}$'),
    password_hash       text        NOT NULL,
    status              text        NOT NULL CHECK (status IN ('active', 'blocked')),
    -- Sessions of an older epoch are over; raising it ends them all at once.
    epoch               bigint      NOT NULL DEFAULT 0,
    perm_epoch          bigint      NOT NULL DEFAULT 0,
    created_at          timestamptz NOT NULL,
    password_changed_at timestamptz NOT NULL
);

CREATE TABLE auth_session (
    id               uuid        PRIMARY KEY,
    user_id          uuid        NOT NULL REFERENCES auth_user,
    user_epoch       bigint      NOT NULL,
    kind             text        NOT NULL CHECK (kind IN ('mobile')),
    aal              smallint    NOT NULL CHECK (aal BETWEEN 1 AND 3),
    auth_time        timestamptz NOT NULL,
    idle_until       timestamptz NOT NULL,
    abs_until        timestamptz NOT NULL,
    at_hash          bytea       NOT NULL UNIQUE CHECK (octet_length(at_hash) = 32),
    at_expires       timestamptz NOT NULL,
    -- The access token before the last refresh lives on to its end: requests with it may be under
    -- way.
    at_prev_hash     bytea       UNIQUE CHECK (octet_length(at_prev_hash) = 32),
    at_prev_expires  timestamptz,
    -- The part that all refresh tokens of the session have in common: finds the session for a token
    -- however old, so that a replay ends the session it belongs to.
    rt_family_hash   bytea       NOT NULL UNIQUE CHECK (octet_length(rt_family_hash) = 32),
    rt_cur_hash      bytea       NOT NULL CHECK (octet_length(rt_cur_hash) = 32),
    rt_prev_hash     bytea       CHECK (octet_length(rt_prev_hash) = 32),
    rt_rotated_at    timestamptz,
    -- Whether a token given out by the last refresh was presented: from then on the one before is
    -- a replay.
    rt_succ_used     boolean     NOT NULL,
    ip_prefix        text        NOT NULL,
    ua               text        NOT NULL,
    last_seen_bucket timestamptz NOT NULL,
    revoked_at       timestamptz,
    revoke_reason    text,
    CHECK (idle_until <= abs_until AND at_expires <= abs_until),
    CHECK ((rt_prev_hash IS NULL) = (rt_rotated_at IS NULL)),
    CHECK ((at_prev_hash IS NULL) = (at_prev_expires IS NULL)),
    CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL))
);
CREATE INDEX auth_session_user ON auth_session (user_id, last_seen_bucket DESC);
CREATE INDEX auth_session_idle ON auth_session (idle_until);

-- What ended, in the order in which it became visible: every writer holds the same advisory lock
-- from before the number is drawn until the commit, so a reader that follows seq skips nothing.
CREATE TABLE auth_revocation (
    seq        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text        NOT NULL,
    subject_id uuid        NOT NULL,
    at         timestamptz NOT NULL,
    reason     text        NOT NULL,
    actor      text        NOT NULL
);

CREATE TABLE auth_challenge (
    id            uuid        PRIMARY KEY,
    purpose       text        NOT NULL CHECK (purpose IN ('sign_up')),
    phone         text        NOT NULL CHECK (phone ~ '^998[0-9]{9}$'),
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    -- How many codes were sent; each has its own value.
    sent_count    int         NOT NULL CHECK (sent_count BETWEEN 1 AND 5),
    sent_at       timestamptz NOT NULL,
    verified_at   timestamptz,
    ticket_hash   bytea       UNIQUE CHECK (octet_length(ticket_hash) = 32),
    ticket_until  timestamptz,
    used_at       timestamptz,
    CHECK ((verified_at IS NULL) = (ticket_hash IS NULL)),
    CHECK ((verified_at IS NULL) = (ticket_until IS NULL)),
    CHECK (used_at IS NULL OR verified_at IS NOT NULL)
);
CREATE INDEX auth_challenge_created ON auth_challenge (created_at);

-- Codes of one phone: when the last went out, and the wrong tries in a row over all its challenges.
CREATE TABLE auth_code_guard (
    phone         text        PRIMARY KEY,
    sent_at       timestamptz,
    tries         int         NOT NULL DEFAULT 0,
    tried_at      timestamptz,
    blocked_until timestamptz
);

-- Password attempts, whether or not the phone is a user's: of a phone from one network, so that a
-- stranger cannot lock a customer out, and of a phone on one day, against many networks at once.
CREATE TABLE auth_sign_in_guard (
    subject    text        PRIMARY KEY,
    failures   int         NOT NULL,
    tried_at   timestamptz NOT NULL,
    wait_until timestamptz NOT NULL
);
CREATE INDEX auth_sign_in_guard_age ON auth_sign_in_guard (tried_at);
