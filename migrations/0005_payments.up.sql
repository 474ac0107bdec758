-- The order number that was given out last under a client code: the end of an account number.
-- A number that was taken and then not used stays unused, because numbers are never given twice.
CREATE TABLE account_order_number (
    client_code int      PRIMARY KEY REFERENCES customer (client_code),
    last        smallint NOT NULL CHECK (last BETWEEN 1 AND 999)
);
