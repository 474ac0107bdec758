-- The new totals of what a batch read: accounts, then counters, then counters that it began.
WITH accounts AS (
    UPDATE account a
    SET status = u.status, debits_posted = u.debits_posted, credits_posted = u.credits_posted,
        debits_pending = u.debits_pending, credits_pending = u.credits_pending,
        last_at = u.last_at
    FROM UNNEST($1::uuid[], $2::smallint[], $3::timestamptz[], $4::smallint[], $5::bigint[],
            $6::bigint[], $7::bigint[], $8::bigint[], $9::timestamptz[])
        AS u (id, read_status, read_at, status, debits_posted, credits_posted, debits_pending,
            credits_pending, last_at)
    WHERE a.id = u.id AND a.last_at = u.read_at AND a.status = u.read_status
    RETURNING 1
),
counters AS (
    UPDATE limit_counter c
    SET window_start = u.start, used = u.used, earlier = u.earlier
    FROM UNNEST($10::uuid[], $11::uuid[], $12::bigint[], $13::bigint[], $14::text[], $15::bigint[],
            $16::bigint[], $17::text[])
        AS u (l, s, read_start, read_used, read_earlier, start, used, earlier)
    WHERE c.limit_id = u.l AND c.subject = u.s AND c.window_start = u.read_start
      AND c.used = u.read_used AND c.earlier = u.read_earlier
    RETURNING 1
),
begun AS (
    INSERT INTO limit_counter (limit_id, subject, window_start, used, earlier)
    SELECT * FROM UNNEST($18::uuid[], $19::uuid[], $20::bigint[], $21::bigint[], $22::text[])
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM accounts) AS "accounts!",
       (SELECT count(*) FROM counters) AS "counters!",
       (SELECT count(*) FROM begun) AS "begun!"
