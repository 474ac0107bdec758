DROP TABLE rate_counter;
DROP TABLE job;
DROP TABLE outbox_cursor;
DROP TABLE outbox;
