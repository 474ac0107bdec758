-- The books: accounts, operations, transfers, holds, limit counters, external references.
--
-- Transfers carry no foreign keys. The engine locks every account it names, by id, in the same
-- transaction, and a check by trigger would cost two look-ups a row on the hottest path of the bank.
-- `okto verify` looks for orphans instead.

CREATE TABLE account (
    id              uuid        PRIMARY KEY,
    number          text        UNIQUE CHECK (number ~ '^[0-9]{20}$'),
    owner           uuid,
    asset           smallint    NOT NULL,
    code            integer     NOT NULL CHECK (code BETWEEN 10000 AND 99999),
    -- 0 none, 1 debits may not exceed credits (what the bank owes), 2 credits may not exceed debits
    balance_rule    smallint    NOT NULL CHECK (balance_rule IN (0, 1, 2)),
    -- 1 open, 2 frozen, 3 closed
    status          smallint    NOT NULL CHECK (status IN (1, 2, 3)),
    debits_posted   bigint      NOT NULL CHECK (debits_posted >= 0),
    credits_posted  bigint      NOT NULL CHECK (credits_posted >= 0),
    debits_pending  bigint      NOT NULL CHECK (debits_pending >= 0),
    credits_pending bigint      NOT NULL CHECK (credits_pending >= 0),
    -- the moment of the last transfer that touched it; the next one is later, whatever the clock says
    last_at         timestamptz NOT NULL,
    opened_at       timestamptz NOT NULL,
    CONSTRAINT account_debits_within_credits
        CHECK (balance_rule <> 1 OR debits_posted + debits_pending <= credits_posted),
    CONSTRAINT account_credits_within_debits
        CHECK (balance_rule <> 2 OR credits_posted + credits_pending <= debits_posted)
) WITH (fillfactor = 50);
-- Half-empty pages let a balance change stay on its page without touching an index.

CREATE INDEX account_owner ON account (owner) WHERE owner IS NOT NULL;

CREATE TABLE operation (
    id              uuid        NOT NULL,
    at              timestamptz NOT NULL,
    kind            text        NOT NULL,
    group_id        uuid,
    -- 0 the bank itself, 1 a customer, 2 an employee
    initiator_kind  smallint    NOT NULL CHECK (initiator_kind IN (0, 1, 2)),
    initiator       uuid        NOT NULL,
    request_hash    bytea       NOT NULL CHECK (length(request_hash) = 32),
    -- 1 posted, 2 refused
    state           smallint    NOT NULL CHECK (state IN (1, 2)),
    refusal         text,
    refusal_values  jsonb,
    narrative       text        NOT NULL,
    detail          jsonb       NOT NULL,
    uses            jsonb,
    PRIMARY KEY (id),
    CHECK ((state = 2) = (refusal IS NOT NULL))
) PARTITION BY RANGE (id);

CREATE INDEX operation_group ON operation (group_id) WHERE group_id IS NOT NULL;

CREATE TABLE transfer (
    operation_id    uuid        NOT NULL,
    index           smallint    NOT NULL,
    at              timestamptz NOT NULL,
    -- 1 post, 2 hold, 3 capture, 4 release, 5 expire
    kind            smallint    NOT NULL CHECK (kind BETWEEN 1 AND 5),
    code            smallint    NOT NULL,
    debit           uuid        NOT NULL,
    credit          uuid        NOT NULL,
    amount          bigint      NOT NULL CHECK (amount > 0),
    hold_id         uuid,
    -- credits less debits, posted, of either account after this transfer; and what it then had held
    debit_balance   bigint      NOT NULL,
    debit_held      bigint      NOT NULL,
    credit_balance  bigint      NOT NULL,
    credit_held     bigint      NOT NULL,
    PRIMARY KEY (operation_id, index),
    CHECK (debit <> credit),
    CHECK ((kind = 1) = (hold_id IS NULL))
) PARTITION BY RANGE (operation_id);

CREATE INDEX transfer_debit ON transfer (debit, at);
CREATE INDEX transfer_credit ON transfer (credit, at);

CREATE TABLE hold (
    id              uuid        PRIMARY KEY,
    operation_id    uuid        NOT NULL,
    debit           uuid        NOT NULL REFERENCES account (id),
    credit          uuid        NOT NULL REFERENCES account (id),
    amount          bigint      NOT NULL CHECK (amount > 0),
    code            smallint    NOT NULL,
    at              timestamptz NOT NULL,
    expires_at      timestamptz,
    -- 1 open, 2 captured, 3 released, 4 expired
    state           smallint    NOT NULL CHECK (state BETWEEN 1 AND 4),
    captured        bigint      NOT NULL CHECK (captured BETWEEN 0 AND amount),
    ended_by        uuid,
    CHECK ((state = 1) = (ended_by IS NULL))
);

CREATE INDEX hold_due ON hold (expires_at) WHERE state = 1;
CREATE INDEX hold_open ON hold (debit, at) WHERE state = 1;

CREATE TABLE limit_counter (
    limit_id        uuid        NOT NULL,
    subject         uuid        NOT NULL,
    -- the first second of the window, since 1970
    window_start    bigint      NOT NULL,
    used            bigint      NOT NULL CHECK (used >= 0),
    PRIMARY KEY (limit_id, subject, window_start)
) WITH (fillfactor = 50);

CREATE TABLE operation_ref (
    scheme          text        NOT NULL,
    reference       text        NOT NULL,
    operation_id    uuid        NOT NULL,
    exclusive       boolean     NOT NULL,
    PRIMARY KEY (scheme, reference, operation_id)
);

CREATE UNIQUE INDEX operation_ref_exclusive ON operation_ref (scheme, reference) WHERE exclusive;
CREATE INDEX operation_ref_operation ON operation_ref (operation_id);
