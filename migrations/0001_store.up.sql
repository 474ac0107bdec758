-- What the platform itself keeps: events, background jobs and request counters.

-- Events of committed transactions, in the order in which consumers read them. The key is the
-- transaction and then the sequence: a sequence number alone is taken before the commit, so a
-- reader that remembers only the last number it saw would skip a transaction that commits late.
-- Fixed-width columns stand first, so that the row the ledger writes per operation stays narrow.
CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL,
    subject uuid NOT NULL,
    kind text NOT NULL,
    payload jsonb,
    PRIMARY KEY (xid, seq)
);

-- How far each consumer has come. A new consumer begins at the oldest event that is kept.
CREATE TABLE outbox_cursor (
    consumer text PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT '0',
    seq bigint NOT NULL DEFAULT 0
);

CREATE TABLE job (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    queue_key text,
    state text NOT NULL DEFAULT 'ready',
    run_at timestamptz NOT NULL,
    attempts smallint NOT NULL DEFAULT 0,
    max_attempts smallint NOT NULL,
    lease_until timestamptz,
    lease_token uuid,
    last_error text,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT job_state_known CHECK (state IN ('ready', 'running', 'done', 'dead')),
    CONSTRAINT job_attempts_positive CHECK (attempts >= 0 AND max_attempts > 0),
    CONSTRAINT job_lease_while_running CHECK (
        (state = 'running') = (lease_until IS NOT NULL)
        AND (state = 'running') = (lease_token IS NOT NULL)
    ),
    CONSTRAINT job_finish_dated CHECK ((state IN ('done', 'dead')) = (finished_at IS NOT NULL))
);
CREATE INDEX job_ready ON job (run_at, id) WHERE state = 'ready';
CREATE INDEX job_running ON job (lease_until) WHERE state = 'running';
CREATE INDEX job_done ON job (finished_at) WHERE state = 'done';
CREATE INDEX job_dead ON job (finished_at) WHERE state = 'dead';
-- Jobs of one queue run one after another, whatever the runners do.
CREATE UNIQUE INDEX job_one_running_per_queue ON job (queue_key) WHERE state = 'running';

-- How often something was asked in a window of time. The key is a hash: a phone number or an
-- address must not stand here in clear.
CREATE TABLE rate_counter (
    scope text NOT NULL,
    key text NOT NULL,
    window_start timestamptz NOT NULL,
    n integer NOT NULL,
    PRIMARY KEY (scope, key, window_start)
);
CREATE INDEX rate_counter_age ON rate_counter (window_start);
