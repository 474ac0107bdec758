ALTER TABLE customer_document
    DROP CONSTRAINT customer_document_seen,
    DROP COLUMN verified_by;
