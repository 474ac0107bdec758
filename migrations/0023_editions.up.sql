-- Documents that the bank goes by from a moment on: tariffs, limits, regulatory values, the mapping
-- of accounts. A book is what of them replaces one another; an edition is never changed, only taken
-- back before its time has come.
CREATE TABLE edition (
    id           uuid        PRIMARY KEY,
    book         text        NOT NULL CHECK (book ~ '^[a-z][a-z0-9._-]{0,59}$'),
    number       integer     NOT NULL CHECK (number > 0),
    effective_at timestamptz NOT NULL,
    body         text        NOT NULL CHECK (octet_length(body) <= 262144),
    body_hash    bytea       NOT NULL CHECK (octet_length(body_hash) = 32),
    -- why it was made, for whoever reads the books later
    reason       text        NOT NULL,
    published_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    UNIQUE (book, number),
    CHECK (published_at <= effective_at),
    CHECK (withdrawn_at < effective_at)
);

-- Two that begin at the same moment would leave open which of them holds.
CREATE UNIQUE INDEX edition_effective ON edition (book, effective_at) WHERE withdrawn_at IS NULL;

-- What somebody of the staff is writing. Nothing goes by it.
CREATE TABLE edition_draft (
    id         uuid        PRIMARY KEY,
    book       text        NOT NULL CHECK (book ~ '^[a-z][a-z0-9._-]{0,59}$'),
    body       text        NOT NULL CHECK (octet_length(body) <= 262144),
    author     uuid        NOT NULL,
    changed_at timestamptz NOT NULL
);

CREATE INDEX edition_draft_book ON edition_draft (book, changed_at DESC);
