-- Passkeys of customers and employees (WebAuthn). Of a challenge only the random part and the hash
-- of what is to be signed are kept: the challenge itself is computed from all that the row says, so
-- a row that was changed expects another challenge than the one that was signed.

CREATE TABLE auth_passkey (
    id            uuid        PRIMARY KEY,
    owner_kind    text        NOT NULL CHECK (owner_kind IN ('customer', 'staff')),
    owner_id      uuid        NOT NULL,
    -- Chosen by the authenticator; no two of the bank's passkeys share one.
    credential_id bytea       NOT NULL UNIQUE CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
    -- The public key, and what the authenticator said of itself.
    credential    jsonb       NOT NULL,
    sign_count    bigint      NOT NULL CHECK (sign_count BETWEEN 0 AND 4294967295),
    -- Whether it may be, and is, kept in more than one place.
    may_sync      boolean     NOT NULL,
    synced        boolean     NOT NULL,
    name          text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz,
    removed_at    timestamptz
);
CREATE INDEX auth_passkey_owner ON auth_passkey (owner_kind, owner_id) WHERE removed_at IS NULL;

CREATE TABLE auth_passkey_challenge (
    id           uuid        PRIMARY KEY,
    purpose      text        NOT NULL CHECK (purpose IN ('register', 'sign_in', 'sign')),
    realm        text        NOT NULL CHECK (realm IN ('customer', 'staff')),
    -- Nobody yet in a sign-in without a name.
    owner_id     uuid,
    random       bytea       NOT NULL CHECK (octet_length(random) = 32),
    payload_hash bytea       CHECK (octet_length(payload_hash) = 32),
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    CHECK ((purpose = 'sign_in') = (owner_id IS NULL)),
    CHECK ((purpose = 'sign') = (payload_hash IS NOT NULL))
);
CREATE INDEX auth_passkey_challenge_age ON auth_passkey_challenge (expires_at);
