use kernel::{Asset, Day, Error, Moment, Money, OperationId, Result, StaffId};
use sqlx::PgPool;
use store::{Tx, broken};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::merge::Keyed;
use super::rules::{Break, BreakKind, Item, Status};
use super::{Comparison, How, OpenBreaks, Resolved, Run, StoredBreak};
use crate::export::sql::asset;
use crate::{BreakId, DocumentId, RunId};

/// What our books say of the documents of some days, after one of them, in the order of their ids.
pub async fn ours(
    pool: &PgPool,
    (from, to): (Day, Day),
    after: Option<DocumentId>,
    limit: i64,
) -> Result<Vec<(DocumentId, Keyed)>> {
    let rows = sqlx::query!(
        r#"SELECT d.id AS "id!", d.operation_id, d.index, d.day AS "day!", d.debit AS "debit!",
                  d.credit AS "credit!", d.asset AS "asset!",
                  coalesce(t.amount, d.amount) AS "amount!"
           FROM generate_series(0, $2::date - $1::date) AS later (days)
           CROSS JOIN LATERAL (
               SELECT * FROM abs_document w
               WHERE w.day = $1::date + later.days AND w.id > $3 AND w.state <> 0
               ORDER BY w.id LIMIT $4
           ) d
           LEFT JOIN transfer t ON t.operation_id = d.operation_id AND t.index = d.index
           ORDER BY d.id LIMIT $4"#,
        from.date(),
        to.date(),
        after.map_or(Uuid::nil(), DocumentId::uuid),
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading what was written down of some days"))?;
    rows.into_iter()
        .map(|row| -> Result<(DocumentId, Keyed)> {
            let document = DocumentId::from_uuid(row.id);
            let name = match (row.operation_id, row.index) {
                (Some(id), Some(index)) => format!("{}/{index}", OperationId::from_uuid(id)),
                _ => document.to_string(),
            };
            let item = Item {
                id: name,
                reference: super::abs::reference(&document.to_string(), (&row.debit, &row.credit)),
                amount: Money::new(row.amount, asset(row.asset)?),
                fee: None,
                status: Status::Done,
                day: row.day.into(),
            };
            Ok((document, Keyed { key: document.to_string(), item }))
        })
        .collect()
}

/// The first of some days of which a document is still on its way.
pub async fn under_way(pool: &PgPool, (from, to): (Day, Day)) -> Result<Option<Day>> {
    sqlx::query_scalar!(
        "SELECT min(day) FROM abs_document WHERE day BETWEEN $1 AND $2 AND state IN (0, 1, 2)",
        from.date(),
        to.date(),
    )
    .fetch_one(pool)
    .await
    .map(|day| day.map(Day::from))
    .map_err(broken("asking which documents are still on their way"))
}

pub async fn insert_run(
    tx: &mut Tx,
    id: RunId,
    comparison: &Comparison,
    now: Moment,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO recon_run (id, book, first_day, last_day, at, agreed, found)
         VALUES ($1, $2, $3, $4, $5, $6, 0)",
        id.uuid(),
        comparison.book,
        comparison.days.0.date(),
        comparison.days.1.date(),
        now.datetime(),
        i64::try_from(comparison.compared.agreed).unwrap_or(i64::MAX),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("keeping a comparison of books"))
}

/// Keeps how many differences a run found.
pub async fn count_found(tx: &mut Tx, id: RunId, found: i32) -> Result<()> {
    sqlx::query!("UPDATE recon_run SET found = $2 WHERE id = $1", id.uuid(), found)
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("keeping how much a comparison found"))
}

/// Keeps a difference: a new one, or what is known of one that is open. False when it was explained
/// as it is, so that nobody has to look at it again.
pub async fn keep_break(
    tx: &mut Tx,
    (id, run): (BreakId, RunId),
    book: &str,
    found: &Break,
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO recon_break (id, book, kind, reference, ours, theirs, difference, asset,
             likely, day, first_run, last_run, found_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12
         WHERE NOT EXISTS (
             SELECT FROM recon_break known
             WHERE known.book = $2 AND known.kind = $3 AND known.reference = $4
               AND known.difference = $7 AND known.resolution = 'explained')
         ON CONFLICT (book, kind, reference) WHERE resolved_at IS NULL DO UPDATE
         SET ours = excluded.ours, theirs = excluded.theirs, difference = excluded.difference,
             asset = excluded.asset, likely = excluded.likely, last_run = excluded.last_run",
        id.uuid(),
        book,
        found.kind.as_str(),
        found.reference,
        &found.ours,
        &found.theirs,
        found.difference.minor,
        found.difference.asset.numeric(),
        found.likely,
        found.day.date(),
        run.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("keeping a difference between books"))
}

/// Resolves the open differences of these days that a run did not see any more. Gives how many.
pub async fn resolve_gone(
    tx: &mut Tx,
    run: RunId,
    comparison: &Comparison,
    (by, now): (&str, Moment),
) -> Result<u64> {
    sqlx::query!(
        "UPDATE recon_break SET resolved_at = $5, resolution = 'agrees', evidence = $6,
                resolved_by = $7
         WHERE book = $1 AND day BETWEEN $2 AND $3 AND last_run <> $4 AND resolved_at IS NULL",
        comparison.book,
        comparison.days.0.date(),
        comparison.days.1.date(),
        run.uuid(),
        now.datetime(),
        run.to_string(),
        by,
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected())
    .map_err(broken("resolving differences that are gone"))
}

struct BreakRow {
    id: Uuid,
    book: String,
    kind: String,
    reference: String,
    ours: Vec<String>,
    theirs: Vec<String>,
    difference: i64,
    asset: i16,
    likely: Option<String>,
    day: Date,
    found_at: OffsetDateTime,
    owner: Option<Uuid>,
    resolved_at: Option<OffsetDateTime>,
    resolution: Option<String>,
    evidence: Option<String>,
    resolved_by: Option<String>,
}

impl BreakRow {
    fn into_stored(self) -> Result<StoredBreak> {
        const MALFORMED: Error = Error::invariant("a difference between books is malformed");
        let resolved = match (self.resolved_at, self.resolution, self.evidence, self.resolved_by) {
            (Some(at), Some(how), Some(evidence), Some(by)) => Some(Resolved {
                at: at.into(),
                how: How::parse(&how).ok_or(MALFORMED)?,
                evidence,
                by,
            }),
            _ => None,
        };
        Ok(StoredBreak {
            id: BreakId::from_uuid(self.id),
            book: self.book,
            found: Break {
                kind: BreakKind::parse(&self.kind).ok_or(MALFORMED)?,
                reference: self.reference,
                ours: self.ours,
                theirs: self.theirs,
                difference: Money::new(self.difference, asset(self.asset)?),
                day: self.day.into(),
                likely: self.likely,
            },
            found_at: self.found_at.into(),
            owner: self.owner.map(StaffId::from_uuid),
            resolved,
        })
    }
}

pub async fn one(pool: &PgPool, id: BreakId) -> Result<Option<StoredBreak>> {
    sqlx::query_as!(
        BreakRow,
        "SELECT id, book, kind, reference, ours, theirs, difference, asset, likely, day, found_at,
                owner, resolved_at, resolution, evidence, resolved_by
         FROM recon_break WHERE id = $1",
        id.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a difference between books"))?
    .map(BreakRow::into_stored)
    .transpose()
}

/// One that nobody else changes until the transaction ends.
pub async fn lock(tx: &mut Tx, id: BreakId) -> Result<Option<StoredBreak>> {
    sqlx::query_as!(
        BreakRow,
        "SELECT id, book, kind, reference, ours, theirs, difference, asset, likely, day, found_at,
                owner, resolved_at, resolution, evidence, resolved_by
         FROM recon_break WHERE id = $1 FOR UPDATE",
        id.uuid(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("reading a difference between books"))?
    .map(BreakRow::into_stored)
    .transpose()
}

/// Those that are open, the oldest first, after one of them.
pub async fn open(pool: &PgPool, after: Option<BreakId>, limit: i64) -> Result<Vec<StoredBreak>> {
    sqlx::query_as!(
        BreakRow,
        "SELECT id, book, kind, reference, ours, theirs, difference, asset, likely, day, found_at,
                owner, resolved_at, resolution, evidence, resolved_by
         FROM recon_break
         WHERE resolved_at IS NULL AND ($1::uuid IS NULL OR (found_at, id) >
             (SELECT last.found_at, last.id FROM recon_break last WHERE last.id = $1))
         ORDER BY found_at, id LIMIT $2",
        after.map(BreakId::uuid),
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing open differences between books"))?
    .into_iter()
    .map(BreakRow::into_stored)
    .collect()
}

/// Those that are resolved, the last one first.
pub async fn resolved(pool: &PgPool, limit: i64) -> Result<Vec<StoredBreak>> {
    sqlx::query_as!(
        BreakRow,
        "SELECT id, book, kind, reference, ours, theirs, difference, asset, likely, day, found_at,
                owner, resolved_at, resolution, evidence, resolved_by
         FROM recon_break WHERE resolved_at IS NOT NULL
         ORDER BY resolved_at DESC, id LIMIT $1",
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing resolved differences between books"))?
    .into_iter()
    .map(BreakRow::into_stored)
    .collect()
}

/// How many are open, by book, kind and currency, with how much they come to and since when.
pub async fn open_by_kind(pool: &PgPool) -> Result<Vec<OpenBreaks>> {
    let rows = sqlx::query!(
        r#"SELECT book, kind, asset, count(*) AS "count!", min(found_at) AS "oldest!",
                  sum(abs(difference))::text AS "difference!"
           FROM recon_break WHERE resolved_at IS NULL
           GROUP BY book, kind, asset ORDER BY book, kind, asset"#
    )
    .fetch_all(pool)
    .await
    .map_err(broken("counting open differences between books"))?;
    rows.into_iter()
        .map(|row| -> Result<OpenBreaks> {
            let kind = BreakKind::parse(&row.kind);
            let asset: Asset = asset(row.asset)?;
            // What does not fit is so much that the number does not matter any more.
            let difference = row.difference.parse().unwrap_or(i64::MAX);
            Ok(OpenBreaks {
                book: row.book,
                kind: kind.ok_or(Error::invariant("a difference is of an unknown kind"))?,
                count: row.count,
                difference: Money::new(difference, asset),
                oldest: row.oldest.into(),
            })
        })
        .collect()
}

/// False when it is not open, or theirs already.
pub async fn assign(tx: &mut Tx, id: BreakId, owner: StaffId) -> Result<bool> {
    sqlx::query!(
        "UPDATE recon_break SET owner = $2
         WHERE id = $1 AND resolved_at IS NULL AND owner IS DISTINCT FROM $2",
        id.uuid(),
        owner.uuid(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("giving a difference between books to somebody"))
}

/// False when it is not open.
pub async fn resolve(tx: &mut Tx, id: BreakId, resolved: &Resolved) -> Result<bool> {
    sqlx::query!(
        "UPDATE recon_break SET resolved_at = $2, resolution = $3, evidence = $4, resolved_by = $5
         WHERE id = $1 AND resolved_at IS NULL",
        id.uuid(),
        resolved.at.datetime(),
        resolved.how.as_str(),
        resolved.evidence,
        resolved.by,
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("resolving a difference between books"))
}

/// The last comparisons with a book, the latest first.
pub async fn runs(pool: &PgPool, book: &str, limit: i64) -> Result<Vec<Run>> {
    let rows = sqlx::query!(
        "SELECT id, first_day, last_day, at, agreed, found
         FROM recon_run WHERE book = $1 ORDER BY at DESC, id LIMIT $2",
        book,
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing comparisons of books"))?;
    Ok(rows
        .into_iter()
        .map(|row| Run {
            id: RunId::from_uuid(row.id),
            days: (row.first_day.into(), row.last_day.into()),
            at: row.at.into(),
            agreed: row.agreed,
            found: row.found,
        })
        .collect())
}

/// The last comparisons with every book, the latest first.
pub async fn last_runs(pool: &PgPool, limit: i64) -> Result<Vec<(String, Run)>> {
    let rows = sqlx::query!(
        "SELECT book, id, first_day, last_day, at, agreed, found
         FROM recon_run ORDER BY at DESC, id LIMIT $1",
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing comparisons of books"))?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let run = Run {
                id: RunId::from_uuid(row.id),
                days: (row.first_day.into(), row.last_day.into()),
                at: row.at.into(),
                agreed: row.agreed,
                found: row.found,
            };
            (row.book, run)
        })
        .collect())
}
