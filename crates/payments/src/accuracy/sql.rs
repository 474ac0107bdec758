use kernel::{Asset, Day, Error, Moment, Money, OperationId, Result};
use serde_json::Value;
use sqlx::PgPool;
use store::partitions::lower_bound;
use store::{Tx, broken};
use time::OffsetDateTime;
use uuid::Uuid;

use super::rules::{Before, Operation, Parts, What};
use super::{FeeCheck, FeeFault};
use crate::postings::Leg;
use crate::transfers::rules::TransferDetail;

/// A client's clock, of which ids begin with, may be off by minutes.
const CLOCK_SECONDS: i64 = 3_600;

/// Looks at fees keep what they found one after another.
const LOCK: i64 = 0x006f_6b74_6f66_6565;

/// Between which ids the operations of some time lie.
fn ids(from: Moment, to: Moment) -> (Uuid, Uuid) {
    let first = from.plus_seconds(CLOCK_SECONDS.saturating_neg());
    (lower_bound(first), lower_bound(to.plus_seconds(CLOCK_SECONDS)))
}

fn asset(numeric: i16) -> Result<Asset> {
    Asset::from_numeric(numeric).ok_or(Error::invariant("a fee is in an unknown asset"))
}

struct Row {
    id: Uuid,
    at: OffsetDateTime,
    initiator: Uuid,
    initiator_kind: i16,
    detail: Value,
    amount: i64,
    asset: i16,
    payer: Option<Uuid>,
    payee: Option<Uuid>,
    whole: i64,
    vat: i64,
    scheme: i64,
    agent: i64,
    document: i64,
    document_vat: i64,
    document_scheme: i64,
    document_agent: i64,
    confirmed: i64,
}

impl Row {
    fn operation(self) -> Result<Operation> {
        let detail: TransferDetail = serde_json::from_value(self.detail)
            .map_err(|e| Error::broken("reading the document of an operation", e))?;
        Ok(Operation {
            id: OperationId::from_uuid(self.id),
            at: self.at.into(),
            initiator: self.initiator,
            channel: match self.initiator_kind {
                1 => "app",
                2 => "branch",
                _ => "bank",
            },
            own: self.payer.is_some() && self.payer == self.payee,
            amount: Money::new(self.amount, asset(self.asset)?),
            priced: detail.priced,
            legs: Parts {
                whole: self.whole,
                vat: self.vat,
                scheme: self.scheme,
                agent: self.agent,
            },
            documents: Parts {
                whole: self.document,
                vat: self.document_vat,
                scheme: self.document_scheme,
                agent: self.document_agent,
            },
            confirmed: self.confirmed,
        })
    }
}

/// Operations of a kind that moved money on a day, after one of them, in the order of their ids:
/// with what the ledger moved of their fees and what their documents say.
pub async fn operations(
    pool: &PgPool,
    (kind, day): (&str, Day),
    after: Uuid,
    limit: i64,
) -> Result<Vec<Operation>> {
    let (first, last) = ids(day.start(), day.end());
    sqlx::query_as!(
        Row,
        r#"SELECT o.id, o.at, o.initiator, o.initiator_kind, o.detail, t.amount, a.asset,
                  a.owner AS payer, c.owner AS payee,
                  legs.whole AS "whole!", legs.vat AS "vat!", legs.scheme AS "scheme!",
                  legs.agent AS "agent!",
                  docs.whole AS "document!", docs.vat AS "document_vat!",
                  docs.scheme AS "document_scheme!", docs.agent AS "document_agent!",
                  docs.confirmed AS "confirmed!"
           FROM operation o
           JOIN transfer t ON t.operation_id = o.id AND t.index = 0
           JOIN account a ON a.id = t.debit
           JOIN account c ON c.id = t.credit
           CROSS JOIN LATERAL (
               SELECT coalesce(sum(f.amount) FILTER (WHERE f.code = $7), 0)::bigint AS whole,
                      coalesce(sum(f.amount) FILTER (WHERE f.code = $8), 0)::bigint AS vat,
                      coalesce(sum(f.amount) FILTER (WHERE f.code = $9), 0)::bigint AS scheme,
                      coalesce(sum(f.amount) FILTER (WHERE f.code = $10), 0)::bigint AS agent
               FROM transfer f WHERE f.operation_id = o.id AND f.kind IN (1, 3)
           ) legs
           CROSS JOIN LATERAL (
               SELECT coalesce(sum(d.amount) FILTER (WHERE d.leg = $7), 0)::bigint AS whole,
                      coalesce(sum(d.amount) FILTER (WHERE d.leg = $8), 0)::bigint AS vat,
                      coalesce(sum(d.amount) FILTER (WHERE d.leg = $9), 0)::bigint AS scheme,
                      coalesce(sum(d.amount) FILTER (WHERE d.leg = $10), 0)::bigint AS agent,
                      coalesce(sum(d.amount) FILTER (WHERE d.leg = $7 AND d.state = 3), 0)::bigint
                          AS confirmed
               FROM abs_document d WHERE d.operation_id = o.id
           ) docs
           WHERE o.kind = $1 AND o.state = 1 AND o.id > $2 AND o.id < $3 AND o.at >= $4
             AND o.at < $5
           ORDER BY o.id LIMIT $6"#,
        kind,
        after.max(first),
        last,
        day.start().datetime(),
        day.end().datetime(),
        limit,
        Leg::InternalTransferFee.code(),
        Leg::InternalTransferFeeVat.code(),
        Leg::InternalTransferFeeScheme.code(),
        Leg::InternalTransferFeeAgent.code(),
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading the fees of a day"))?
    .into_iter()
    .map(Row::operation)
    .collect()
}

/// What customers used of the rules of tariffs in a month before a day, where a month is counted.
pub async fn used_before(
    pool: &PgPool,
    (kind, day): (&str, Day),
    month: Day,
    customers: &[Uuid],
) -> Result<Vec<Before>> {
    let (first, last) = ids(month.start(), day.start());
    let since = month.start().seconds();
    let rows = sqlx::query!(
        r#"SELECT o.initiator, o.detail->'priced'->>'rule' AS "rule!", a.asset,
                  count(*) AS "operations!", sum(t.amount)::bigint AS "quantity!"
           FROM operation o
           JOIN transfer t ON t.operation_id = o.id AND t.index = 0
           JOIN account a ON a.id = t.debit
           WHERE o.kind = $1 AND o.state = 1 AND o.id >= $2 AND o.id < $3 AND o.at >= $4
             AND o.at < $5 AND o.initiator = ANY ($6)
             AND (o.detail->'priced'->'used'->>'since')::bigint = $7
           GROUP BY o.initiator, o.detail->'priced'->>'rule', a.asset"#,
        kind,
        first,
        last,
        month.start().datetime(),
        day.start().datetime(),
        customers,
        since,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading what was used of tariffs before a day"))?;
    rows.into_iter()
        .map(|row| -> Result<Before> {
            Ok(Before {
                customer: row.initiator,
                rule: row.rule,
                asset: asset(row.asset)?,
                since,
                operations: row.operations,
                quantity: row.quantity,
            })
        })
        .collect()
}

/// Keeps what a look at a day came to, in the place of the one before.
pub async fn keep(
    tx: &mut Tx,
    day: Day,
    (checks, faults): (&[FeeCheck], &[FeeFault]),
) -> Result<()> {
    const DOING: &str = "keeping what a look at the fees of a day came to";
    // One look at a time: the later one stays.
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", LOCK)
        .execute(&mut **tx)
        .await
        .map_err(broken(DOING))?;
    sqlx::query!("DELETE FROM fee_fault WHERE day = $1", day.date())
        .execute(&mut **tx)
        .await
        .map_err(broken(DOING))?;
    for check in checks {
        sqlx::query!(
            "INSERT INTO fee_check (day, asset, operations, paid, expected, charged, booked,
                 documented, confirmed, undocumented, wrong, checked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (day, asset) DO UPDATE
             SET operations = excluded.operations, paid = excluded.paid,
                 expected = excluded.expected, charged = excluded.charged,
                 booked = excluded.booked, documented = excluded.documented,
                 confirmed = excluded.confirmed, undocumented = excluded.undocumented,
                 wrong = excluded.wrong, checked_at = excluded.checked_at",
            day.date(),
            check.asset.numeric(),
            check.operations,
            check.paid,
            check.expected,
            check.charged,
            check.booked,
            check.documented,
            check.confirmed,
            check.undocumented,
            check.wrong,
            check.checked_at.datetime(),
        )
        .execute(&mut **tx)
        .await
        .map_err(broken(DOING))?;
    }
    for fault in faults {
        sqlx::query!(
            "INSERT INTO fee_fault (operation_id, day, asset, what, expected, charged, booked,
                 documented)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (operation_id) DO NOTHING",
            fault.operation.uuid(),
            day.date(),
            fault.expected.asset.numeric(),
            fault.what.as_str(),
            fault.expected.minor,
            fault.charged.minor,
            fault.booked.minor,
            fault.documented.minor,
        )
        .execute(&mut **tx)
        .await
        .map_err(broken(DOING))?;
    }
    Ok(())
}

/// The days of some time that are over, and have everything right and confirmed, or were looked at
/// lately.
pub async fn settled_days(
    pool: &PgPool,
    (from, today): (Day, Day),
    lately: Moment,
) -> Result<Vec<Day>> {
    let days = sqlx::query_scalar!(
        "SELECT day FROM fee_check WHERE day BETWEEN $1 AND $2
         GROUP BY day
         HAVING (bool_and(wrong = 0 AND undocumented = 0 AND expected = charged
                          AND charged = booked AND booked = documented AND documented = confirmed)
                 OR min(checked_at) > $3)
            AND min((checked_at AT TIME ZONE 'Asia/Tashkent')::date) > day",
        from.date(),
        today.date(),
        lately.datetime(),
    )
    .fetch_all(pool)
    .await
    .map_err(broken("asking of which days every fee is confirmed"))?;
    Ok(days.into_iter().map(Day::from).collect())
}

/// What looks came to, the last day first.
pub async fn checks(pool: &PgPool, (from, to): (Day, Day)) -> Result<Vec<FeeCheck>> {
    let rows = sqlx::query!(
        "SELECT day, asset, operations, paid, expected, charged, booked, documented, confirmed,
                undocumented, wrong, checked_at
         FROM fee_check WHERE day BETWEEN $1 AND $2 ORDER BY day DESC, asset",
        from.date(),
        to.date(),
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading what looks at fees came to"))?;
    rows.into_iter()
        .map(|row| -> Result<FeeCheck> {
            Ok(FeeCheck {
                day: row.day.into(),
                asset: asset(row.asset)?,
                operations: row.operations,
                paid: row.paid,
                expected: row.expected,
                charged: row.charged,
                booked: row.booked,
                documented: row.documented,
                confirmed: row.confirmed,
                undocumented: row.undocumented,
                wrong: row.wrong,
                checked_at: row.checked_at.into(),
            })
        })
        .collect()
}

/// The operations whose fee is not what it should be, of one day or the last ones of all.
pub async fn faults(pool: &PgPool, day: Option<Day>, limit: i64) -> Result<Vec<FeeFault>> {
    const MALFORMED: Error = Error::invariant("a fault of a fee is malformed");
    let rows = sqlx::query!(
        "SELECT operation_id, day, asset, what, expected, charged, booked, documented
         FROM fee_fault WHERE $1::date IS NULL OR day = $1
         ORDER BY day DESC, operation_id LIMIT $2",
        day.map(Day::date),
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing fees that are not what they should be"))?;
    rows.into_iter()
        .map(|row| -> Result<FeeFault> {
            let asset = asset(row.asset)?;
            let money = |minor| Money::new(minor, asset);
            Ok(FeeFault {
                operation: OperationId::from_uuid(row.operation_id),
                day: row.day.into(),
                what: What::parse(&row.what).ok_or(MALFORMED)?,
                expected: money(row.expected),
                charged: money(row.charged),
                booked: money(row.booked),
                documented: money(row.documented),
            })
        })
        .collect()
}
