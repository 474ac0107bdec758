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

-- Passwords that are being reset, whether or not the phone is a user's. Bound to whoever began: each
-- step shows a key that only they were given.
CREATE TABLE auth_reset (
    id              uuid        PRIMARY KEY,
    -- The code that was sent to the phone.
    challenge_id    uuid        NOT NULL,
    key_hash        bytea       NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
    -- The thumbprint of the key of the app that began, if it proved one.
    jkt             bytea       CHECK (octet_length(jkt) = 32),
    phone_index     bytea       NOT NULL CHECK (octet_length(phone_index) = 32),
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    code_proven_at  timestamptz,
    -- Second proofs that were tried.
    tries           int         NOT NULL DEFAULT 0 CHECK (tries >= 0),
    proven_at       timestamptz,
    -- By what, such as `device` or `document`.
    method          text,
    done_at         timestamptz,
    -- Something else happened to the user meanwhile.
    cancelled_at    timestamptz,
    CHECK ((proven_at IS NULL) = (method IS NULL)),
    CHECK (proven_at IS NULL OR code_proven_at IS NOT NULL),
    CHECK (done_at IS NULL OR proven_at IS NOT NULL)
);
CREATE INDEX auth_reset_phone ON auth_reset (phone_index) WHERE done_at IS NULL;
CREATE INDEX auth_reset_created ON auth_reset (created_at);

-- What an employee gave to a customer in person, to be shown in the place of a second proof.
CREATE TABLE auth_assisted_recovery (
    user_id    uuid        PRIMARY KEY REFERENCES auth_user,
    code_hash  bytea       NOT NULL CHECK (octet_length(code_hash) = 32),
    given_at   timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);

-- Identity documents, as customers declare them. Unique among those that were verified: whoever
-- declares another's number first must not keep its owner out.
CREATE TABLE customer_document (
    customer       uuid        PRIMARY KEY REFERENCES customer,
    number_index   bytea       NOT NULL CHECK (octet_length(number_index) = 32),
    personal_index bytea       NOT NULL CHECK (octet_length(personal_index) = 32),
    sealed         bytea       NOT NULL,
    declared_at    timestamptz NOT NULL,
    verified_at    timestamptz
);
CREATE INDEX customer_document_number ON customer_document (number_index);
CREATE INDEX customer_document_personal ON customer_document (personal_index);
CREATE UNIQUE INDEX customer_document_number_verified ON customer_document (number_index)
    WHERE verified_at IS NOT NULL;
CREATE UNIQUE INDEX customer_document_personal_verified ON customer_document (personal_index)
    WHERE verified_at IS NOT NULL;
