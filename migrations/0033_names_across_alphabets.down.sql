DROP INDEX customer_first_name;
DROP INDEX customer_last_name;

CREATE OR REPLACE FUNCTION comparable_name(name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(lower(name), U&'\02BB\02BC\2018\2019''`\00B4', '');

CREATE INDEX customer_last_name ON customer (comparable_name(last_name) text_pattern_ops);
CREATE INDEX customer_first_name ON customer (comparable_name(first_name) text_pattern_ops);
