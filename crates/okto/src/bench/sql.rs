use std::collections::HashMap;

use kernel::{OperationId, Result, Secret};
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
