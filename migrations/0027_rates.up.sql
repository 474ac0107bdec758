-- Exchange rates as they were published, for ever: what was changed by them can be explained years
-- later. They are published for working days; the last one holds until the next.
CREATE TABLE published_rate (
    -- ISO 4217 number, as of an account
    asset   smallint    NOT NULL,
    -- from which it holds
    day     date        NOT NULL,
    -- so many units of the currency
    nominal integer     NOT NULL CHECK (nominal > 0),
    -- are so many millionths of a sum
    rate    bigint      NOT NULL CHECK (rate > 0),
    source  text        NOT NULL,
    read_at timestamptz NOT NULL,
    PRIMARY KEY (asset, day)
);
