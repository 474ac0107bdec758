-- Phones and e-mail addresses at rest: sealed under the key of the subject and found by a blind
-- index, so that neither a dump nor a backup of the database tells who is a customer. What attempts
-- are counted by is a keyed hash.

-- The rows of an earlier program hold phones in clear, and only the program has the keys to seal
-- them. No bank runs on such a database: demo customers are made anew.
DO $$ BEGIN
    IF EXISTS (SELECT FROM auth_user) THEN
        RAISE EXCEPTION 'the users of this database were made by an earlier version of the program, '
            'which kept phones in clear: begin with an empty database (of `okto up`: move its '
            'folder away, or name another with --dir)';
    END IF;
END $$;

ALTER TABLE auth_user
    DROP COLUMN phone,
    ADD COLUMN phone_index  bytea NOT NULL UNIQUE CHECK (octet_length(phone_index) = 32),
    ADD COLUMN phone_sealed bytea NOT NULL,
    -- A second way to reach the user, proven by a code. It does not sign in.
    ADD COLUMN email_index  bytea UNIQUE CHECK (octet_length(email_index) = 32),
    ADD COLUMN email_sealed bytea,
    ADD CHECK ((email_index IS NULL) = (email_sealed IS NULL));

-- Challenges go to people who are no customers yet and have no key of their own: the contact is
-- sealed under a key of the installation, and the row is deleted after a day.
DROP TABLE auth_challenge;
CREATE TABLE auth_challenge (
    id             uuid        PRIMARY KEY,
    purpose        text        NOT NULL CHECK (purpose IN ('sign_up', 'sign_in', 'reset',
                                   'phone_new', 'phone_old', 'email_new', 'step_up')),
    channel        text        NOT NULL CHECK (channel IN ('sms', 'email')),
    contact_index  bytea       NOT NULL CHECK (octet_length(contact_index) = 32),
    contact_sealed text        NOT NULL,
    -- What its wrong codes are counted by: the contact, and the network or the user that asked.
    guard          bytea       NOT NULL CHECK (octet_length(guard) = 32),
    -- The session that asked, if it is a customer's: only in it the code can be answered.
    session_id     uuid,
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    -- How many codes were sent; each has its own value.
    sent_count     int         NOT NULL CHECK (sent_count BETWEEN 1 AND 5),
    sent_at        timestamptz NOT NULL,
    verified_at    timestamptz,
    ticket_hash    bytea       UNIQUE CHECK (octet_length(ticket_hash) = 32),
    ticket_until   timestamptz,
    used_at        timestamptz,
    CHECK ((verified_at IS NULL) = (ticket_hash IS NULL)),
    CHECK ((verified_at IS NULL) = (ticket_until IS NULL)),
    CHECK (used_at IS NULL OR verified_at IS NOT NULL)
);
CREATE INDEX auth_challenge_created ON auth_challenge (created_at);

-- Codes of one contact, asked for from one place: when the last went out, and the wrong tries in a
-- row. A stranger elsewhere makes nobody wait.
DROP TABLE auth_code_guard;
CREATE TABLE auth_code_guard (
    subject       bytea       PRIMARY KEY CHECK (octet_length(subject) = 32),
    sent_at       timestamptz,
    tries         int         NOT NULL DEFAULT 0,
    tried_at      timestamptz,
    blocked_until timestamptz
);

DELETE FROM auth_sign_in_guard;
ALTER TABLE auth_sign_in_guard
    ALTER COLUMN subject TYPE bytea USING NULL,
    ADD CHECK (octet_length(subject) = 32);
