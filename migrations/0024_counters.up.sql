-- A counter is one row for ever: it holds its latest window and, as far as they still matter, those
-- before it. Of what was counted before, the latest window of each is kept.
DELETE FROM limit_counter c USING limit_counter later
WHERE later.limit_id = c.limit_id AND later.subject = c.subject
  AND later.window_start > c.window_start;
ALTER TABLE limit_counter DROP CONSTRAINT limit_counter_pkey;
ALTER TABLE limit_counter ADD PRIMARY KEY (limit_id, subject);
-- the parts before, as start:used with commas between, oldest first
ALTER TABLE limit_counter ADD COLUMN earlier text NOT NULL DEFAULT '';
