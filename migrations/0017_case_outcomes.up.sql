-- How a case was closed: what came of it, who closed it, and what they noted. The note may name
-- people, so it is sealed under the key of the customer whom the case is about, and goes with it.
ALTER TABLE case_file
    ADD COLUMN outcome text
        CHECK (outcome IN ('confirmed', 'false_alarm', 'no_action', 'unfrozen')),
    ADD COLUMN closed_by uuid REFERENCES staff,
    ADD COLUMN note_sealed bytea,
    ADD CONSTRAINT case_file_open_has_no_outcome CHECK (
        state = 'closed' OR num_nonnulls(outcome, closed_by, note_sealed) = 0
    );
CREATE INDEX case_file_closed ON case_file (closed_at DESC, id DESC) WHERE state = 'closed';
