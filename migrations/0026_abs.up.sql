-- What the core banking system (ABS) is told, what it has confirmed, the days that are closed, and
-- the differences between books.

-- Accounts that documents may name by their number.
CREATE TABLE abs_account (
    account_id  uuid        PRIMARY KEY,
    number      text        NOT NULL UNIQUE CHECK (number ~ '^[0-9]{20}$'),
    asset       smallint    NOT NULL,
    opened_on   date        NOT NULL,
    -- 1 waiting, 2 open there, 3 refused
    state       smallint    NOT NULL CHECK (state IN (1, 2, 3)),
    reason      text,
    CHECK ((state = 3) = (reason IS NOT NULL))
);
CREATE INDEX abs_account_waiting ON abs_account (account_id) WHERE state = 1;
-- An account is found by the moment of the operation that opened it. The moment never changes, so
-- balances still change without touching an index.
CREATE INDEX account_opened ON account (opened_at);

CREATE TABLE abs_batch (
    id          uuid        PRIMARY KEY,
    -- 1 formed, 2 unknown: it has left, or is about to; 3 done
    state       smallint    NOT NULL CHECK (state IN (1, 2, 3)),
    documents   integer     NOT NULL CHECK (documents > 0),
    attempts    integer     NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    last_error  text,
    formed_at   timestamptz NOT NULL,
    done_at     timestamptz,
    CHECK ((state = 3) = (done_at IS NOT NULL))
);
-- The next one leaves when the one before is settled: documents arrive in their order.
CREATE UNIQUE INDEX abs_batch_under_way ON abs_batch ((true)) WHERE state <> 3;

-- One for each transfer that moved money, and for each sum of a day.
CREATE TABLE abs_document (
    id            uuid        PRIMARY KEY,
    -- the order in which they are sent
    seq           bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    -- null in a sum
    operation_id  uuid,
    index         smallint,
    -- the day on which it is booked, and when it happened
    day           date        NOT NULL,
    at            timestamptz NOT NULL,
    product       text        NOT NULL,
    leg           smallint    NOT NULL,
    amount        bigint      NOT NULL CHECK (amount > 0),
    asset         smallint    NOT NULL,
    -- the chart by which it is booked
    edition       uuid,
    debit         text        CHECK (debit ~ '^([0-9]{5}|[0-9]{20})$'),
    credit        text        CHECK (credit ~ '^([0-9]{5}|[0-9]{20})$'),
    -- the sides of the sum of the day into which it is gathered
    summed_debit  text        CHECK (summed_debit ~ '^([0-9]{5}|[0-9]{20})$'),
    summed_credit text        CHECK (summed_credit ~ '^([0-9]{5}|[0-9]{20})$'),
    purpose       text        NOT NULL,
    -- 0 without a line in the chart, 1 waiting, 2 in a batch under way, 3 posted there, 4 rejected
    state         smallint    NOT NULL CHECK (state BETWEEN 0 AND 4),
    reason        text,
    batch         uuid        REFERENCES abs_batch (id),
    CHECK ((operation_id IS NULL) = (index IS NULL)),
    CHECK ((state = 0) = (debit IS NULL) AND (debit IS NULL) = (credit IS NULL)),
    CHECK ((summed_debit IS NULL) = (summed_credit IS NULL)),
    CHECK ((state IN (0, 4)) = (reason IS NOT NULL)),
    CHECK (debit <> credit AND summed_debit <> summed_credit),
    CHECK (state NOT IN (2, 3) OR batch IS NOT NULL)
);
CREATE INDEX abs_document_day ON abs_document (day, id);
CREATE INDEX abs_document_operation ON abs_document (operation_id);
CREATE INDEX abs_document_batch ON abs_document (batch, seq);
CREATE INDEX abs_document_waiting ON abs_document (seq) WHERE state = 1;
CREATE INDEX abs_document_open ON abs_document (day, state) WHERE state <> 3;

-- Days of which nothing more is written down, and those that are closed in both books.
CREATE TABLE abs_day (
    day         date        PRIMARY KEY,
    documents   bigint      NOT NULL CHECK (documents >= 0),
    frozen_at   timestamptz NOT NULL,
    closed_at   timestamptz
);

-- What both books said of an account of the chart when the day was closed.
CREATE TABLE abs_day_sum (
    day         date        NOT NULL REFERENCES abs_day (day),
    account     text        NOT NULL CHECK (account ~ '^[0-9]{5}$'),
    asset       smallint    NOT NULL,
    debits      bigint      NOT NULL CHECK (debits >= 0),
    credits     bigint      NOT NULL CHECK (credits >= 0),
    PRIMARY KEY (day, account, asset)
);

CREATE TABLE recon_run (
    id          uuid        PRIMARY KEY,
    -- whose book was compared with ours
    book        text        NOT NULL,
    first_day   date        NOT NULL,
    last_day    date        NOT NULL,
    at          timestamptz NOT NULL,
    agreed      bigint      NOT NULL CHECK (agreed >= 0),
    found       integer     NOT NULL CHECK (found >= 0),
    CHECK (first_day <= last_day)
);
CREATE INDEX recon_run_book ON recon_run (book, at DESC);

CREATE TABLE recon_break (
    id          uuid        PRIMARY KEY,
    book        text        NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('missing_here', 'missing_there', 'amount',
                                'currency', 'status', 'duplicate', 'fee', 'late')),
    reference   text        NOT NULL,
    ours        text[]      NOT NULL,
    theirs      text[]      NOT NULL,
    difference  bigint      NOT NULL,
    asset       smallint    NOT NULL,
    likely      text,
    day         date        NOT NULL,
    -- the run that found it, and the last one that saw it
    first_run   uuid        NOT NULL REFERENCES recon_run (id),
    last_run    uuid        NOT NULL REFERENCES recon_run (id),
    found_at    timestamptz NOT NULL,
    owner       uuid,
    resolved_at timestamptz,
    resolution  text        CHECK (resolution IN ('agrees', 'corrected_here', 'corrected_there',
                                'explained')),
    evidence    text,
    resolved_by text,
    CHECK ((resolved_at IS NULL) = (resolution IS NULL)
       AND (resolved_at IS NULL) = (evidence IS NULL)
       AND (resolved_at IS NULL) = (resolved_by IS NULL))
);
-- What is found again is the same break.
CREATE UNIQUE INDEX recon_break_open ON recon_break (book, kind, reference)
    WHERE resolved_at IS NULL;
CREATE INDEX recon_break_age ON recon_break (found_at, id) WHERE resolved_at IS NULL;
CREATE INDEX recon_break_resolved ON recon_break (resolved_at DESC, id)
    WHERE resolved_at IS NOT NULL;
