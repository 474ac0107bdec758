-- What an owner calls an operation, where that differs from what the product says by itself. The
-- label is a number of `payments::Category`. It says nothing about money, so it may be changed.
CREATE TABLE operation_label (
    owner           uuid        NOT NULL,
    operation_id    uuid        NOT NULL,
    label           smallint    NOT NULL CHECK (label BETWEEN 1 AND 14),
    at              timestamptz NOT NULL,
    PRIMARY KEY (owner, operation_id)
);

CREATE INDEX operation_label_of ON operation_label (owner, label);
