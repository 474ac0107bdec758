-- What every batch writes besides the new totals of accounts, in one statement.
WITH operations AS (
    INSERT INTO operation (id, at, kind, group_id, initiator_kind, initiator, request_hash, state,
        refusal, refusal_values, narrative, detail, uses, origin)
    SELECT id, at, kind, group_id, initiator_kind, initiator, request_hash, state,
        refusal, refusal_values::jsonb, narrative, detail::jsonb, uses::jsonb, origin::jsonb
    FROM UNNEST($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::smallint[], $6::uuid[],
        $7::bytea[], $8::smallint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
        $14::text[])
      AS u (id, at, kind, group_id, initiator_kind, initiator, request_hash, state,
        refusal, refusal_values, narrative, detail, uses, origin)
),
events AS (
    INSERT INTO outbox (at, kind, subject)
    SELECT at, CASE state WHEN 2 THEN kind || '.refused' ELSE kind END, id
    FROM UNNEST($1::uuid[], $2::timestamptz[], $3::text[], $8::smallint[])
      AS u (id, at, kind, state)
),
references_ AS (
    INSERT INTO operation_ref (scheme, reference, operation_id, exclusive)
    SELECT * FROM UNNEST($28::text[], $29::text[], $30::uuid[], $31::boolean[])
)
INSERT INTO transfer (operation_id, index, at, kind, code, debit, credit, amount, hold_id,
    debit_balance, debit_held, credit_balance, credit_held)
SELECT * FROM UNNEST($15::uuid[], $16::smallint[], $17::timestamptz[], $18::smallint[],
    $19::smallint[], $20::uuid[], $21::uuid[], $22::bigint[], $23::uuid[], $24::bigint[],
    $25::bigint[], $26::bigint[], $27::bigint[])
