-- Devices of customers, what a session was opened with, the states of a user, and what is needed
-- to end sessions of a user, of a device and of everybody.

-- A device is known by a key that never leaves it, or by a long-lived cookie of a browser.
CREATE TABLE auth_device (
    id            uuid        PRIMARY KEY,
    user_id       uuid        NOT NULL REFERENCES auth_user,
    kind          text        NOT NULL CHECK (kind IN ('app', 'browser')),
    -- A device that cools off becomes active by itself when its time has come.
    state         text        NOT NULL
        CHECK (state IN ('pending', 'cooling', 'active', 'locked', 'revoked')),
    cooling_until timestamptz,
    -- Of an app: its P-256 key, and the key's thumbprint (RFC 7638).
    jkt           bytea       CHECK (octet_length(jkt) = 32),
    public_key    bytea       CHECK (octet_length(public_key) = 65),
    -- Of an app that has one: the key that its user unlocks for each confirmation. Never the one that
    -- signs every request without asking anybody.
    confirm_key   bytea       CHECK (octet_length(confirm_key) = 65),
    -- Of a browser: the hash of its cookie.
    token_hash    bytea       CHECK (octet_length(token_hash) = 32),
    name          text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    platform      text        NOT NULL CHECK (char_length(platform) <= 200),
    ip_prefix     text        NOT NULL,
    created_at    timestamptz NOT NULL,
    last_seen     timestamptz NOT NULL,
    ended_at      timestamptz,
    end_reason    text,
    CHECK (CASE kind
        WHEN 'app' THEN num_nulls(jkt, public_key) = 0 AND token_hash IS NULL
        ELSE num_nonnulls(jkt, public_key) = 0 AND token_hash IS NOT NULL END),
    CHECK (confirm_key IS NULL OR confirm_key <> public_key),
    CHECK (state <> 'cooling' OR cooling_until IS NOT NULL),
    CHECK ((state = 'revoked') = (ended_at IS NOT NULL)),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX auth_device_user ON auth_device (user_id, created_at DESC);
-- Several customers may share one browser or one telephone, each with a device of their own. What
-- was unbound may be bound anew.
CREATE UNIQUE INDEX auth_device_jkt ON auth_device (jkt, user_id) WHERE state <> 'revoked';
CREATE UNIQUE INDEX auth_device_token ON auth_device (token_hash, user_id)
    WHERE state <> 'revoked';

ALTER TABLE auth_user DROP CONSTRAINT auth_user_status_check;
UPDATE auth_user SET status = 'frozen' WHERE status = 'blocked';
ALTER TABLE auth_user ADD CONSTRAINT auth_user_status_check
    CHECK (status IN ('active', 'frozen', 'closed'));
-- After a password was reset or a contact changed, payments are small until this moment.
ALTER TABLE auth_user ADD COLUMN cooling_until timestamptz;

-- Sessions of an older epoch than this are over, whoever's they are.
CREATE TABLE auth_everyone (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch    bigint  NOT NULL
);
INSERT INTO auth_everyone (epoch) VALUES (0);

ALTER TABLE auth_session
    ADD COLUMN everyone_epoch bigint NOT NULL DEFAULT 0,
    ADD COLUMN device_id uuid REFERENCES auth_device,
    -- How the user proved who they are, in the words of RFC 8176.
    ADD COLUMN amr text[] NOT NULL DEFAULT '{pwd}',
    -- The thumbprint of the key that its tokens are bound to.
    ADD COLUMN jkt bytea CHECK (octet_length(jkt) = 32);
ALTER TABLE auth_session
    ALTER COLUMN everyone_epoch DROP DEFAULT,
    ALTER COLUMN amr DROP DEFAULT;
CREATE INDEX auth_session_device ON auth_session (device_id) WHERE device_id IS NOT NULL;

-- A matter that somebody of the bank has to look into.
CREATE TABLE case_file (
    id        uuid        PRIMARY KEY,
    kind      text        NOT NULL,
    subject   uuid        NOT NULL,
    opened_at timestamptz NOT NULL,
    state     text        NOT NULL CHECK (state IN ('open', 'closed')),
    closed_at timestamptz,
    -- What was known when it was opened. Holds no personal data.
    facts     jsonb       NOT NULL,
    CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX case_file_open ON case_file (opened_at, id) WHERE state = 'open';
CREATE INDEX case_file_subject ON case_file (subject);

-- Proofs of possession (RFC 9449) that were used for something that changes the bank, so that no
-- node takes one twice. Not logged ahead: whatever a crash loses is older than the crash, and a
-- proof lives two minutes.
CREATE UNLOGGED TABLE auth_dpop_proof (
    id         bytea       PRIMARY KEY CHECK (octet_length(id) = 32),
    kept_until timestamptz NOT NULL
);
CREATE INDEX auth_dpop_proof_age ON auth_dpop_proof (kept_until);

-- Partners whose programs ask the bank about tokens.
CREATE TABLE auth_partner (
    id          uuid        PRIMARY KEY,
    name        text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    secret_hash bytea       NOT NULL CHECK (octet_length(secret_hash) = 32),
    created_at  timestamptz NOT NULL,
    ended_at    timestamptz
);

-- Where security events are sent, as signed tokens (RFC 8417).
CREATE TABLE hook_receiver (
    id         uuid        PRIMARY KEY,
    url        text        NOT NULL CHECK (char_length(url) <= 500),
    created_at timestamptz NOT NULL,
    ended_at   timestamptz
);

-- The sessions that nothing has ended but perhaps their time. Whoever recognises a token or a
-- browser asks this, so that no look-up forgets one of the reasons.
CREATE VIEW auth_living_session AS
    SELECT s.id, s.user_id, s.kind, s.aal, s.amr, s.auth_time, s.idle_until, s.abs_until,
        s.at_hash, s.at_expires, s.at_prev_hash, s.at_prev_expires, s.rt_succ_used, s.device_id,
        s.jkt, s.ip_prefix, s.ua, s.last_seen_bucket,
        greatest(u.cooling_until, d.cooling_until) AS cooling_until
    FROM auth_session s
    JOIN auth_user u ON u.id = s.user_id AND u.status = 'active' AND u.epoch = s.user_epoch
    JOIN auth_everyone e ON e.epoch = s.everyone_epoch
    LEFT JOIN auth_device d ON d.id = s.device_id
    WHERE s.revoked_at IS NULL AND (d.id IS NULL OR d.state NOT IN ('locked', 'revoked'));
