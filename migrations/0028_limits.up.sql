-- Ceilings that were moved for somebody: by themselves, downward, or by the bank for a time. A row
-- is never changed, only taken back before it holds. Of those that hold the last one counts; one
-- without a ceiling gives the limit back as the bank set it.
CREATE TABLE limit_adjustment (
    id         uuid        PRIMARY KEY,
    limit_id   uuid        NOT NULL,
    subject    uuid        NOT NULL,
    moved_by   text        NOT NULL CHECK (moved_by IN ('staff', 'customer')),
    ceiling    bigint      CHECK (ceiling >= 0),
    from_at    timestamptz NOT NULL,
    until_at   timestamptz CHECK (until_at > from_at),
    reason     text        NOT NULL,
    created_at timestamptz NOT NULL,
    dropped_at timestamptz,
    -- the bank moves for a time only
    CHECK (moved_by = 'customer' OR (until_at IS NOT NULL AND ceiling IS NOT NULL))
);
CREATE INDEX limit_adjustment_of ON limit_adjustment (subject, limit_id) WHERE dropped_at IS NULL;
