DROP INDEX case_file_closed;
ALTER TABLE case_file
    DROP CONSTRAINT case_file_open_has_no_outcome,
    DROP COLUMN note_sealed,
    DROP COLUMN closed_by,
    DROP COLUMN outcome;
