-- The data keys of subjects (customers, employees), wrapped under the installation's root key. What
-- is sealed for a subject can be read only with its key: deleting the row erases it everywhere, in
-- backups of other tables too.
CREATE TABLE subject_key (
    subject    uuid        PRIMARY KEY,
    wrapped    bytea       CHECK (octet_length(wrapped) = 73),
    created_at timestamptz NOT NULL,
    erased_at  timestamptz,
    CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
);
