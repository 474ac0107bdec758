ALTER TABLE limit_counter DROP COLUMN earlier;
ALTER TABLE limit_counter DROP CONSTRAINT limit_counter_pkey;
ALTER TABLE limit_counter ADD PRIMARY KEY (limit_id, subject, window_start);
