use std::collections::HashMap;

use kernel::{AccountId, Moment, OperationId, Result, Secret};
use payments::refunds;
use payments::transfers::rules::KIND as TRANSFER;
use sqlx::{Connection, PgConnection};
use store::{Store, broken};

/// Drops a database of a bench. The name is one of the bench's own constants.
pub async fn drop_database(url: &Secret<String>, name: &str) -> Result<()> {
    let doing = "dropping a bench's database";
    let mut conn = PgConnection::connect(url.expose()).await.map_err(broken(doing))?;
    let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(&mut conn)
        .await
        .map_err(broken(doing))?;
    Ok(())
}

/// Bytes that the ledger's tables and indexes take on disk.
pub async fn ledger_bytes(store: &Store) -> Result<u64> {
    let bytes = sqlx::query_scalar!(
        r#"SELECT COALESCE(sum(pg_total_relation_size(c.oid)), 0)::bigint AS "bytes!"
           FROM pg_class c
           WHERE c.relkind IN ('r', 't')
             AND (c.relname IN ('account', 'hold', 'limit_counter', 'operation_ref', 'outbox')
                  OR c.relispartition)"#
    )
    .fetch_one(store.pool())
    .await
    .map_err(broken("measuring the ledger's tables"))?;
    Ok(bytes.unsigned_abs())
}

/// Whether each operation of a kind is posted (or refused).
pub async fn outcomes(store: &Store, kind: &str) -> Result<HashMap<OperationId, bool>> {
    let rows =
        sqlx::query!(r#"SELECT id, state = 1 AS "posted!" FROM operation WHERE kind = $1"#, kind)
            .fetch_all(store.pool())
            .await
            .map_err(broken("reading the outcomes of operations"))?;
    Ok(rows.into_iter().map(|r| (OperationId::from_uuid(r.id), r.posted)).collect())
}

/// Transfers that were posted not long after a moment.
pub async fn transfers_since(store: &Store, from: Moment, most: i64) -> Result<Vec<OperationId>> {
    // An id of a client begins with the time.
    let first = store::partitions::lower_bound(from);
    let ids = sqlx::query_scalar::<_, uuid::Uuid>(
        "SELECT id FROM operation WHERE id >= $1 AND kind = $2 AND state = 1 ORDER BY id LIMIT $3",
    )
    .bind(first)
    .bind(TRANSFER)
    .bind(most)
    .fetch_all(store.pool())
    .await
    .map_err(broken("finding transfers to give back"))?;
    Ok(ids.into_iter().map(OperationId::from_uuid).collect())
}

/// What refunds added to each account, and how many there were.
pub async fn given_back(store: &Store) -> Result<(HashMap<AccountId, i64>, usize)> {
    let rows = sqlx::query_as::<_, (uuid::Uuid, i64)>(
        "SELECT account, sum(change)::bigint FROM (
             SELECT t.credit AS account, t.amount AS change FROM transfer t
             JOIN operation o ON o.id = t.operation_id WHERE o.kind = $1
             UNION ALL
             SELECT t.debit, -t.amount FROM transfer t
             JOIN operation o ON o.id = t.operation_id WHERE o.kind = $1
         ) sides GROUP BY account",
    )
    .bind(refunds::KIND)
    .fetch_all(store.pool())
    .await
    .map_err(broken("adding up what was given back"))?;
    let count = outcomes(store, refunds::KIND).await?.values().filter(|posted| **posted).count();
    let changes = rows.into_iter().map(|(id, change)| (AccountId::from_uuid(id), change));
    Ok((changes.collect(), count))
}

/// What must not be of limits and refunds, by the operations alone.
const AGAINST_LIMITS: [(&str, &str); 2] = [
    (
        "more of a part was given back than was paid",
        "WITH back AS (
             SELECT substr(r.reference, 4)::uuid AS of, t.code - 5 AS code, sum(t.amount) AS amount
             FROM operation_ref r JOIN transfer t ON t.operation_id = r.operation_id
             WHERE r.scheme = 'refund' GROUP BY 1, 2)
         SELECT b.of::text || '/' || b.code FROM back b
         LEFT JOIN transfer p ON p.operation_id = b.of AND p.code = b.code
         WHERE b.amount > COALESCE(p.amount, 0)",
    ),
    // All of a customer's operations touch one account of theirs, so their moments order them.
    // A rolling window is longer than a run, so all that it holds counts together.
    (
        "a limit was passed, or more was given back than was used",
        "WITH counted AS (
             SELECT o.id, o.at, u ->> 'limit' AS l, u ->> 'subject' AS s,
                    (u ->> 'amount')::numeric AS amount, (u ->> 'ceiling')::numeric AS ceiling,
                    CASE WHEN u ->> 'window_oldest' = u ->> 'window_start'
                         THEN u ->> 'window_start' ELSE '' END AS part
             FROM operation o, jsonb_array_elements(o.uses) u
             WHERE o.state = 1 AND o.uses IS NOT NULL),
         running AS (
             SELECT *, sum(amount) OVER (PARTITION BY l, s, part ORDER BY at, id) AS used
             FROM counted)
         SELECT l || '/' || s || ' by ' || id FROM running
         WHERE used < 0 OR (amount > 0 AND used > ceiling)",
    ),
];

/// Where limits or refunds are not as they must be, each with an example.
pub async fn against_limits(store: &Store) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (rule, query) in AGAINST_LIMITS {
        let found = sqlx::query_scalar::<_, String>(query)
            .fetch_all(store.pool())
            .await
            .map_err(broken("adding up what was used of limits"))?;
        wrong.extend(found.into_iter().take(100).map(|subject| format!("{rule}: {subject}")));
    }
    Ok(wrong)
}
