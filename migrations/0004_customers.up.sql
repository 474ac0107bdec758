-- Who the client is. The id is the user's; the phone stands with the user only.

-- The eight digits of the client in account numbers.
CREATE SEQUENCE customer_client_code AS int START 10000001 MINVALUE 10000001 MAXVALUE 99999999;

CREATE TABLE customer (
    id          uuid        PRIMARY KEY REFERENCES auth_user,
    first_name  text        NOT NULL CHECK (char_length(first_name) BETWEEN 1 AND 60),
    last_name   text        NOT NULL CHECK (char_length(last_name) BETWEEN 1 AND 60),
    birth_date  date        NOT NULL,
    lang        text        NOT NULL CHECK (lang IN ('uz', 'ru', 'en')),
    client_code int         NOT NULL UNIQUE DEFAULT nextval('customer_client_code')
                            CHECK (client_code BETWEEN 10000001 AND 99999999),
    status      text        NOT NULL CHECK (status IN ('active', 'closed')),
    created_at  timestamptz NOT NULL
);
ALTER SEQUENCE customer_client_code OWNED BY customer.client_code;
