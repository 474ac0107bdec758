//! Locks and reads the part of the book that a batch touches.

use std::collections::BTreeSet;

use kernel::{AccountId, Code, HoldId, Moment, OperationId, Refusal};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};
use time::OffsetDateTime;
use uuid::Uuid;

use super::batch::Fault;
use super::rows;
use super::write::begin_counters;
use crate::counters::{Counter, CounterKey};
use crate::model::{Account, Hold, Known, Operation, Principal, TransferKind};
use crate::rules::Book;

/// Everything that is named by a batch, each once and in lock order.
#[derive(Default)]
pub struct Touched {
    accounts: BTreeSet<AccountId>,
    counters: BTreeSet<CounterKey>,
    holds: BTreeSet<HoldId>,
    operations: BTreeSet<OperationId>,
    references: BTreeSet<(String, String)>,
}

impl Touched {
    pub fn by(operations: &[Operation]) -> Self {
        let mut touched = Self::default();
        for operation in operations {
            touched.operations.insert(operation.id);
            for t in &operation.transfers {
                touched.accounts.insert(t.debit);
                touched.accounts.insert(t.credit);
                match t.kind {
                    TransferKind::Post | TransferKind::Hold { .. } => {}
                    TransferKind::Capture { hold }
                    | TransferKind::Release { hold }
                    | TransferKind::Expire { hold } => {
                        touched.holds.insert(hold);
                    }
                }
            }
            touched.accounts.extend(operation.statuses.iter().map(|(id, _)| *id));
            touched.accounts.extend(operation.opens.iter().map(|o| o.id));
            touched.accounts.extend(operation.max_balances.iter().map(|bound| bound.account));
            touched.counters.extend(operation.uses.iter().map(|u| u.counter));
            for r in operation.refs.iter().filter(|r| r.exclusive) {
                touched.references.insert((r.scheme.to_owned(), r.reference.clone()));
            }
        }
        touched
    }

    /// Whether a batch may be decided before its accounts are locked: it only moves money. Holds
    /// and accounts that open or change status are read under locks.
    pub fn only_moves(operations: &[Operation]) -> bool {
        operations.iter().all(|o| {
            let posts = o.transfers.iter().all(|t| t.kind == TransferKind::Post);
            posts && o.opens.is_empty() && o.statuses.is_empty()
        })
    }

    /// Reads what is touched without locking it: first from the book of the batch ahead, which is
    /// not committed yet, and the rest from the database.
    pub async fn peek(
        &self,
        conn: &mut PgConnection,
        ahead: &Book,
    ) -> Result<(Book, Moment), Fault> {
        let mut book = Book::default();
        let mut missing: Vec<Uuid> = Vec::with_capacity(self.accounts.len());
        for id in &self.accounts {
            match ahead.accounts.get(id) {
                Some(account) => drop(book.accounts.insert(*id, *account)),
                None => missing.push(id.uuid()),
            }
        }
        let found = sqlx::query_as!(
            AccountRow,
            "SELECT id, asset, balance_rule, status, debits_posted, credits_posted,
                    debits_pending, credits_pending, last_at
             FROM account WHERE id = ANY($1)",
            &missing
        )
        .fetch_all(&mut *conn)
        .await?;
        take_accounts(found, &mut book)?;
        self.peek_counters(conn, ahead, &mut book).await?;
        let now = self.read_known(conn, &mut book).await?;
        if !self.references.is_empty() {
            self.read_references(conn, &mut book).await?;
        }
        for id in &self.operations {
            if let Some(known) = ahead.known.get(id) {
                book.known.insert(*id, known.clone());
            }
        }
        for name in &self.references {
            if let Some(operation) = ahead.references.get(name) {
                book.references.insert(name.clone(), *operation);
            }
        }
        Ok((book, now))
    }

    /// Reads what is touched. Accounts and counters stay locked until the transaction ends. Gives
    /// the database's time too: nodes share it, whatever their own clocks say.
    pub async fn lock(&self, conn: &mut PgConnection) -> Result<(Book, Moment), Fault> {
        let mut book = Book::default();
        self.lock_accounts(conn, &mut book).await?;
        if !self.counters.is_empty() {
            self.lock_counters(conn, &mut book).await?;
        }
        let now = self.read_known(conn, &mut book).await?;
        if !self.holds.is_empty() {
            self.read_holds(conn, &mut book).await?;
        }
        if !self.references.is_empty() {
            self.read_references(conn, &mut book).await?;
        }
        Ok((book, now))
    }

    async fn lock_accounts(&self, conn: &mut PgConnection, book: &mut Book) -> Result<(), Fault> {
        let ids: Vec<Uuid> = self.accounts.iter().map(|id| id.uuid()).collect();
        let found = sqlx::query_as!(
            AccountRow,
            "SELECT id, asset, balance_rule, status, debits_posted, credits_posted,
                    debits_pending, credits_pending, last_at
             FROM account WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
            &ids
        )
        .fetch_all(conn)
        .await?;
        take_accounts(found, book)
    }

    async fn peek_counters(
        &self,
        conn: &mut PgConnection,
        ahead: &Book,
        book: &mut Book,
    ) -> Result<(), Fault> {
        let mut missing = Vec::new();
        for key in &self.counters {
            match ahead.counters.get(key) {
                Some(counter) => drop(book.counters.insert(*key, counter.clone())),
                None => missing.push(*key),
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        take_counters(read_counters(conn, &missing).await?, book)
    }

    async fn lock_counters(&self, conn: &mut PgConnection, book: &mut Book) -> Result<(), Fault> {
        let keys: Vec<_> = self.counters.iter().copied().collect();
        begin_counters(&mut *conn, &keys).await?;
        let (limits, subjects) = rows::counter_columns(&keys);
        let found = sqlx::query_as!(
            CounterRow,
            "SELECT c.limit_id, c.subject, c.window_start, c.used, c.earlier
             FROM UNNEST($1::uuid[], $2::uuid[]) AS u (l, s)
             JOIN limit_counter c ON c.limit_id = u.l AND c.subject = u.s
             ORDER BY c.limit_id, c.subject
             FOR NO KEY UPDATE OF c",
            &limits,
            &subjects
        )
        .fetch_all(conn)
        .await?;
        take_counters(found, book)
    }

    /// Reads what is known of the ids, and the time: after the locks were got, so that nothing
    /// that was waited for is later.
    async fn read_known(&self, conn: &mut PgConnection, book: &mut Book) -> Result<Moment, Fault> {
        let ids: Vec<Uuid> = self.operations.iter().map(|id| id.uuid()).collect();
        // The bounds let the executor skip the partitions that none of the ids can lie in.
        let first = self.operations.first().map_or(Uuid::nil(), |id| id.uuid());
        let last = self.operations.last().map_or(Uuid::max(), |id| id.uuid());
        let found = sqlx::query!(
            r#"SELECT c.now AS "now!", o.id AS "id?", o.at AS "at?",
                      o.initiator_kind AS "initiator_kind?", o.initiator AS "initiator?",
                      o.request_hash AS "request_hash?", o.refusal, o.refusal_values
               FROM (SELECT clock_timestamp() AS now) c
               LEFT JOIN operation o ON o.id = ANY($1) AND o.id >= $2 AND o.id <= $3"#,
            &ids,
            first,
            last
        )
        .fetch_all(conn)
        .await?;
        let mut now = Moment::EPOCH;
        for row in found {
            now = now.max(Moment::from(row.now));
            let (Some(id), Some(at), Some(kind), Some(initiator), Some(hash)) =
                (row.id, row.at, row.initiator_kind, row.initiator, row.request_hash)
            else {
                continue;
            };
            let known = Known {
                initiator: Principal { kind, id: initiator },
                request_hash: hash
                    .try_into()
                    .map_err(|_| Fault::Invariant("a request hash is not 32 bytes"))?,
                at: Moment::from(at),
                refusal: row.refusal.map(|code| refusal(&code, row.refusal_values.as_ref())),
            };
            book.known.insert(OperationId::from_uuid(id), known);
        }
        Ok(now)
    }

    async fn read_holds(&self, conn: &mut PgConnection, book: &mut Book) -> Result<(), Fault> {
        let ids: Vec<Uuid> = self.holds.iter().map(|id| id.uuid()).collect();
        let found = sqlx::query_as!(HoldRow, "SELECT * FROM hold WHERE id = ANY($1)", &ids)
            .fetch_all(conn)
            .await?;
        for row in found {
            let hold = row.into_hold()?;
            book.holds.insert(hold.id, hold);
        }
        Ok(())
    }

    async fn read_references(&self, conn: &mut PgConnection, book: &mut Book) -> Result<(), Fault> {
        let schemes: Vec<String> = self.references.iter().map(|(s, _)| s.clone()).collect();
        let references: Vec<String> = self.references.iter().map(|(_, r)| r.clone()).collect();
        let found = sqlx::query!(
            r#"SELECT r.scheme, r.reference, r.operation_id
               FROM UNNEST($1::text[], $2::text[]) AS u (s, r)
               JOIN operation_ref r ON r.scheme = u.s AND r.reference = u.r AND r.exclusive"#,
            &schemes,
            &references
        )
        .fetch_all(conn)
        .await?;
        for row in found {
            let id = OperationId::from_uuid(row.operation_id);
            book.references.insert((row.scheme, row.reference), id);
        }
        Ok(())
    }
}

/// What of table `account` decides.
struct AccountRow {
    id: Uuid,
    asset: i16,
    balance_rule: i16,
    status: i16,
    debits_posted: i64,
    credits_posted: i64,
    debits_pending: i64,
    credits_pending: i64,
    last_at: OffsetDateTime,
}

/// A row of table `limit_counter`.
pub struct CounterRow {
    limit_id: Uuid,
    subject: Uuid,
    window_start: i64,
    used: i64,
    earlier: String,
}

impl CounterRow {
    pub fn into_counter(self) -> kernel::Result<(CounterKey, Counter)> {
        let key = CounterKey { limit: self.limit_id, subject: self.subject };
        Ok((key, rows::counter(self.window_start, self.used, &self.earlier)?))
    }
}

fn take_counters(found: Vec<CounterRow>, book: &mut Book) -> Result<(), Fault> {
    for row in found {
        let (key, counter) = row.into_counter()?;
        book.counters.insert(key, counter);
    }
    Ok(())
}

/// The counters among these that anything was counted in, without locking them.
pub async fn read_counters(
    database: impl PgExecutor<'_>,
    keys: &[CounterKey],
) -> sqlx::Result<Vec<CounterRow>> {
    let (limits, subjects) = rows::counter_columns(keys);
    sqlx::query_as!(
        CounterRow,
        "SELECT c.limit_id, c.subject, c.window_start, c.used, c.earlier
         FROM UNNEST($1::uuid[], $2::uuid[]) AS u (l, s)
         JOIN limit_counter c ON c.limit_id = u.l AND c.subject = u.s",
        &limits,
        &subjects
    )
    .fetch_all(database)
    .await
}

fn take_accounts(found: Vec<AccountRow>, book: &mut Book) -> Result<(), Fault> {
    book.accounts.reserve(found.len());
    for row in found {
        let account = Account {
            id: AccountId::from_uuid(row.id),
            asset: rows::asset(row.asset)?,
            rule: rows::rule(row.balance_rule)?,
            status: rows::status(row.status)?,
            debits_posted: row.debits_posted,
            credits_posted: row.credits_posted,
            debits_pending: row.debits_pending,
            credits_pending: row.credits_pending,
            last_at: Moment::from(row.last_at),
        };
        book.accounts.insert(account.id, account);
    }
    Ok(())
}

/// A row of table `hold`.
pub struct HoldRow {
    pub id: Uuid,
    pub operation_id: Uuid,
    pub debit: Uuid,
    pub credit: Uuid,
    pub amount: i64,
    pub code: i16,
    pub at: OffsetDateTime,
    pub expires_at: Option<OffsetDateTime>,
    pub state: i16,
    pub captured: i64,
    pub ended_by: Option<Uuid>,
}

impl HoldRow {
    pub fn into_hold(self) -> kernel::Result<Hold> {
        Ok(Hold {
            id: HoldId::from_uuid(self.id),
            operation: OperationId::from_uuid(self.operation_id),
            debit: AccountId::from_uuid(self.debit),
            credit: AccountId::from_uuid(self.credit),
            amount: self.amount,
            code: self.code,
            at: Moment::from(self.at),
            expires_at: self.expires_at.map(Moment::from),
            state: rows::hold_state(self.state)?,
            captured: self.captured,
            ended_by: self.ended_by.map(OperationId::from_uuid),
        })
    }
}

/// A refusal as it was recorded.
pub fn refusal(code: &str, values: Option<&Value>) -> Refusal {
    let mut refusal = Refusal::new(Code::parse(code).unwrap_or(Code::ServiceFailed));
    if let Some(Value::Object(values)) = values {
        for (name, value) in values {
            refusal = refusal.value(name.clone(), value.as_str().unwrap_or_default());
        }
    }
    refusal
}
