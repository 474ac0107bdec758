use std::collections::HashMap;

use kernel::{AccountId, AccountNumber, Error, GroupId, HoldId, Moment, OperationId, Result};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor, PgPool};
use store::{Tx, broken};
use time::OffsetDateTime;
use uuid::Uuid;

use super::MAX_GROUP;
use crate::counters::{Counter, CounterKey, Use, Window};
use crate::engine::{CounterRow, HoldRow, read_counters, refusal, rows};
use crate::model::{Account, AccountRecord, Entry, Hold, Principal, Recorded, Transfer};

struct AccountRow {
    id: Uuid,
    number: Option<String>,
    owner: Option<Uuid>,
    asset: i16,
    code: i32,
    balance_rule: i16,
    status: i16,
    debits_posted: i64,
    credits_posted: i64,
    debits_pending: i64,
    credits_pending: i64,
    last_at: OffsetDateTime,
    opened_at: OffsetDateTime,
}

impl AccountRow {
    fn into_record(self) -> Result<AccountRecord> {
        let number = self.number.map(|n| n.parse::<AccountNumber>()).transpose();
        Ok(AccountRecord {
            account: Account {
                id: AccountId::from_uuid(self.id),
                asset: rows::asset(self.asset)?,
                rule: rows::rule(self.balance_rule)?,
                status: rows::status(self.status)?,
                debits_posted: self.debits_posted,
                credits_posted: self.credits_posted,
                debits_pending: self.debits_pending,
                credits_pending: self.credits_pending,
                last_at: Moment::from(self.last_at),
            },
            number: number.map_err(|()| Error::invariant("an account number is malformed"))?,
            owner: self.owner,
            code: self.code,
            opened_at: Moment::from(self.opened_at),
        })
    }
}

pub async fn account(pool: &PgPool, id: AccountId) -> Result<Option<AccountRecord>> {
    sqlx::query_as!(AccountRow, "SELECT * FROM account WHERE id = $1", id.uuid())
        .fetch_optional(pool)
        .await
        .map_err(broken("reading an account"))?
        .map(AccountRow::into_record)
        .transpose()
}

pub async fn accounts_by_ids(
    database: impl PgExecutor<'_>,
    ids: &[AccountId],
) -> Result<Vec<AccountRecord>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    sqlx::query_as!(AccountRow, "SELECT * FROM account WHERE id = ANY($1)", &ids)
        .fetch_all(database)
        .await
        .map_err(broken("reading accounts"))?
        .into_iter()
        .map(AccountRow::into_record)
        .collect()
}

pub async fn accounts_of_all(pool: &PgPool, owners: &[Uuid]) -> Result<Vec<AccountRecord>> {
    sqlx::query_as!(
        AccountRow,
        "SELECT * FROM account WHERE owner = ANY($1) ORDER BY opened_at, id",
        owners
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading the accounts of owners"))?
    .into_iter()
    .map(AccountRow::into_record)
    .collect()
}

pub async fn account_by_number(
    pool: &PgPool,
    number: &AccountNumber,
) -> Result<Option<AccountRecord>> {
    sqlx::query_as!(AccountRow, "SELECT * FROM account WHERE number = $1", number.as_str())
        .fetch_optional(pool)
        .await
        .map_err(broken("reading an account by its number"))?
        .map(AccountRow::into_record)
        .transpose()
}

pub async fn accounts_of(database: impl PgExecutor<'_>, owner: Uuid) -> Result<Vec<AccountRecord>> {
    sqlx::query_as!(
        AccountRow,
        "SELECT * FROM account WHERE owner = $1 ORDER BY opened_at, id",
        owner
    )
    .fetch_all(database)
    .await
    .map_err(broken("reading the accounts of an owner"))?
    .into_iter()
    .map(AccountRow::into_record)
    .collect()
}

pub async fn is_settled(tx: &mut Tx, owner: Uuid) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT NOT EXISTS (
               SELECT FROM account
               WHERE owner = $1 AND (debits_posted <> credits_posted
                   OR debits_pending <> 0 OR credits_pending <> 0)) AS "settled!""#,
        owner,
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("asking whether anything is on accounts"))
}

pub async fn open_holds(pool: &PgPool, account: AccountId) -> Result<Vec<Hold>> {
    sqlx::query_as!(
        HoldRow,
        "SELECT * FROM hold WHERE debit = $1 AND state = 1 ORDER BY at, id LIMIT 1000",
        account.uuid()
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading holds"))?
    .into_iter()
    .map(HoldRow::into_hold)
    .collect()
}

pub async fn hold(pool: &PgPool, id: HoldId) -> Result<Option<Hold>> {
    sqlx::query_as!(HoldRow, "SELECT * FROM hold WHERE id = $1", id.uuid())
        .fetch_optional(pool)
        .await
        .map_err(broken("reading a hold"))?
        .map(HoldRow::into_hold)
        .transpose()
}

/// The counters among these that anything was counted in.
pub async fn counters(pool: &PgPool, keys: &[CounterKey]) -> Result<HashMap<CounterKey, Counter>> {
    let rows = read_counters(pool, keys).await.map_err(broken("reading limit counters"))?;
    rows.into_iter().map(CounterRow::into_counter).collect()
}

pub async fn operation(pool: &PgPool, id: OperationId) -> Result<Option<Recorded>> {
    let mut conn = pool.acquire().await.map_err(broken("reading an operation"))?;
    operation_within(&mut conn, id).await
}

pub async fn operation_within(
    conn: &mut PgConnection,
    id: OperationId,
) -> Result<Option<Recorded>> {
    let row = sqlx::query!(
        "SELECT at, kind, group_id, initiator_kind, initiator, request_hash, refusal,
             refusal_values, detail, uses
         FROM operation WHERE id = $1",
        id.uuid()
    )
    .fetch_optional(&mut *conn)
    .await
    .map_err(broken("reading an operation"))?;
    let Some(row) = row else { return Ok(None) };
    let request_hash = row
        .request_hash
        .try_into()
        .map_err(|_| Error::invariant("a request hash is not 32 bytes"))?;
    Ok(Some(Recorded {
        id,
        at: Moment::from(row.at),
        kind: row.kind,
        group: row.group_id.map(GroupId::from_uuid),
        initiator: Principal { kind: row.initiator_kind, id: row.initiator },
        request_hash,
        refusal: row.refusal.map(|code| refusal(&code, row.refusal_values.as_ref())),
        detail: row.detail,
        uses: row.uses.as_ref().map(uses).transpose()?.unwrap_or_default(),
        entries: entries(conn, id).await?,
    }))
}

async fn entries(conn: &mut PgConnection, id: OperationId) -> Result<Vec<Entry>> {
    let found = sqlx::query!(
        "SELECT at, kind, code, debit, credit, amount, hold_id, debit_balance, debit_held,
             credit_balance, credit_held
         FROM transfer WHERE operation_id = $1 ORDER BY index",
        id.uuid()
    )
    .fetch_all(conn)
    .await
    .map_err(broken("reading the transfers of an operation"))?;
    let mut entries = Vec::with_capacity(found.len());
    for row in found {
        let hold = row.hold_id.map(HoldId::from_uuid);
        entries.push(Entry {
            transfer: Transfer {
                debit: AccountId::from_uuid(row.debit),
                credit: AccountId::from_uuid(row.credit),
                amount: row.amount,
                kind: rows::kind(row.kind, hold)?,
                code: row.code,
            },
            hold,
            at: Moment::from(row.at),
            debit_balance: row.debit_balance,
            debit_held: row.debit_held,
            credit_balance: row.credit_balance,
            credit_held: row.credit_held,
        });
    }
    Ok(entries)
}

fn uses(value: &Value) -> Result<Vec<Use>> {
    let malformed = || Error::invariant("the limit uses of an operation are malformed");
    let read = |u: &Value| {
        let id = |name| u.get(name)?.as_str()?.parse::<Uuid>().ok();
        let number = |name| u.get(name)?.as_i64();
        Some(Use {
            counter: CounterKey { limit: id("limit")?, subject: id("subject")? },
            window: Window {
                start: number("window_start")?,
                // Before there were windows that roll, none was written.
                oldest: number("window_oldest").or_else(|| number("window_start"))?,
            },
            amount: number("amount")?,
            ceiling: number("ceiling")?,
            expected: None,
        })
    };
    value.as_array().ok_or_else(malformed)?.iter().map(|u| read(u).ok_or_else(malformed)).collect()
}

pub async fn operations_of_group(pool: &PgPool, group: GroupId) -> Result<Vec<OperationId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM operation WHERE group_id = $1 ORDER BY at, id LIMIT $2",
        group.uuid(),
        MAX_GROUP
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading the operations of a group"))?;
    Ok(ids.into_iter().map(OperationId::from_uuid).collect())
}

pub async fn operations_by_reference(
    database: impl PgExecutor<'_>,
    scheme: &str,
    reference: &str,
) -> Result<Vec<OperationId>> {
    let ids = sqlx::query_scalar!(
        "SELECT operation_id FROM operation_ref WHERE scheme = $1 AND reference = $2
         ORDER BY operation_id LIMIT $3",
        scheme,
        reference,
        MAX_GROUP
    )
    .fetch_all(database)
    .await
    .map_err(broken("reading the operations of a reference"))?;
    Ok(ids.into_iter().map(OperationId::from_uuid).collect())
}
