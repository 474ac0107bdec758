-- What a customer calls their accounts, the names they had before, and the documents that the bank
-- vouches for.

CREATE TABLE account_name (
    account uuid PRIMARY KEY REFERENCES account,
    name    text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40)
);

-- The name that each change ended. Documents made under an old name stay explainable, and changes
-- are counted here.
CREATE TABLE customer_former_name (
    customer   uuid        NOT NULL REFERENCES customer,
    until      timestamptz NOT NULL,
    first_name text        NOT NULL,
    last_name  text        NOT NULL,
    PRIMARY KEY (customer, until)
);

-- What the paper says. Rows are never changed: whoever holds the paper compares it with the row,
-- and the bank compares the row with the books.
CREATE TABLE statement_document (
    -- 80 random bits in Crockford's base 32
    code          text        PRIMARY KEY CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{16}$'),
    account       uuid        NOT NULL REFERENCES account,
    customer      uuid        NOT NULL REFERENCES customer,
    -- what the customer asked with: asking twice with it is one document
    key           uuid        NOT NULL,
    issued_at     timestamptz NOT NULL,
    holder        text        NOT NULL,
    holder_masked text        NOT NULL,
    first_day     date        NOT NULL,
    last_day      date        NOT NULL,
    -- Every line of the paper is before this moment and not before the first day. The period may
    -- have gone on after the paper was made.
    lines_until   timestamptz NOT NULL,
    opening       bigint      NOT NULL,
    closing       bigint      NOT NULL,
    credits       bigint      NOT NULL CHECK (credits >= 0),
    debits        bigint      NOT NULL CHECK (debits >= 0),
    line_count    int         NOT NULL CHECK (line_count >= 0),
    lines_hash    bytea       NOT NULL CHECK (octet_length(lines_hash) = 32),
    UNIQUE (customer, key),
    CHECK (first_day <= last_day),
    CHECK (opening + credits - debits = closing)
);
