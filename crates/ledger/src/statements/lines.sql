-- Posted transfers of accounts ($1) as these accounts see them, newest first, $11 at most. The two
-- sides differ in whose balance and name are whose.
--
-- $2 from, $3 to, $4 incoming, $5 kinds, $6 least and $7 largest amount, $8 pattern of the text,
-- $9 and $10 moment and account of the line before, $12 between own accounts, $13 label, $14 codes
-- that take no label, $15 codes that count as labelled so when they go out, $16 or all but these,
-- $17 and $18 the same for what comes in.
SELECT l.operation_id AS "operation_id!", l.index AS "index!", l.at AS "at!",
       l.kind AS "kind!", l.code AS "code!", l.account AS "account!",
       l.other AS "other!", l.asset AS "asset!", l.amount AS "amount!",
       l.balance AS "balance!", l.detail AS "detail!", l.own AS "own!",
       l.label AS "label?"
FROM account a
CROSS JOIN LATERAL (
    (SELECT t.operation_id, t.index, t.at, o.kind, t.code, t.debit AS account,
            t.credit AS other, a.asset, -t.amount AS amount,
            t.debit_balance AS balance, o.detail, x.own, n.label
     FROM transfer t
     JOIN operation o ON o.id = t.operation_id
     CROSS JOIN LATERAL (
         SELECT EXISTS (SELECT FROM account b
                        WHERE b.id = t.credit AND b.owner = a.owner) AS own
     ) x
     LEFT JOIN operation_label n
            ON n.owner = a.owner AND n.operation_id = t.operation_id
     WHERE t.debit = a.id AND t.kind IN (1, 3)
       AND t.at >= COALESCE($2::timestamptz, '-infinity')
       AND t.at < COALESCE($3::timestamptz, 'infinity')
       AND t.at <= COALESCE($9::timestamptz, 'infinity')
       AND ($9::timestamptz IS NULL OR t.at < $9 OR (t.at = $9 AND t.debit < $10))
       AND ($4::boolean IS NULL OR NOT $4)
       AND ($5::text[] IS NULL OR o.kind = ANY($5))
       AND ($6::bigint IS NULL OR t.amount >= $6)
       AND ($7::bigint IS NULL OR t.amount <= $7)
       AND ($12::boolean IS NULL OR x.own = $12)
       AND ($13::smallint IS NULL
            OR (t.code = ANY($15::smallint[])) <> $16::boolean
            OR t.operation_id IN (SELECT m.operation_id FROM operation_label m
                                  WHERE m.owner = a.owner AND m.label = $13))
       AND ($13 IS NULL OR CASE
           WHEN n.label IS NULL OR t.code = ANY($14::smallint[])
           THEN (t.code = ANY($15)) <> $16
           ELSE n.label = $13 END)
       AND ($8::text IS NULL OR (o.narrative ILIKE $8 AND CASE
           WHEN strpos(o.narrative, E'\n') = 0 THEN true
           ELSE (split_part(o.narrative, E'\n', 2) ILIKE $8 AND NOT x.own)
                OR split_part(o.narrative, E'\n', 3) ILIKE $8 END))
     ORDER BY t.at DESC LIMIT $11)
    UNION ALL
    (SELECT t.operation_id, t.index, t.at, o.kind, t.code, t.credit AS account,
            t.debit AS other, a.asset, t.amount AS amount,
            t.credit_balance AS balance, o.detail, x.own, n.label
     FROM transfer t
     JOIN operation o ON o.id = t.operation_id
     CROSS JOIN LATERAL (
         SELECT EXISTS (SELECT FROM account b
                        WHERE b.id = t.debit AND b.owner = a.owner) AS own
     ) x
     LEFT JOIN operation_label n
            ON n.owner = a.owner AND n.operation_id = t.operation_id
     WHERE t.credit = a.id AND t.kind IN (1, 3)
       AND t.at >= COALESCE($2::timestamptz, '-infinity')
       AND t.at < COALESCE($3::timestamptz, 'infinity')
       AND t.at <= COALESCE($9::timestamptz, 'infinity')
       AND ($9::timestamptz IS NULL OR t.at < $9 OR (t.at = $9 AND t.credit < $10))
       AND ($4::boolean IS NULL OR $4)
       AND ($5::text[] IS NULL OR o.kind = ANY($5))
       AND ($6::bigint IS NULL OR t.amount >= $6)
       AND ($7::bigint IS NULL OR t.amount <= $7)
       AND ($12::boolean IS NULL OR x.own = $12)
       AND ($13::smallint IS NULL
            OR (t.code = ANY($17::smallint[])) <> $18::boolean
            OR t.operation_id IN (SELECT m.operation_id FROM operation_label m
                                  WHERE m.owner = a.owner AND m.label = $13))
       AND ($13 IS NULL OR CASE
           WHEN n.label IS NULL OR t.code = ANY($14::smallint[])
           THEN (t.code = ANY($17)) <> $18
           ELSE n.label = $13 END)
       AND ($8::text IS NULL OR (o.narrative ILIKE $8 AND CASE
           WHEN strpos(o.narrative, E'\n') = 0 THEN true
           ELSE (split_part(o.narrative, E'\n', 1) ILIKE $8 AND NOT x.own)
                OR split_part(o.narrative, E'\n', 3) ILIKE $8 END))
     ORDER BY t.at DESC LIMIT $11)
) l
WHERE a.id = ANY($1)
ORDER BY l.at DESC, l.account DESC
LIMIT $11
