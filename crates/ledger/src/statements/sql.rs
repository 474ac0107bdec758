use kernel::{AccountId, Moment, OperationId, Result};
use serde_json::Value;
use sqlx::PgPool;
use store::broken;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Filter, Line, Position};
use crate::engine::rows;

struct LineRow {
    operation_id: Uuid,
    index: i16,
    at: OffsetDateTime,
    kind: String,
    code: i16,
    account: Uuid,
    other: Uuid,
    asset: i16,
    amount: i64,
    balance: i64,
    detail: Value,
}

impl LineRow {
    fn into_line(self) -> Result<Line> {
        Ok(Line {
            operation: OperationId::from_uuid(self.operation_id),
            index: self.index,
            at: Moment::from(self.at),
            kind: self.kind,
            code: self.code,
            account: AccountId::from_uuid(self.account),
            other: AccountId::from_uuid(self.other),
            asset: rows::asset(self.asset)?,
            amount: self.amount,
            balance: self.balance,
            detail: self.detail,
        })
    }
}

/// Each side of each account is read in the order of its own index and cut at the page's length;
/// only those few lines are then put in order together.
pub async fn lines(
    pool: &PgPool,
    accounts: &[AccountId],
    filter: &Filter,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Line>> {
    let ids: Vec<Uuid> = accounts.iter().map(|a| a.uuid()).collect();
    let pattern = filter.text.as_deref().map(contains);
    sqlx::query_as!(
        LineRow,
        r#"SELECT l.operation_id AS "operation_id!", l.index AS "index!", l.at AS "at!",
                  l.kind AS "kind!", l.code AS "code!", l.account AS "account!",
                  l.other AS "other!", l.asset AS "asset!", l.amount AS "amount!",
                  l.balance AS "balance!", l.detail AS "detail!"
           FROM account a
           CROSS JOIN LATERAL (
               (SELECT t.operation_id, t.index, t.at, o.kind, t.code, t.debit AS account,
                       t.credit AS other, a.asset, -t.amount AS amount,
                       t.debit_balance AS balance, o.detail
                FROM transfer t JOIN operation o ON o.id = t.operation_id
                WHERE t.debit = a.id AND t.kind IN (1, 3)
                  AND ($2::timestamptz IS NULL OR t.at >= $2)
                  AND ($3::timestamptz IS NULL OR t.at < $3)
                  AND ($4::boolean IS NULL OR NOT $4)
                  AND ($5::text IS NULL OR o.kind = $5)
                  AND ($6::bigint IS NULL OR t.amount >= $6)
                  AND ($7::bigint IS NULL OR t.amount <= $7)
                  AND ($8::text IS NULL OR o.narrative ILIKE $8)
                  AND t.at <= COALESCE($9::timestamptz, 'infinity')
                  AND ($9::timestamptz IS NULL OR t.at < $9 OR (t.at = $9 AND t.debit < $10))
                ORDER BY t.at DESC LIMIT $11)
               UNION ALL
               (SELECT t.operation_id, t.index, t.at, o.kind, t.code, t.credit AS account,
                       t.debit AS other, a.asset, t.amount AS amount,
                       t.credit_balance AS balance, o.detail
                FROM transfer t JOIN operation o ON o.id = t.operation_id
                WHERE t.credit = a.id AND t.kind IN (1, 3)
                  AND ($2::timestamptz IS NULL OR t.at >= $2)
                  AND ($3::timestamptz IS NULL OR t.at < $3)
                  AND ($4::boolean IS NULL OR $4)
                  AND ($5::text IS NULL OR o.kind = $5)
                  AND ($6::bigint IS NULL OR t.amount >= $6)
                  AND ($7::bigint IS NULL OR t.amount <= $7)
                  AND ($8::text IS NULL OR o.narrative ILIKE $8)
                  AND t.at <= COALESCE($9::timestamptz, 'infinity')
                  AND ($9::timestamptz IS NULL OR t.at < $9 OR (t.at = $9 AND t.credit < $10))
                ORDER BY t.at DESC LIMIT $11)
           ) l
           WHERE a.id = ANY($1)
           ORDER BY l.at DESC, l.account DESC
           LIMIT $11"#,
        &ids,
        filter.from.map(Moment::datetime),
        filter.to.map(Moment::datetime),
        filter.incoming,
        filter.kind,
        filter.min,
        filter.max,
        pattern,
        after.map(|p| p.at.datetime()),
        after.map(|p| p.account.uuid()),
        limit
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading the lines of accounts"))?
    .into_iter()
    .map(LineRow::into_line)
    .collect()
}

/// The pattern of "contains this text", with the text's own wildcards taken literally.
fn contains(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len().saturating_add(2));
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Posted transfers of a period, oldest first; one more than `limit` when there are more.
pub async fn period(
    pool: &PgPool,
    account: AccountId,
    (from, to): (Moment, Moment),
    limit: i64,
) -> Result<Vec<Line>> {
    sqlx::query_as!(
        LineRow,
        r#"SELECT l.operation_id AS "operation_id!", l.index AS "index!", l.at AS "at!",
                  o.kind AS "kind!", l.code AS "code!", l.account AS "account!",
                  l.other AS "other!", a.asset AS "asset!", l.amount AS "amount!",
                  l.balance AS "balance!", o.detail AS "detail!"
           FROM (
               SELECT operation_id, index, at, code, debit AS account, credit AS other,
                      -amount AS amount, debit_balance AS balance
               FROM transfer WHERE debit = $1 AND at >= $2 AND at < $3 AND kind IN (1, 3)
               UNION ALL
               SELECT operation_id, index, at, code, credit, debit, amount, credit_balance
               FROM transfer WHERE credit = $1 AND at >= $2 AND at < $3 AND kind IN (1, 3)
               ORDER BY at LIMIT $4::bigint + 1
           ) l
           JOIN operation o ON o.id = l.operation_id
           JOIN account a ON a.id = l.account
           ORDER BY l.at"#,
        account.uuid(),
        from.datetime(),
        to.datetime(),
        limit
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading a statement"))?
    .into_iter()
    .map(LineRow::into_line)
    .collect()
}

pub async fn balance_at(pool: &PgPool, account: AccountId, at: Moment) -> Result<i64> {
    let balance = sqlx::query_scalar!(
        r#"SELECT balance AS "balance!" FROM (
               (SELECT at, debit_balance AS balance FROM transfer
                WHERE debit = $1 AND at <= $2 ORDER BY at DESC LIMIT 1)
               UNION ALL
               (SELECT at, credit_balance FROM transfer
                WHERE credit = $1 AND at <= $2 ORDER BY at DESC LIMIT 1)
           ) last ORDER BY at DESC LIMIT 1"#,
        account.uuid(),
        at.datetime()
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a balance at a moment"))?;
    Ok(balance.unwrap_or(0))
}
