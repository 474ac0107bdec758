-- Employees find customers by how their names begin. Both names are compared in small letters and
-- without the signs of oʻ, gʻ and the glottal stop, which every keyboard writes otherwise.

CREATE FUNCTION comparable_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(lower(name), U&'\02BB\02BC\2018\2019''`\00B4', '');

CREATE INDEX customer_last_name ON customer (comparable_name(last_name) text_pattern_ops);
CREATE INDEX customer_first_name ON customer (comparable_name(first_name) text_pattern_ops);
