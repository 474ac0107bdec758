DO $$ BEGIN
    IF EXISTS (SELECT FROM auth_user) THEN
        RAISE EXCEPTION 'the phones of the users are sealed: an earlier program cannot read them';
    END IF;
END $$;

DROP TABLE customer_document;
DROP TABLE auth_assisted_recovery;
DROP TABLE auth_reset;

DELETE FROM auth_sign_in_guard;
ALTER TABLE auth_sign_in_guard DROP CONSTRAINT auth_sign_in_guard_subject_check;
ALTER TABLE auth_sign_in_guard ALTER COLUMN subject TYPE text USING NULL;

DROP TABLE auth_code_guard;
CREATE TABLE auth_code_guard (
    phone         text        PRIMARY KEY,
    sent_at       timestamptz,
    tries         int         NOT NULL DEFAULT 0,
    tried_at      timestamptz,
    blocked_until timestamptz
);

DROP TABLE auth_challenge;
CREATE TABLE auth_challenge (
    id            uuid        PRIMARY KEY,
    purpose       text        NOT NULL CHECK (purpose IN ('sign_up')),
    phone         text        NOT NULL CHECK (phone ~ '^998[0-9]{9}$'),
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
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

ALTER TABLE auth_user
    DROP COLUMN phone_index,
    DROP COLUMN phone_sealed,
    DROP COLUMN email_index,
    DROP COLUMN email_sealed,
    ADD COLUMN phone text NOT NULL UNIQUE CHECK (phone ~ '^998[0-9]{9}$');
