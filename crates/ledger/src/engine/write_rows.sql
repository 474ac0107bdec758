-- What every batch writes, in one statement.
WITH operations AS (
    INSERT INTO operation (id, at, kind, group_id, initiator_kind, initiator, request_hash, state,
        refusal, refusal_values, narrative, detail, uses)
    SELECT id, at, kind, group_id, initiator_kind, initiator, request_hash, state,
        refusal, refusal_values::jsonb, narrative, detail::jsonb, uses::jsonb
    FROM UNNEST($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::smallint[], $6::uuid[],
        $7::bytea[], $8::smallint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
      AS u (id, at, kind, group_id, initiator_kind, initiator, request_hash, state,
        refusal, refusal_values, narrative, detail, uses)
),
events AS (
    INSERT INTO outbox (at, kind, subject)
    SELECT at, CASE state WHEN 2 THEN kind || '.refused' ELSE kind END, id
    FROM UNNEST($1::uuid[], $2::timestamptz[], $3::text[], $8::smallint[])
      AS u (id, at, kind, state)
),
transfers AS (
    INSERT INTO transfer (operation_id, index, at, kind, code, debit, credit, amount, hold_id,
        debit_balance, debit_held, credit_balance, credit_held)
    SELECT * FROM UNNEST($14::uuid[], $15::smallint[], $16::timestamptz[], $17::smallint[],
        $18::smallint[], $19::uuid[], $20::uuid[], $21::bigint[], $22::uuid[], $23::bigint[],
        $24::bigint[], $25::bigint[], $26::bigint[])
),
totals AS (
    UPDATE account a
    SET status = u.status, debits_posted = u.debits_posted, credits_posted = u.credits_posted,
        debits_pending = u.debits_pending, credits_pending = u.credits_pending, last_at = u.last_at
    FROM UNNEST($27::uuid[], $28::smallint[], $29::bigint[], $30::bigint[], $31::bigint[],
        $32::bigint[], $33::timestamptz[])
      AS u (id, status, debits_posted, credits_posted, debits_pending, credits_pending, last_at)
    WHERE a.id = u.id
    RETURNING 1
)
SELECT count(*) AS "updated!" FROM totals
