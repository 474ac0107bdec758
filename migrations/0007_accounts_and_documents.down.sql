-- A paper that somebody holds cannot be verified without its row. Former names are needed with it.
DO $$
BEGIN
    IF EXISTS (SELECT FROM statement_document) THEN
        RAISE EXCEPTION 'documents were issued: they must stay verifiable';
    END IF;
    IF EXISTS (SELECT FROM customer_former_name) THEN
        RAISE EXCEPTION 'customers were renamed: their former names must stay known';
    END IF;
END $$;
DROP TABLE statement_document;
DROP TABLE customer_former_name;
DROP TABLE account_name;
