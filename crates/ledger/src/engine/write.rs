//! Writes what a batch decided.

use std::collections::HashMap;

use kernel::{AccountId, HoldId, Moment};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::batch::Fault;
use super::rows;
use crate::counters::{Counter, CounterKey};
use crate::model::{Account, Operation, Status};
use crate::rules::{Book, Decision};

/// A decided batch.
pub struct Batch<'a> {
    pub operations: &'a [Operation],
    pub decisions: &'a [Decision],
    /// The accounts and the counters as they were read, and the book after the decisions.
    pub before: &'a HashMap<AccountId, Account>,
    pub counters_before: &'a HashMap<CounterKey, Counter>,
    pub book: &'a Book,
    pub now: Moment,
}

impl<'a> Batch<'a> {
    /// Operations that get a row, with what was decided.
    fn recorded(&self) -> impl Iterator<Item = (&'a Operation, &'a Decision)> {
        self.operations.iter().zip(self.decisions).filter(|(_, decision)| {
            matches!(decision, Decision::Posted { .. } | Decision::Refused { .. })
        })
    }

    /// Operations that posted.
    fn posted(&self) -> impl Iterator<Item = &'a Operation> {
        self.operations
            .iter()
            .zip(self.decisions)
            .filter(|(_, decision)| matches!(decision, Decision::Posted { .. }))
            .map(|(operation, _)| operation)
    }
}

/// Writes everything but the totals of accounts that were there before, and of counters; new
/// accounts first, because holds point to them.
pub async fn rows(conn: &mut PgConnection, batch: &Batch<'_>) -> Result<(), Fault> {
    opened(conn, batch).await?;
    operations(conn, batch).await?;
    holds(conn, batch).await
}

async fn opened(conn: &mut PgConnection, batch: &Batch<'_>) -> Result<(), Fault> {
    for new in batch.posted().flat_map(|o| &o.opens) {
        sqlx::query!(
            "INSERT INTO account (id, number, owner, asset, code, balance_rule, status,
                 debits_posted, credits_posted, debits_pending, credits_pending, last_at, opened_at)
             VALUES ($1, $2, $3, $4, $5, $6, 1, 0, 0, 0, 0, $7, $7)",
            new.id.uuid(),
            new.number.as_ref().map(kernel::AccountNumber::as_str),
            new.owner,
            new.asset.numeric(),
            new.code,
            rows::rule_number(new.rule),
            batch.now.datetime(),
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

#[derive(Default)]
struct OperationColumns {
    id: Vec<Uuid>,
    at: Vec<OffsetDateTime>,
    kind: Vec<String>,
    group: Vec<Option<Uuid>>,
    initiator_kind: Vec<i16>,
    initiator: Vec<Uuid>,
    hash: Vec<Vec<u8>>,
    state: Vec<i16>,
    refusal: Vec<Option<String>>,
    refusal_values: Vec<Option<String>>,
    narrative: Vec<String>,
    detail: Vec<String>,
    uses: Vec<Option<String>>,
    origin: Vec<Option<String>>,
}

fn operation_columns(batch: &Batch<'_>) -> OperationColumns {
    let mut c = OperationColumns::default();
    for (operation, decision) in batch.recorded() {
        let (at, refusal) = match decision {
            Decision::Posted { at, .. } => (*at, None),
            Decision::Refused { at, refusal } => (*at, Some(refusal)),
            Decision::Replayed(_) | Decision::Rejected(_) => continue,
        };
        c.id.push(operation.id.uuid());
        c.at.push(at.datetime());
        c.kind.push(operation.kind.to_owned());
        c.group.push(operation.group.map(kernel::GroupId::uuid));
        c.initiator_kind.push(operation.initiator.kind);
        c.initiator.push(operation.initiator.id);
        c.hash.push(operation.request_hash.to_vec());
        c.state.push(if refusal.is_some() { 2 } else { 1 });
        c.refusal.push(refusal.map(|r| r.code.as_str().to_owned()));
        c.refusal_values.push(refusal.filter(|r| !r.values.is_empty()).map(values_json));
        c.narrative.push(operation.narrative.clone());
        c.detail.push(operation.detail.to_string());
        c.uses.push((!operation.uses.is_empty()).then(|| uses_json(operation)));
        c.origin.push(operation.origin.as_ref().map(|origin| origin.to_json().to_string()));
    }
    c
}

fn values_json(refusal: &kernel::Refusal) -> String {
    let values: serde_json::Map<String, serde_json::Value> =
        refusal.values.iter().map(|(n, v)| (n.to_string(), v.as_str().into())).collect();
    serde_json::Value::Object(values).to_string()
}

fn uses_json(operation: &Operation) -> String {
    let uses: Vec<serde_json::Value> = operation
        .uses
        .iter()
        .map(|u| {
            serde_json::json!({
                "limit": u.counter.limit,
                "subject": u.counter.subject,
                "window_start": u.window.start,
                "window_oldest": u.window.oldest,
                "amount": u.amount,
                "ceiling": u.ceiling,
            })
        })
        .collect();
    serde_json::Value::Array(uses).to_string()
}

#[derive(Default)]
struct TransferColumns {
    operation: Vec<Uuid>,
    index: Vec<i16>,
    at: Vec<OffsetDateTime>,
    kind: Vec<i16>,
    code: Vec<i16>,
    debit: Vec<Uuid>,
    credit: Vec<Uuid>,
    amount: Vec<i64>,
    hold: Vec<Option<Uuid>>,
    debit_balance: Vec<i64>,
    debit_held: Vec<i64>,
    credit_balance: Vec<i64>,
    credit_held: Vec<i64>,
}

fn transfer_columns(batch: &Batch<'_>) -> TransferColumns {
    let mut written = Vec::new();
    for (operation, decision) in batch.recorded() {
        let Decision::Posted { entries, .. } = decision else { continue };
        written.extend(entries.iter().zip(0_i16..).map(|(e, index)| (operation.id, index, e)));
    }
    // Neighbours in the order of an index find its pages warm: a fifth of the insert's time.
    written.sort_unstable_by_key(|(_, _, e)| (e.transfer.debit, e.at));
    let mut c = TransferColumns::default();
    for (operation, index, entry) in written {
        c.operation.push(operation.uuid());
        c.index.push(index);
        c.at.push(entry.at.datetime());
        c.kind.push(rows::kind_number(entry.transfer.kind));
        c.code.push(entry.transfer.code);
        c.debit.push(entry.transfer.debit.uuid());
        c.credit.push(entry.transfer.credit.uuid());
        c.amount.push(entry.transfer.amount);
        c.hold.push(entry.hold.map(HoldId::uuid));
        c.debit_balance.push(entry.debit_balance);
        c.debit_held.push(entry.debit_held);
        c.credit_balance.push(entry.credit_balance);
        c.credit_held.push(entry.credit_held);
    }
    c
}

#[derive(Default)]
struct ReferenceColumns {
    scheme: Vec<String>,
    reference: Vec<String>,
    operation: Vec<Uuid>,
    exclusive: Vec<bool>,
}

fn reference_columns(batch: &Batch<'_>) -> ReferenceColumns {
    let mut c = ReferenceColumns::default();
    for operation in batch.posted() {
        for r in &operation.refs {
            c.scheme.push(r.scheme.to_owned());
            c.reference.push(r.reference.clone());
            c.operation.push(operation.id.uuid());
            c.exclusive.push(r.exclusive);
        }
    }
    c
}

/// The rows that every batch has: operations with their events and references, and transfers. One
/// statement, because each costs a round trip.
#[expect(clippy::as_conversions, reason = "tells the checked query that elements may be null")]
async fn operations(conn: &mut PgConnection, batch: &Batch<'_>) -> Result<(), Fault> {
    let o = operation_columns(batch);
    if o.id.is_empty() {
        return Ok(());
    }
    let t = transfer_columns(batch);
    let r = reference_columns(batch);
    sqlx::query_file!(
        "src/engine/insert_rows.sql",
        &o.id,
        &o.at,
        &o.kind,
        &o.group as &[Option<Uuid>],
        &o.initiator_kind,
        &o.initiator,
        &o.hash,
        &o.state,
        &o.refusal as &[Option<String>],
        &o.refusal_values as &[Option<String>],
        &o.narrative,
        &o.detail,
        &o.uses as &[Option<String>],
        &o.origin as &[Option<String>],
        &t.operation,
        &t.index,
        &t.at,
        &t.kind,
        &t.code,
        &t.debit,
        &t.credit,
        &t.amount,
        &t.hold as &[Option<Uuid>],
        &t.debit_balance,
        &t.debit_held,
        &t.credit_balance,
        &t.credit_held,
        &r.scheme,
        &r.reference,
        &r.operation,
        &r.exclusive,
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(Default)]
struct TotalColumns {
    id: Vec<Uuid>,
    read_status: Vec<i16>,
    read_at: Vec<OffsetDateTime>,
    status: Vec<i16>,
    debits_posted: Vec<i64>,
    credits_posted: Vec<i64>,
    debits_pending: Vec<i64>,
    credits_pending: Vec<i64>,
    last_at: Vec<OffsetDateTime>,
}

fn total_columns(batch: &Batch<'_>) -> TotalColumns {
    // The book holds what the batch read or opened, and nothing else.
    let mut touched: Vec<_> = batch.book.accounts.values().collect();
    touched.sort_unstable_by_key(|account| account.id);
    let mut c = TotalColumns::default();
    for after in touched {
        // An account of this batch stands in the database as it was opened.
        let read = batch.before.get(&after.id);
        c.id.push(after.id.uuid());
        c.read_status.push(rows::status_number(read.map_or(Status::Open, |a| a.status)));
        c.read_at.push(read.map_or(batch.now, |a| a.last_at).datetime());
        c.status.push(rows::status_number(after.status));
        c.debits_posted.push(after.debits_posted);
        c.credits_posted.push(after.credits_posted);
        c.debits_pending.push(after.debits_pending);
        c.credits_pending.push(after.credits_pending);
        c.last_at.push(after.last_at.datetime());
    }
    c
}

#[derive(Default)]
struct CounterColumns {
    limit: Vec<Uuid>,
    subject: Vec<Uuid>,
    read_start: Vec<i64>,
    read_used: Vec<i64>,
    read_earlier: Vec<String>,
    start: Vec<i64>,
    used: Vec<i64>,
    earlier: Vec<String>,
}

/// The counters that stand in the database, with what was read of them, and those that the batch
/// began, each in the order of their locks.
fn counter_columns(batch: &Batch<'_>) -> (CounterColumns, CounterColumns) {
    let mut touched: Vec<_> = batch.book.counters.iter().collect();
    touched.sort_unstable_by_key(|(key, _)| **key);
    let (mut standing, mut begun) = (CounterColumns::default(), CounterColumns::default());
    for (key, counter) in touched {
        let read = batch.counters_before.get(key);
        let c = if read.is_some() { &mut standing } else { &mut begun };
        let (read_start, read_used, read_earlier) = read.map(rows::counter_row).unwrap_or_default();
        let (start, used, earlier) = rows::counter_row(counter);
        c.limit.push(key.limit);
        c.subject.push(key.subject);
        c.read_start.push(read_start);
        c.read_used.push(read_used);
        c.read_earlier.push(read_earlier);
        c.start.push(start);
        c.used.push(used);
        c.earlier.push(earlier);
    }
    (standing, begun)
}

/// Writes the new totals of every account and counter that the batch read, in the order of their
/// locks, if each still stands as it was read: of an account `last_at` grows with every transfer,
/// so it tells versions apart; a counter is compared whole. Those of refused operations are written
/// too: what was refused because of them must have been true. One statement, because each costs a
/// round trip.
pub async fn totals(conn: &mut PgConnection, batch: &Batch<'_>) -> Result<(), Fault> {
    let a = total_columns(batch);
    let (c, begun) = counter_columns(batch);
    if a.id.is_empty() && c.limit.is_empty() && begun.limit.is_empty() {
        return Ok(());
    }
    let written = sqlx::query_file!(
        "src/engine/write_totals.sql",
        &a.id,
        &a.read_status,
        &a.read_at,
        &a.status,
        &a.debits_posted,
        &a.credits_posted,
        &a.debits_pending,
        &a.credits_pending,
        &a.last_at,
        &c.limit,
        &c.subject,
        &c.read_start,
        &c.read_used,
        &c.read_earlier,
        &c.start,
        &c.used,
        &c.earlier,
        &begun.limit,
        &begun.subject,
        &begun.start,
        &begun.used,
        &begun.earlier,
    )
    .fetch_one(conn)
    .await?;
    let all = |rows: i64, columns: &[Uuid]| usize::try_from(rows).ok() == Some(columns.len());
    if all(written.accounts, &a.id)
        && all(written.counters, &c.limit)
        && all(written.begun, &begun.limit)
    {
        Ok(())
    } else {
        Err(Fault::Race)
    }
}

#[derive(Default)]
struct HoldColumns {
    id: Vec<Uuid>,
    operation: Vec<Uuid>,
    debit: Vec<Uuid>,
    credit: Vec<Uuid>,
    amount: Vec<i64>,
    code: Vec<i16>,
    at: Vec<OffsetDateTime>,
    expires_at: Vec<Option<OffsetDateTime>>,
    state: Vec<i16>,
    captured: Vec<i64>,
    ended_by: Vec<Option<Uuid>>,
}

/// Holds that posted operations made or ended.
#[expect(clippy::as_conversions, reason = "tells the checked query that elements may be null")]
async fn holds(conn: &mut PgConnection, batch: &Batch<'_>) -> Result<(), Fault> {
    let mut touched: Vec<HoldId> = batch
        .decisions
        .iter()
        .filter_map(|d| match d {
            Decision::Posted { entries, .. } => Some(entries.iter().filter_map(|e| e.hold)),
            _ => None,
        })
        .flatten()
        .collect();
    touched.sort_unstable();
    touched.dedup();
    if touched.is_empty() {
        return Ok(());
    }
    let mut c = HoldColumns::default();
    for hold in touched.iter().filter_map(|id| batch.book.holds.get(id)) {
        c.id.push(hold.id.uuid());
        c.operation.push(hold.operation.uuid());
        c.debit.push(hold.debit.uuid());
        c.credit.push(hold.credit.uuid());
        c.amount.push(hold.amount);
        c.code.push(hold.code);
        c.at.push(hold.at.datetime());
        c.expires_at.push(hold.expires_at.map(Moment::datetime));
        c.state.push(rows::hold_state_number(hold.state));
        c.captured.push(hold.captured);
        c.ended_by.push(hold.ended_by.map(kernel::OperationId::uuid));
    }
    sqlx::query!(
        "INSERT INTO hold (id, operation_id, debit, credit, amount, code, at, expires_at, state,
             captured, ended_by)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[],
             $6::smallint[], $7::timestamptz[], $8::timestamptz[], $9::smallint[], $10::bigint[],
             $11::uuid[])
         ON CONFLICT (id) DO UPDATE
         SET state = excluded.state, captured = excluded.captured, ended_by = excluded.ended_by",
        &c.id,
        &c.operation,
        &c.debit,
        &c.credit,
        &c.amount,
        &c.code,
        &c.at,
        &c.expires_at as &[Option<OffsetDateTime>],
        &c.state,
        &c.captured,
        &c.ended_by as &[Option<Uuid>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes counters that are not there yet, so that there is a row to lock.
pub async fn begin_counters(conn: &mut PgConnection, keys: &[CounterKey]) -> Result<(), Fault> {
    if keys.is_empty() {
        return Ok(());
    }
    let (limits, subjects) = rows::counter_columns(keys);
    sqlx::query!(
        "INSERT INTO limit_counter (limit_id, subject, window_start, used)
         SELECT l, s, $3, 0 FROM UNNEST($1::uuid[], $2::uuid[]) AS u (l, s)
         ORDER BY l, s
         ON CONFLICT DO NOTHING",
        &limits,
        &subjects,
        rows::NO_PART
    )
    .execute(conn)
    .await?;
    Ok(())
}
