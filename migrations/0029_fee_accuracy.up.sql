-- What an independent look at the fees of a day came to. It is looked again until everything of the
-- day is confirmed.
CREATE TABLE fee_check (
    day          date        NOT NULL,
    asset        smallint    NOT NULL,
    -- operations that have a tariff, and those of them that cost something
    operations   bigint      NOT NULL CHECK (operations >= 0),
    paid         bigint      NOT NULL CHECK (paid BETWEEN 0 AND operations),
    -- fees by the editions, in the operations, in the ledger, in the documents for the core banking
    -- system, and in those that it has posted
    expected     bigint      NOT NULL,
    charged      bigint      NOT NULL,
    booked       bigint      NOT NULL,
    documented   bigint      NOT NULL,
    confirmed    bigint      NOT NULL,
    -- operations with a fee and no document, and those of which anything differs
    undocumented bigint      NOT NULL CHECK (undocumented BETWEEN 0 AND paid),
    wrong        bigint      NOT NULL CHECK (wrong BETWEEN 0 AND operations),
    checked_at   timestamptz NOT NULL,
    PRIMARY KEY (day, asset)
);

-- The operations of which anything differs.
CREATE TABLE fee_fault (
    operation_id uuid        PRIMARY KEY,
    day          date        NOT NULL,
    asset        smallint    NOT NULL,
    what         text        NOT NULL CHECK (what IN ('edition', 'price', 'postings', 'documents')),
    expected     bigint      NOT NULL,
    charged      bigint      NOT NULL,
    booked       bigint      NOT NULL,
    documented   bigint      NOT NULL
);
CREATE INDEX fee_fault_day ON fee_fault (day, operation_id);
