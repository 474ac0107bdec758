-- The keys with which the bank signs what leaves it: the public halves, and which of them is in use.
-- The private halves are in the security module, under the same name.
CREATE TABLE signing_key (
    kid          text        PRIMARY KEY CHECK (length(kid) = 22),
    purpose      text        NOT NULL CHECK (purpose IN ('audit', 'tokens')),
    public       bytea       NOT NULL,
    -- published: others may fetch it, nothing is signed with it yet; active: signs; retired: what it
    -- signed still counts; removed: nothing that it signed counts
    state        text        NOT NULL
                 CHECK (state IN ('published', 'active', 'retired', 'removed')),
    published_at timestamptz NOT NULL,
    active_at    timestamptz,
    ended_at     timestamptz,
    CHECK ((state = 'published') = (active_at IS NULL AND ended_at IS NULL)
           OR state = 'removed'),
    CHECK ((state IN ('retired', 'removed')) = (ended_at IS NOT NULL))
);

CREATE UNIQUE INDEX signing_key_active ON signing_key (purpose) WHERE state = 'active';
CREATE UNIQUE INDEX signing_key_published ON signing_key (purpose) WHERE state = 'published';
