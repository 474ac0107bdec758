-- Who saw the document of a customer. Until now nobody could: what says otherwise was made by hand.
UPDATE customer_document SET verified_at = NULL WHERE verified_at IS NOT NULL;
ALTER TABLE customer_document
    ADD COLUMN verified_by uuid REFERENCES staff,
    ADD CONSTRAINT customer_document_seen CHECK ((verified_at IS NULL) = (verified_by IS NULL));
