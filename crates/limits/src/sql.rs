use std::collections::HashMap;

use kernel::{Error, Moment, Result};
use sqlx::{PgExecutor, PgPool};
use store::{Tx, broken};
use uuid::Uuid;

use crate::count::{AdjustedBy, Adjustment};
use crate::holding::{Coming, Named};

/// The adjustments that hold for each of several operations, by the limits and the subjects that
/// they name.
pub async fn adjusted(
    executor: impl PgExecutor<'_>,
    named: &[Vec<Named>],
    now: Moment,
) -> Result<Vec<Vec<Adjustment>>> {
    let mut asked = named.concat();
    asked.sort_unstable();
    asked.dedup();
    if asked.is_empty() {
        return Ok(vec![Vec::new(); named.len()]);
    }
    let (limits, subjects): (Vec<Uuid>, Vec<Uuid>) = asked.into_iter().unzip();
    let rows = sqlx::query!(
        "SELECT DISTINCT ON (a.limit_id, a.subject, a.moved_by) a.limit_id, a.subject, a.moved_by,
                a.ceiling, a.until_at
         FROM UNNEST($1::uuid[], $2::uuid[]) AS u (l, s)
         JOIN limit_adjustment a ON a.limit_id = u.l AND a.subject = u.s
         WHERE a.dropped_at IS NULL AND a.from_at <= $3 AND coalesce(a.until_at > $3, true)
         ORDER BY a.limit_id, a.subject, a.moved_by, a.from_at DESC, a.created_at DESC",
        &limits,
        &subjects,
        now.datetime()
    )
    .fetch_all(executor)
    .await
    .map_err(broken("reading moved ceilings"))?;
    let adjustment = |limit: Uuid, by: &str, ceiling: i64, until: Option<Moment>| {
        let by = match by {
            "staff" => AdjustedBy::Staff,
            "customer" => AdjustedBy::Customer,
            _ => return Err(Error::invariant("who moved a ceiling cannot be read")),
        };
        Ok(Adjustment { limit, by, ceiling, until })
    };
    let mut moved = HashMap::<Named, Vec<Adjustment>>::new();
    for row in rows {
        let until = row.until_at.map(Moment::from);
        // One that gives the bank's own back.
        let Some(ceiling) = row.ceiling else { continue };
        let adjustment = adjustment(row.limit_id, &row.moved_by, ceiling, until)?;
        moved.entry((row.limit_id, row.subject)).or_default().push(adjustment);
    }
    let of = |named: &Vec<Named>| -> Vec<Adjustment> {
        named.iter().filter_map(|one| moved.get(one)).flatten().copied().collect()
    };
    Ok(named.iter().map(of).collect())
}

/// A ceiling that somebody moves.
pub struct Moved<'a> {
    pub id: Uuid,
    pub limit: Uuid,
    pub subject: Uuid,
    pub by: AdjustedBy,
    pub ceiling: Option<i64>,
    pub from: Moment,
    pub until: Option<Moment>,
    pub reason: &'a str,
}

/// The ceiling of its own that a subject has, or just got from another node whose clock is ahead.
/// Nobody else changes it before the transaction ends.
pub async fn lock_own(
    tx: &mut Tx,
    (limit, subject): (Uuid, Uuid),
    now: Moment,
) -> Result<Option<i64>> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended('limit ' || $1::text || $2::text, 0))",
        limit.to_string(),
        subject.to_string()
    )
    .execute(&mut **tx)
    .await
    .map_err(broken("waiting for a ceiling of one's own"))?;
    let held = sqlx::query_scalar!(
        "SELECT ceiling FROM limit_adjustment
         WHERE limit_id = $1 AND subject = $2 AND moved_by = 'customer' AND dropped_at IS NULL
           AND (from_at <= $3 OR from_at = created_at)
         ORDER BY from_at DESC, created_at DESC LIMIT 1",
        limit,
        subject,
        now.datetime()
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("reading a ceiling of one's own"))?;
    Ok(held.flatten())
}

/// Writes it, and drops what was to hold later by the same, or from the same moment on. What the
/// bank moved for a time it moves once: nothing of before holds again when that is over.
pub async fn adjust(tx: &mut Tx, moved: &Moved<'_>, now: Moment) -> Result<()> {
    let by = match moved.by {
        AdjustedBy::Staff => "staff",
        AdjustedBy::Customer => "customer",
    };
    sqlx::query!(
        "UPDATE limit_adjustment SET dropped_at = $4
         WHERE limit_id = $1 AND subject = $2 AND moved_by = $3
           AND (from_at > $4 AND from_at > created_at OR from_at >= $5 OR moved_by = 'staff')
           AND dropped_at IS NULL",
        moved.limit,
        moved.subject,
        by,
        now.datetime(),
        moved.from.datetime()
    )
    .execute(&mut **tx)
    .await
    .map_err(broken("dropping a ceiling that was to be moved"))?;
    sqlx::query!(
        "INSERT INTO limit_adjustment
             (id, limit_id, subject, moved_by, ceiling, from_at, until_at, reason, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        moved.id,
        moved.limit,
        moved.subject,
        by,
        moved.ceiling,
        moved.from.datetime(),
        moved.until.map(Moment::datetime),
        moved.reason,
        now.datetime()
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("moving a ceiling"))
}

/// The ceiling of its own that a subject is to have next.
pub async fn coming(
    pool: &PgPool,
    (limit, subject): (Uuid, Uuid),
    now: Moment,
) -> Result<Option<Coming>> {
    let row = sqlx::query!(
        "SELECT ceiling, from_at FROM limit_adjustment
         WHERE limit_id = $1 AND subject = $2 AND moved_by = 'customer' AND dropped_at IS NULL
           AND from_at > $3
         ORDER BY from_at LIMIT 1",
        limit,
        subject,
        now.datetime()
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a ceiling that is to be moved"))?;
    Ok(row.map(|row| Coming { ceiling: row.ceiling, from: row.from_at.into() }))
}
