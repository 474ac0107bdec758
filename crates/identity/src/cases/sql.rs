use kernel::{CaseId, Error, Moment, Result, StaffId};
use serde_json::Value;
use sqlx::PgPool;
use store::{Tx, broken};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Case, Outcome};

struct Row {
    id: Uuid,
    kind: String,
    subject: Uuid,
    opened_at: OffsetDateTime,
    closed_at: Option<OffsetDateTime>,
    facts: Value,
    outcome: Option<String>,
    closed_by: Option<Uuid>,
    note_sealed: Option<Vec<u8>>,
}

/// How a case is closed.
pub(super) struct Closing<'a> {
    pub outcome: Outcome,
    pub by: StaffId,
    pub note: Option<&'a [u8]>,
}

impl TryFrom<Row> for Case {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: CaseId::from_uuid(row.id),
            kind: row.kind,
            subject: row.subject,
            opened_at: row.opened_at.into(),
            closed_at: row.closed_at.map(Moment::from),
            outcome: row.outcome.as_deref().map(Outcome::of_row).transpose()?,
            closed_by: row.closed_by.map(StaffId::from_uuid),
            facts: row.facts,
        })
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    (id, kind): (CaseId, &str),
    subject: Uuid,
    facts: &Value,
    now: Moment,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO case_file (id, kind, subject, opened_at, state, facts)
         VALUES ($1, $2, $3, $4, 'open', $5)",
        id.uuid(),
        kind,
        subject,
        now.datetime(),
        facts,
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("opening a case"))
}

pub(super) async fn one(pool: &PgPool, case: CaseId) -> Result<Option<(Case, Option<Vec<u8>>)>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, kind, subject, opened_at, closed_at, facts, outcome, closed_by, note_sealed
         FROM case_file WHERE id = $1",
        case.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading a case"))?;
    let Some(mut row) = row else { return Ok(None) };
    let note = row.note_sealed.take();
    Ok(Some((row.try_into()?, note)))
}

/// Those that are open, the oldest first, after one of them.
pub(super) async fn open(pool: &PgPool, after: Option<CaseId>, limit: i64) -> Result<Vec<Case>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, subject, opened_at, closed_at, facts, outcome, closed_by, note_sealed
         FROM case_file
         WHERE state = 'open' AND ($1::uuid IS NULL OR (opened_at, id) >
             (SELECT last.opened_at, last.id FROM case_file last WHERE last.id = $1))
         ORDER BY opened_at, id LIMIT $2",
        after.map(CaseId::uuid),
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing open cases"))?
    .into_iter()
    .map(Case::try_from)
    .collect()
}

/// How many are open.
pub(super) async fn count_open(pool: &PgPool, not_about: &[Uuid]) -> Result<u64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM case_file
           WHERE state = 'open' AND subject <> ALL($1)"#,
        not_about,
    )
    .fetch_one(pool)
    .await
    .map(|count| u64::try_from(count).unwrap_or_default())
    .map_err(broken("counting open cases"))
}

/// Those that are closed, the last one first, after one of them.
pub(super) async fn closed(pool: &PgPool, after: Option<CaseId>, limit: i64) -> Result<Vec<Case>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, subject, opened_at, closed_at, facts, outcome, closed_by, note_sealed
         FROM case_file
         WHERE state = 'closed' AND ($1::uuid IS NULL OR (closed_at, id) <
             (SELECT last.closed_at, last.id FROM case_file last WHERE last.id = $1))
         ORDER BY closed_at DESC, id DESC LIMIT $2",
        after.map(CaseId::uuid),
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing closed cases"))?
    .into_iter()
    .map(Case::try_from)
    .collect()
}

pub(super) async fn of_subject(pool: &PgPool, subject: Uuid, limit: i64) -> Result<Vec<Case>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, subject, opened_at, closed_at, facts, outcome, closed_by, note_sealed
         FROM case_file WHERE subject = $1 ORDER BY opened_at, id LIMIT $2",
        subject,
        limit,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing the cases of a customer"))?
    .into_iter()
    .map(Case::try_from)
    .collect()
}

/// Closes a case. False when it was closed already.
pub(super) async fn close(
    tx: &mut Tx,
    case: CaseId,
    closing: &Closing<'_>,
    now: Moment,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE case_file
         SET state = 'closed', closed_at = $2, outcome = $3, closed_by = $4, note_sealed = $5
         WHERE id = $1 AND state = 'open'",
        case.uuid(),
        now.datetime(),
        closing.outcome.as_str(),
        closing.by.uuid(),
        closing.note,
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("closing a case"))
}

/// Keeps why somebody was frozen, when nothing is kept yet.
pub(super) async fn give_reason(tx: &mut Tx, case: CaseId, sealed: &[u8]) -> Result<()> {
    sqlx::query!(
        "UPDATE case_file SET reason_sealed = $2 WHERE id = $1 AND reason_sealed IS NULL",
        case.uuid(),
        sealed,
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("keeping the reason of a case"))
}

pub(super) async fn reason(pool: &PgPool, case: CaseId) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("SELECT reason_sealed FROM case_file WHERE id = $1", case.uuid())
        .fetch_optional(pool)
        .await
        .map(Option::flatten)
        .map_err(broken("reading the reason of a case"))
}
