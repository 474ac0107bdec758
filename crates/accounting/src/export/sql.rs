use kernel::{AccountNumber, Asset, Day, Error, Moment, Money, OperationId, Result};
use sqlx::PgPool;
use store::outbox::Within;
use store::{Tx, broken};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::rules::{Mapped, Moved, Written};
use super::{CONSUMER, Lag, Refused, Stuck};
use crate::DocumentId;
use crate::chart::{AbsAccount, Unmapped};

/// What writes documents down shares this lock with itself; what freezes a day takes it alone.
const DAY_LOCK: i64 = 0x006f_6b74_6f61_6273;
/// More events than this are not counted.
const UNREAD_COUNTED_MAX: i64 = 1_000_000;

pub fn asset(numeric: i16) -> Result<Asset> {
    Asset::from_numeric(numeric).ok_or(Error::invariant("a document has an unknown asset"))
}

pub fn account(text: &str) -> Result<AbsAccount> {
    text.parse().map_err(|()| Error::invariant("a document has a malformed account"))
}

fn number(text: Option<&str>) -> Result<Option<AccountNumber>> {
    let number = text.map(str::parse).transpose();
    number.map_err(|()| Error::invariant("an account number is malformed"))
}

/// The last day that is frozen. None is frozen any more until the transaction ends.
pub async fn last_frozen(tx: Within<'_>) -> Result<Option<Day>> {
    const DOING: &str = "asking which days are frozen";
    // A statement of its own: the next one then sees what the holder before did.
    sqlx::query!("SELECT pg_advisory_xact_lock_shared($1)", DAY_LOCK)
        .execute(&mut *tx)
        .await
        .map_err(broken(DOING))?;
    sqlx::query_scalar!("SELECT max(day) FROM abs_day")
        .fetch_one(tx)
        .await
        .map(|day| day.map(Day::from))
        .map_err(broken(DOING))
}

/// Waits for everybody who writes documents down, and keeps them out until the transaction ends.
pub async fn nobody_writes(tx: &mut Tx) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", DAY_LOCK)
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("keeping documents from being written down"))
}

struct MovedRow {
    operation_id: Uuid,
    index: i16,
    at: OffsetDateTime,
    kind: String,
    code: i16,
    amount: i64,
    asset: i16,
    debit: Option<String>,
    credit: Option<String>,
}

impl MovedRow {
    fn into_moved(self) -> Result<Moved> {
        Ok(Moved {
            operation: OperationId::from_uuid(self.operation_id),
            index: self.index,
            at: self.at.into(),
            product: self.kind,
            leg: self.code,
            amount: self.amount,
            asset: asset(self.asset)?,
            debit: number(self.debit.as_deref())?,
            credit: number(self.credit.as_deref())?,
        })
    }
}

/// What the operations among these ids moved, in the order of the ids.
pub async fn moved(tx: Within<'_>, ids: &[Uuid]) -> Result<Vec<Moved>> {
    sqlx::query_as!(
        MovedRow,
        r#"SELECT t.operation_id AS "operation_id!", t.index AS "index!", t.at AS "at!",
                  o.kind AS "kind!", t.code AS "code!", t.amount AS "amount!", d.asset AS "asset!",
                  d.number AS debit, c.number AS credit
           FROM UNNEST($1::uuid[]) WITH ORDINALITY AS asked (id, place)
           JOIN operation o ON o.id = asked.id
           JOIN transfer t ON t.operation_id = o.id
           JOIN account d ON d.id = t.debit
           JOIN account c ON c.id = t.credit
           WHERE t.kind IN (1, 3)
           ORDER BY asked.place, t.index"#,
        ids,
    )
    .fetch_all(tx)
    .await
    .map_err(broken("reading what operations moved"))?
    .into_iter()
    .map(MovedRow::into_moved)
    .collect()
}

/// The accounts that these operations opened, or moved something on: the core banking system opens
/// them before it is told more.
pub async fn announce_accounts(tx: Within<'_>, ids: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "WITH met AS (
             SELECT a.id FROM account a WHERE a.opened_at = ANY (ARRAY (
                 SELECT o.at FROM operation o
                 WHERE o.id = ANY ($1) AND o.state = 1
                   AND NOT EXISTS (SELECT FROM transfer t WHERE t.operation_id = o.id)))
             UNION
             SELECT t.debit FROM transfer t WHERE t.operation_id = ANY ($1)
             UNION
             SELECT t.credit FROM transfer t WHERE t.operation_id = ANY ($1)
         )
         INSERT INTO abs_account (account_id, number, asset, opened_on, state)
         SELECT a.id, a.number, a.asset, (a.opened_at AT TIME ZONE 'Asia/Tashkent')::date, 1
         FROM met JOIN account a ON a.id = met.id
         WHERE a.number IS NOT NULL
           AND NOT EXISTS (SELECT FROM abs_account known WHERE known.account_id = a.id)
         ON CONFLICT DO NOTHING",
        ids,
    )
    .execute(tx)
    .await
    .map(|_| ())
    .map_err(broken("writing down accounts for the core banking system"))
}

#[derive(Default)]
struct Columns {
    id: Vec<Uuid>,
    operation: Vec<Uuid>,
    index: Vec<i16>,
    day: Vec<Date>,
    at: Vec<OffsetDateTime>,
    product: Vec<String>,
    leg: Vec<i16>,
    amount: Vec<i64>,
    asset: Vec<i16>,
    mapping: Mapping,
}

/// The columns that say how documents are booked.
#[derive(Default)]
struct Mapping {
    edition: Vec<Option<Uuid>>,
    debit: Vec<Option<String>>,
    credit: Vec<Option<String>>,
    summed_debit: Vec<Option<String>>,
    summed_credit: Vec<Option<String>>,
    purpose: Vec<String>,
    reason: Vec<Option<String>>,
}

impl Mapping {
    fn push(&mut self, mapping: Result<&Mapped, Unmapped>) {
        let mapped = mapping.ok();
        let own = mapped.map(|m| m.booking.own);
        let summed = mapped.and_then(|m| m.booking.summed);
        self.edition.push(mapped.map(|m| m.edition.uuid()));
        self.debit.push(own.map(|sides| sides.debit.to_string()));
        self.credit.push(own.map(|sides| sides.credit.to_string()));
        self.summed_debit.push(summed.map(|sides| sides.debit.to_string()));
        self.summed_credit.push(summed.map(|sides| sides.credit.to_string()));
        self.purpose.push(mapped.map(|m| m.purpose.clone()).unwrap_or_default());
        self.reason.push(mapping.err().map(|why| why.as_str().to_owned()));
    }
}

/// Writes documents down, in this order; those that are there already stay as they are.
#[expect(clippy::as_conversions, reason = "tells the checked query that elements may be null")]
pub async fn write(tx: Within<'_>, documents: &[Written]) -> Result<()> {
    let mut c = Columns::default();
    for document in documents {
        let moved = &document.moved;
        c.id.push(document.id.uuid());
        c.operation.push(moved.operation.uuid());
        c.index.push(moved.index);
        c.day.push(document.day.date());
        c.at.push(moved.at.datetime());
        c.product.push(moved.product.clone());
        c.leg.push(moved.leg);
        c.amount.push(moved.amount);
        c.asset.push(moved.asset.numeric());
        c.mapping.push(document.mapping.as_ref().map_err(|why| *why));
    }
    let m = c.mapping;
    sqlx::query!(
        "INSERT INTO abs_document (id, operation_id, index, day, at, product, leg, amount, asset,
             edition, debit, credit, summed_debit, summed_credit, purpose, reason, state)
         SELECT d.id, d.operation, d.index, d.day, d.at, d.product, d.leg, d.amount, d.asset,
                d.edition, d.debit, d.credit, d.summed_debit, d.summed_credit, d.purpose, d.reason,
                CASE WHEN d.debit IS NULL THEN 0 ELSE 1 END
         FROM UNNEST($1::uuid[], $2::uuid[], $3::smallint[], $4::date[], $5::timestamptz[],
                     $6::text[], $7::smallint[], $8::bigint[], $9::smallint[], $10::uuid[],
                     $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
              WITH ORDINALITY
              AS d (id, operation, index, day, at, product, leg, amount, asset, edition, debit,
                    credit, summed_debit, summed_credit, purpose, reason, place)
         ORDER BY d.place
         ON CONFLICT (id) DO NOTHING",
        &c.id,
        &c.operation,
        &c.index,
        &c.day,
        &c.at,
        &c.product,
        &c.leg,
        &c.amount,
        &c.asset,
        &m.edition as &[Option<Uuid>],
        &m.debit as &[Option<String>],
        &m.credit as &[Option<String>],
        &m.summed_debit as &[Option<String>],
        &m.summed_credit as &[Option<String>],
        &m.purpose,
        &m.reason as &[Option<String>],
    )
    .execute(tx)
    .await
    .map(|_| ())
    .map_err(broken("writing documents for the core banking system"))
}

/// The legs of documents that wait for a line in the chart.
pub async fn unmapped_legs(pool: &PgPool) -> Result<Vec<i16>> {
    sqlx::query_scalar!("SELECT DISTINCT leg FROM abs_document WHERE state = 0 ORDER BY leg")
        .fetch_all(pool)
        .await
        .map_err(broken("asking which legs have no line in the chart"))
}

/// What documents of a leg book that wait for a line in the chart, the oldest first.
pub async fn unmapped(tx: &mut Tx, leg: i16, limit: i64) -> Result<Vec<Moved>> {
    sqlx::query_as!(
        MovedRow,
        r#"SELECT t.operation_id AS "operation_id!", t.index AS "index!", t.at AS "at!",
                  w.product AS "kind!", t.code AS "code!", t.amount AS "amount!",
                  d.asset AS "asset!", d.number AS debit, c.number AS credit
           FROM abs_document w
           JOIN transfer t ON t.operation_id = w.operation_id AND t.index = w.index
           JOIN account d ON d.id = t.debit
           JOIN account c ON c.id = t.credit
           WHERE w.state = 0 AND w.leg = $1
           ORDER BY w.seq LIMIT $2 FOR UPDATE OF w"#,
        leg,
        limit,
    )
    .fetch_all(&mut **tx)
    .await
    .map_err(broken("reading documents that have no line in the chart"))?
    .into_iter()
    .map(MovedRow::into_moved)
    .collect()
}

/// Books documents that waited for a line in the chart.
#[expect(clippy::as_conversions, reason = "tells the checked query that elements may be null")]
pub async fn give_mapping(tx: &mut Tx, mapped: &[(DocumentId, Mapped)]) -> Result<()> {
    let ids: Vec<Uuid> = mapped.iter().map(|(id, _)| id.uuid()).collect();
    let mut m = Mapping::default();
    for (_, mapped) in mapped {
        m.push(Ok(mapped));
    }
    sqlx::query!(
        "UPDATE abs_document SET state = 1, reason = NULL, edition = m.edition, debit = m.debit,
                credit = m.credit, summed_debit = m.summed_debit,
                summed_credit = m.summed_credit, purpose = m.purpose
         FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],
                     $7::text[])
              AS m (id, edition, debit, credit, summed_debit, summed_credit, purpose)
         WHERE abs_document.id = m.id AND abs_document.state = 0",
        &ids,
        &m.edition as &[Option<Uuid>],
        &m.debit as &[Option<String>],
        &m.credit as &[Option<String>],
        &m.summed_debit as &[Option<String>],
        &m.summed_credit as &[Option<String>],
        &m.purpose,
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("booking documents that had no line in the chart"))
}

/// What the core banking system has not confirmed.
pub async fn lag(pool: &PgPool) -> Result<Lag> {
    const DOING: &str = "asking how far the core banking system is behind";
    let row = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE state IN (1, 2)) AS "documents!",
                  count(*) FILTER (WHERE state = 0) AS "unmapped!",
                  count(*) FILTER (WHERE state = 4) AS "rejected!",
                  min(at) AS oldest,
                  (SELECT count(*) FROM abs_account WHERE state <> 2) AS "accounts!",
                  EXISTS (SELECT FROM abs_batch WHERE state = 2) AS "unknown!",
                  (SELECT b.last_error FROM abs_batch b WHERE b.state <> 3) AS last_error
           FROM abs_document WHERE state <> 3"#
    )
    .fetch_one(pool)
    .await
    .map_err(broken(DOING))?;
    let unread = sqlx::query!(
        r#"SELECT count(*) AS "count!", min(unread.at) AS oldest FROM (
               SELECT o.at FROM outbox o
               WHERE (o.xid, o.seq) > (SELECT c.xid, c.seq FROM outbox_cursor c
                                       WHERE c.consumer = $1)
               LIMIT $2
           ) unread"#,
        CONSUMER,
        UNREAD_COUNTED_MAX,
    )
    .fetch_one(pool)
    .await
    .map_err(broken(DOING))?;
    let oldest = row.oldest.into_iter().chain(unread.oldest).min().map(Moment::from);
    Ok(Lag {
        documents: row.documents,
        unmapped: row.unmapped,
        rejected: row.rejected,
        accounts: row.accounts,
        unread: unread.count,
        oldest,
        unknown: row.unknown,
        last_error: row.last_error,
    })
}

struct StuckRow {
    id: Uuid,
    operation_id: Option<Uuid>,
    day: Date,
    product: String,
    leg: i16,
    amount: i64,
    asset: i16,
    rejected: bool,
    reason: String,
}

impl StuckRow {
    fn into_stuck(self) -> Result<Stuck> {
        Ok(Stuck {
            id: DocumentId::from_uuid(self.id),
            operation: self.operation_id.map(OperationId::from_uuid),
            day: self.day.into(),
            product: self.product,
            leg: self.leg,
            amount: Money::new(self.amount, asset(self.asset)?),
            rejected: self.rejected,
            reason: self.reason,
        })
    }
}

/// Documents that somebody has to look at, the oldest first.
pub async fn stuck(pool: &PgPool, limit: i64) -> Result<Vec<Stuck>> {
    sqlx::query_as!(
        StuckRow,
        r#"SELECT id, operation_id, day, product, leg, amount, asset, reason AS "reason!",
                  state = 4 AS "rejected!"
           FROM abs_document WHERE state IN (0, 4) ORDER BY day, seq LIMIT $1"#,
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing documents that are stuck"))?
    .into_iter()
    .map(StuckRow::into_stuck)
    .collect()
}

/// One of them, which nobody else changes until the transaction ends.
pub async fn stuck_one(tx: &mut Tx, id: DocumentId) -> Result<Option<Stuck>> {
    sqlx::query_as!(
        StuckRow,
        r#"SELECT id, operation_id, day, product, leg, amount, asset, reason AS "reason!",
                  state = 4 AS "rejected!"
           FROM abs_document WHERE id = $1 AND state IN (0, 4) FOR UPDATE"#,
        id.uuid(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("reading a document that is stuck"))?
    .map(StuckRow::into_stuck)
    .transpose()
}

/// Accounts that were refused, the oldest first.
pub async fn refused_accounts(pool: &PgPool, limit: i64) -> Result<Vec<Refused>> {
    let rows = sqlx::query!(
        r#"SELECT number, asset, opened_on, reason AS "reason!" FROM abs_account
           WHERE state = 3 ORDER BY opened_on, account_id LIMIT $1"#,
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing accounts that were refused"))?;
    rows.into_iter()
        .map(|row| -> Result<Refused> {
            Ok(Refused {
                number: row.number,
                asset: asset(row.asset)?,
                opened_on: row.opened_on.into(),
                reason: row.reason,
            })
        })
        .collect()
}

/// Has a document sent again that was rejected. False when it was not.
pub async fn send_again(tx: &mut Tx, id: DocumentId) -> Result<bool> {
    sqlx::query!(
        "UPDATE abs_document SET state = 1, reason = NULL, batch = NULL
         WHERE id = $1 AND state = 4",
        id.uuid(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("having a rejected document sent again"))
}

/// Has the refused accounts asked for again. Gives how many.
pub async fn open_again(tx: &mut Tx) -> Result<u64> {
    sqlx::query!("UPDATE abs_account SET state = 1, reason = NULL WHERE state = 3")
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected())
        .map_err(broken("having refused accounts opened again"))
}
