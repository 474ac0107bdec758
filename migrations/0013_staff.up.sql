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

-- Employees. Their names stand in the open: the bank answers for who did what. Mail addresses are
-- sealed.
CREATE TABLE staff (
    id           uuid        PRIMARY KEY,
    name         text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    email_index  bytea       NOT NULL UNIQUE CHECK (octet_length(email_index) = 32),
    email_sealed bytea       NOT NULL,
    -- The customer that the employee is, when the bank knows.
    customer_id  uuid,
    roles        text[]      NOT NULL CHECK (cardinality(roles) <= 6),
    status       text        NOT NULL CHECK (status IN ('invited', 'active', 'suspended')),
    -- Sessions of an older epoch are over; raising it ends them all at once.
    epoch        bigint      NOT NULL DEFAULT 0,
    -- Counts the changes of roles.
    perm_epoch   bigint      NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL
);

-- Links with which an employee registers a passkey, once. What is in the link is computed from the
-- id and a key that is not in the database.
CREATE TABLE staff_enrolment (
    id         uuid        PRIMARY KEY,
    staff_id   uuid        NOT NULL REFERENCES staff,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX staff_enrolment_staff ON staff_enrolment (staff_id);

CREATE TABLE staff_session (
    id            uuid        PRIMARY KEY,
    staff_id      uuid        NOT NULL REFERENCES staff,
    staff_epoch   bigint      NOT NULL,
    token_hash    bytea       NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    -- With which it was opened: when the passkey is removed the session is over.
    passkey_id    uuid        NOT NULL REFERENCES auth_passkey,
    aal           smallint    NOT NULL CHECK (aal BETWEEN 2 AND 3),
    -- When the passkey was last used in it.
    proved_at     timestamptz NOT NULL,
    began_at      timestamptz NOT NULL,
    seen_at       timestamptz NOT NULL,
    idle_until    timestamptz NOT NULL,
    abs_until     timestamptz NOT NULL,
    ip_prefix     text        NOT NULL,
    ua            text        NOT NULL,
    ended_at      timestamptz,
    end_reason    text,
    CHECK (idle_until <= abs_until),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX staff_session_staff ON staff_session (staff_id, began_at DESC);
CREATE INDEX staff_session_passkey ON staff_session (passkey_id);
CREATE INDEX staff_session_idle ON staff_session (idle_until);

-- What one employee proposes and others decide about.
CREATE TABLE approval (
    id              uuid        PRIMARY KEY,
    kind            text        NOT NULL,
    -- What it is about, and whose data the difference holds.
    object_kind     text        NOT NULL CHECK (object_kind IN ('bank', 'customer', 'staff')),
    object_id       uuid,
    subject         uuid        NOT NULL,
    maker           uuid        NOT NULL REFERENCES staff,
    reason          text        NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 500),
    -- The exact text that its hash is of.
    payload         text        NOT NULL,
    payload_hash    bytea       NOT NULL CHECK (octet_length(payload_hash) = 32),
    -- What would change, before and after, sealed under the key of the subject; and its hash.
    difference      bytea       NOT NULL,
    difference_hash bytea       NOT NULL CHECK (octet_length(difference_hash) = 32),
    quorum          smallint    NOT NULL CHECK (quorum BETWEEN 1 AND 3),
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    -- A keyed hash over all of the above.
    seal            bytea       NOT NULL CHECK (octet_length(seal) = 32),
    -- What keeps it apart from others of its kind about the same, as the keyed hash of the mail
    -- address does with invitations. Follows from the payload.
    apart           bytea       CHECK (octet_length(apart) = 32),
    state           text        NOT NULL CHECK (state IN
        ('open', 'executed', 'rejected', 'withdrawn', 'expired', 'refused')),
    closed_at       timestamptz,
    -- The code of the refusal, when it was approved and could not be executed.
    refusal         text,
    CHECK ((object_kind = 'bank') = (object_id IS NULL)),
    CHECK (expires_at > created_at),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'refused') = (refusal IS NOT NULL)),
    UNIQUE (id, maker)
);
CREATE INDEX approval_list ON approval (state, id DESC);
CREATE INDEX approval_maker ON approval (maker, id DESC);
-- The same is not proposed twice at a time.
CREATE UNIQUE INDEX approval_open ON approval
    (kind, coalesce(object_id, '00000000-0000-0000-0000-000000000000'), coalesce(apart, ''))
    WHERE state = 'open';

-- What others decided: each once, and never the maker.
CREATE TABLE approval_decision (
    approval_id uuid        NOT NULL,
    maker       uuid        NOT NULL,
    checker     uuid        NOT NULL REFERENCES staff CHECK (checker <> maker),
    verdict     text        NOT NULL CHECK (verdict IN ('approve', 'reject')),
    reason      text        CHECK (char_length(reason) BETWEEN 1 AND 500),
    -- What was signed, with which passkey, and what shows it.
    signed_hash bytea       NOT NULL CHECK (octet_length(signed_hash) = 32),
    passkey_id  uuid        NOT NULL REFERENCES auth_passkey,
    evidence    jsonb       NOT NULL,
    at          timestamptz NOT NULL,
    seal        bytea       NOT NULL CHECK (octet_length(seal) = 32),
    PRIMARY KEY (approval_id, checker),
    FOREIGN KEY (approval_id, maker) REFERENCES approval (id, maker),
    CHECK (verdict = 'approve' OR reason IS NOT NULL)
);
-- Two people with one passkey are one.
CREATE UNIQUE INDEX approval_decision_passkey ON approval_decision (approval_id, passkey_id);

-- What was executed, so that nothing is executed twice.
CREATE TABLE approval_execution (
    approval_id uuid        PRIMARY KEY REFERENCES approval,
    at          timestamptz NOT NULL
);
