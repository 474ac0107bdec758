use kernel::{AccountId, Moment, Money, OperationId, Result};
use serde_json::Value;
use sqlx::PgPool;
use store::{Tx, broken};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Filter, Labelled, Line, Outgoing, Past, Position};
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
    own: bool,
    label: Option<i16>,
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
            own: self.own,
            label: self.label,
        })
    }
}

/// Each side of each account is read in the order of its own index and cut at the page's length;
/// only those few lines are then put in order together. The rows that a filter leaves out are read
/// too, so what a label could make of a transfer is asked before anything is joined to it.
pub async fn lines(
    pool: &PgPool,
    accounts: &[AccountId],
    filter: &Filter,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<Line>> {
    let ids: Vec<Uuid> = accounts.iter().map(|a| a.uuid()).collect();
    let pattern = filter.text.as_deref().map(contains);
    let none = Labelled::default();
    let labelled = filter.labelled.as_ref().unwrap_or(&none);
    sqlx::query_file_as!(
        LineRow,
        "src/statements/lines.sql",
        &ids,
        filter.from.map(Moment::datetime),
        filter.to.map(Moment::datetime),
        filter.incoming,
        filter.kinds.as_deref(),
        filter.min,
        filter.max,
        pattern,
        after.map(|p| p.at.datetime()),
        after.map(|p| p.account.uuid()),
        limit,
        filter.own,
        filter.labelled.as_ref().map(|l| l.label),
        &labelled.fixed,
        &labelled.outgoing.codes,
        labelled.outgoing.others,
        &labelled.incoming.codes,
        labelled.incoming.others
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
                  l.balance AS "balance!", o.detail AS "detail!",
                  (b.owner IS NOT NULL AND b.owner = a.owner) AS "own!", n.label AS "label?"
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
           LEFT JOIN account b ON b.id = l.other
           LEFT JOIN operation_label n ON n.owner = a.owner AND n.operation_id = l.operation_id
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

/// Sums by account, so that each fits what a running total of an account fits. One transfer more
/// than `limit` is read when there are more.
pub async fn has_paid(pool: &PgPool, (payer, payee): (Uuid, Uuid), since: Moment) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM transfer t
               WHERE t.debit = ANY (ARRAY (SELECT id FROM account WHERE owner = $1))
                 AND t.credit = ANY (ARRAY (SELECT id FROM account WHERE owner = $2))
                 AND t.at > $3 AND t.kind IN (1, 3)) AS "paid!""#,
        payer,
        payee,
        since.datetime(),
    )
    .fetch_one(pool)
    .await
    .map_err(broken("asking whether somebody paid somebody"))
}

pub async fn outgoings(
    pool: &PgPool,
    owner: Uuid,
    (from, to): (Moment, Moment),
    limit: i64,
) -> Result<Vec<Outgoing>> {
    let rows = sqlx::query!(
        r#"SELECT l.account AS "account!", l.asset AS "asset!", l.code AS "code!",
                  n.label AS "label?", sum(l.amount)::bigint AS "amount!",
                  count(*) AS "transfers!"
           FROM (
               SELECT t.operation_id, t.debit AS account, a.asset, t.code, t.amount
               FROM account a
               JOIN transfer t ON t.debit = a.id
               WHERE a.owner = $1 AND t.kind IN (1, 3) AND t.at >= $2 AND t.at < $3
                 AND NOT EXISTS (SELECT FROM account b WHERE b.id = t.credit AND b.owner = $1)
               LIMIT $4::bigint + 1
           ) l
           LEFT JOIN operation_label n ON n.owner = $1 AND n.operation_id = l.operation_id
           GROUP BY l.account, l.asset, l.code, n.label"#,
        owner,
        from.datetime(),
        to.datetime(),
        limit
    )
    .fetch_all(pool)
    .await
    .map_err(broken("summing up what left the accounts of an owner"))?;
    let outgoing = rows.into_iter().map(|row| {
        Ok(Outgoing {
            account: AccountId::from_uuid(row.account),
            asset: rows::asset(row.asset)?,
            code: row.code,
            label: row.label,
            amount: row.amount,
            transfers: row.transfers,
        })
    });
    outgoing.collect()
}

pub async fn last_changes(pool: &PgPool, owners: &[Uuid]) -> Result<Vec<(Uuid, Moment)>> {
    let rows = sqlx::query!(
        r#"SELECT owner AS "owner!", max(last_at) AS "at!"
           FROM account WHERE owner = ANY($1) GROUP BY owner"#,
        owners
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading when accounts last changed"))?;
    Ok(rows.into_iter().map(|row| (row.owner, Moment::from(row.at))).collect())
}

pub async fn set_label(
    tx: &mut Tx,
    owner: Uuid,
    operation: OperationId,
    (label, at): (i16, Moment),
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO operation_label (owner, operation_id, label, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (owner, operation_id) DO UPDATE SET label = $3, at = $4",
        owner,
        operation.uuid(),
        label,
        at.datetime()
    )
    .execute(&mut **tx)
    .await
    .map_err(broken("labelling an operation"))?;
    Ok(())
}

pub async fn label(pool: &PgPool, owner: Uuid, operation: OperationId) -> Result<Option<i16>> {
    sqlx::query_scalar!(
        "SELECT label FROM operation_label WHERE owner = $1 AND operation_id = $2",
        owner,
        operation.uuid()
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading the label of an operation"))
}

pub async fn past(pool: &PgPool, kind: &str, since: Moment, limit: i64) -> Result<Vec<Past>> {
    // Ids begin with the time: those of before lie in partitions that are not looked at. A client's
    // clock may be late by minutes.
    let cause = since.plus_seconds(-3_600).millis();
    let first = uuid::Builder::from_unix_timestamp_millis(cause, &[0; 10]).into_uuid();
    let rows = sqlx::query!(
        r#"SELECT o.id, o.at, o.initiator, t.debit, t.credit, t.amount, a.asset,
                coalesce(a.owner = b.owner, false) AS "own!", n.credit AS "next_credit?",
                o.detail
         FROM operation o
         JOIN transfer t ON t.operation_id = o.id AND t.index = 0
         LEFT JOIN transfer n ON n.operation_id = o.id AND n.index = 1
         JOIN account a ON a.id = t.debit
         JOIN account b ON b.id = t.credit
         WHERE o.kind = $1 AND o.id >= $2 AND o.at >= $3 AND o.state = 1 AND o.initiator_kind = 1
         ORDER BY o.at DESC, o.id DESC LIMIT $4"#,
        kind,
        first,
        since.datetime(),
        limit
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading the operations of a kind"))?;
    let past = rows.into_iter().rev().map(|row| {
        Ok(Past {
            id: OperationId::from_uuid(row.id),
            at: row.at.into(),
            initiator: row.initiator,
            debit: AccountId::from_uuid(row.debit),
            credit: AccountId::from_uuid(row.credit),
            amount: Money::new(row.amount, rows::asset(row.asset)?),
            own: row.own,
            next_credit: row.next_credit.map(AccountId::from_uuid),
            detail: row.detail,
        })
    });
    past.collect()
}
