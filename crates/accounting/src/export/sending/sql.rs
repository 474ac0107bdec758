use kernel::{AccountNumber, Error, Moment, Money, OperationId, Result};
use sqlx::{Connection, PgConnection, PgPool};
use store::{Store, Tx, broken};
use time::Date;
use uuid::Uuid;

use super::UnderWay;
use crate::chart::Sides;
use crate::export::sql::{account, asset};
use crate::ports::{Document, Opening, Verdict};
use crate::{BatchId, DocumentId};

/// Who holds it sends; see [`turn`].
const SENDER_LOCK: i64 = 0x006f_6b74_6f73_6e64;

/// Whoever sends, so that two nodes do not send the same.
pub struct Turn(PgConnection);

/// The turn to send, unless another node has it. Held on a connection of its own: dropping it, or
/// losing it, ends the turn.
pub async fn turn(store: &Store) -> Result<Option<Turn>> {
    const DOING: &str = "taking the turn to send to the core banking system";
    let options = store.pool().connect_options();
    let mut conn = PgConnection::connect_with(&options).await.map_err(broken(DOING))?;
    let held = sqlx::query_scalar!(r#"SELECT pg_try_advisory_lock($1) AS "held!""#, SENDER_LOCK)
        .fetch_one(&mut conn)
        .await
        .map_err(broken(DOING))?;
    Ok(held.then_some(Turn(conn)))
}

impl Turn {
    /// Breaks when the turn was lost.
    pub async fn check(&mut self) -> Result<()> {
        self.0.ping().await.map_err(broken("keeping the turn to send to the core banking system"))
    }
}

/// Accounts that the core banking system has not opened yet, in the order of their ids.
pub async fn waiting_accounts(pool: &PgPool, limit: i64) -> Result<Vec<Opening>> {
    let rows = sqlx::query!(
        "SELECT number, asset, opened_on FROM abs_account WHERE state = 1
         ORDER BY account_id LIMIT $1",
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading accounts for the core banking system"))?;
    let opening = |row: (String, i16, Date)| -> Result<Opening> {
        let (number, numeric, opened_on) = row;
        let number = number.parse().map_err(|()| Error::invariant("a number is malformed"))?;
        Ok(Opening { number, asset: asset(numeric)?, opened_on: opened_on.into() })
    };
    rows.into_iter().map(|row| opening((row.number, row.asset, row.opened_on))).collect()
}

/// Keeps what the core banking system said of accounts.
#[expect(clippy::as_conversions, reason = "tells the checked query that elements may be null")]
pub async fn accounts_answered(pool: &PgPool, verdicts: &[Verdict<AccountNumber>]) -> Result<u64> {
    let numbers: Vec<String> = verdicts.iter().map(|v| v.of.to_string()).collect();
    let reasons: Vec<Option<String>> = verdicts.iter().map(|v| v.refusal.clone()).collect();
    sqlx::query!(
        "UPDATE abs_account SET reason = v.reason,
                state = CASE WHEN v.reason IS NULL THEN 2 ELSE 3 END
         FROM UNNEST($1::text[], $2::text[]) AS v (number, reason)
         WHERE abs_account.number = v.number AND abs_account.state = 1",
        &numbers,
        &reasons as &[Option<String>],
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected())
    .map_err(broken("keeping which accounts the core banking system opened"))
}

/// The batch that is not settled yet.
pub async fn under_way(pool: &PgPool) -> Result<Option<UnderWay>> {
    let row = sqlx::query!("SELECT id, state FROM abs_batch WHERE state <> 3")
        .fetch_optional(pool)
        .await
        .map_err(broken("asking which batch is under way"))?;
    Ok(row.map(|row| UnderWay { id: BatchId::from_uuid(row.id), unknown: row.state == 2 }))
}

/// Forms a batch of the documents that are next, and says how many they are. None while an account
/// waits to be opened: they may name it. Breaks when another batch is under way.
pub async fn form(pool: &PgPool, id: BatchId, now: Moment, limit: i64) -> Result<i64> {
    sqlx::query_scalar!(
        r#"WITH next AS (
               SELECT id FROM abs_document
               WHERE state = 1 AND NOT EXISTS (SELECT FROM abs_account WHERE state = 1)
               ORDER BY seq LIMIT $3
           ), formed AS (
               INSERT INTO abs_batch (id, state, documents, formed_at)
               SELECT $1, 1, count(*), $2 FROM next HAVING count(*) > 0
           ), taken AS (
               UPDATE abs_document SET state = 2, batch = $1 WHERE id IN (SELECT id FROM next)
               RETURNING 1
           )
           SELECT count(*) AS "count!" FROM taken"#,
        id.uuid(),
        now.datetime(),
        limit,
    )
    .fetch_one(pool)
    .await
    .map_err(broken("forming a batch for the core banking system"))
}

/// The documents of a batch, in its order.
pub async fn documents(pool: &PgPool, batch: BatchId) -> Result<Vec<Document>> {
    let rows = sqlx::query!(
        r#"SELECT id, operation_id, day, product, leg, amount, asset, debit AS "debit!",
                  credit AS "credit!", purpose
           FROM abs_document WHERE batch = $1 AND state = 2 ORDER BY seq"#,
        batch.uuid(),
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading the documents of a batch"))?;
    rows.into_iter()
        .map(|row| -> Result<Document> {
            Ok(Document {
                id: DocumentId::from_uuid(row.id),
                day: row.day.into(),
                sides: Sides { debit: account(&row.debit)?, credit: account(&row.credit)? },
                amount: Money::new(row.amount, asset(row.asset)?),
                product: row.product,
                leg: row.leg,
                operation: row.operation_id.map(OperationId::from_uuid),
                purpose: row.purpose,
            })
        })
        .collect()
}

/// A batch is about to leave: from here on nobody knows what came of it.
pub async fn leaves(pool: &PgPool, batch: BatchId) -> Result<()> {
    sqlx::query!(
        "UPDATE abs_batch SET state = 2, attempts = attempts + 1 WHERE id = $1 AND state <> 3",
        batch.uuid(),
    )
    .execute(pool)
    .await
    .map(|_| ())
    .map_err(broken("keeping that a batch leaves"))
}

/// What went wrong with a batch; `left` says whether it may have arrived all the same.
pub async fn failed(pool: &PgPool, batch: BatchId, (why, left): (&str, bool)) -> Result<()> {
    sqlx::query!(
        "UPDATE abs_batch SET last_error = $2, state = CASE WHEN $3 THEN 2 ELSE 1 END
         WHERE id = $1 AND state <> 3",
        batch.uuid(),
        why,
        left,
    )
    .execute(pool)
    .await
    .map(|_| ())
    .map_err(broken("keeping what went wrong with a batch"))
}

/// Keeps the verdict on every document of a batch, and that the batch is settled.
#[expect(clippy::as_conversions, reason = "tells the checked query that elements may be null")]
pub async fn settle(
    tx: &mut Tx,
    batch: BatchId,
    verdicts: &[Verdict<DocumentId>],
    now: Moment,
) -> Result<()> {
    const DOING: &str = "settling a batch";
    let ids: Vec<Uuid> = verdicts.iter().map(|v| v.of.uuid()).collect();
    let reasons: Vec<Option<String>> = verdicts.iter().map(|v| v.refusal.clone()).collect();
    let done = sqlx::query!(
        "UPDATE abs_batch SET state = 3, done_at = $2, last_error = NULL
         WHERE id = $1 AND state <> 3",
        batch.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map_err(broken(DOING))?;
    if done.rows_affected() == 0 {
        // Another node read the same answer.
        return Ok(());
    }
    sqlx::query!(
        "UPDATE abs_document SET reason = v.reason,
                state = CASE WHEN v.reason IS NULL THEN 3 ELSE 4 END
         FROM UNNEST($2::uuid[], $3::text[]) AS v (id, reason)
         WHERE abs_document.id = v.id AND abs_document.batch = $1 AND abs_document.state = 2",
        batch.uuid(),
        &ids,
        &reasons as &[Option<String>],
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken(DOING))
}
