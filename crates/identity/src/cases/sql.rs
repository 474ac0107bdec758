use kernel::{CaseId, Moment, Result};
use serde_json::Value;
use sqlx::PgPool;
use store::{Tx, broken};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Case;

struct Row {
    id: Uuid,
    kind: String,
    subject: Uuid,
    opened_at: OffsetDateTime,
    closed_at: Option<OffsetDateTime>,
    facts: Value,
}

impl From<Row> for Case {
    fn from(row: Row) -> Self {
        Self {
            id: CaseId::from_uuid(row.id),
            kind: row.kind,
            subject: row.subject,
            opened_at: row.opened_at.into(),
            closed_at: row.closed_at.map(Moment::from),
            facts: row.facts,
        }
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

pub(super) async fn open(pool: &PgPool, limit: i64) -> Result<Vec<Case>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, subject, opened_at, closed_at, facts FROM case_file
         WHERE state = 'open' ORDER BY opened_at, id LIMIT $1",
        limit,
    )
    .fetch_all(pool)
    .await
    .map(|rows| rows.into_iter().map(Case::from).collect())
    .map_err(broken("listing open cases"))
}

pub(super) async fn of_subject(pool: &PgPool, subject: Uuid, limit: i64) -> Result<Vec<Case>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, subject, opened_at, closed_at, facts FROM case_file
         WHERE subject = $1 ORDER BY opened_at, id LIMIT $2",
        subject,
        limit,
    )
    .fetch_all(pool)
    .await
    .map(|rows| rows.into_iter().map(Case::from).collect())
    .map_err(broken("listing the cases of a customer"))
}

pub(super) async fn close(tx: &mut Tx, case: CaseId, now: Moment) -> Result<bool> {
    sqlx::query!(
        "UPDATE case_file SET state = 'closed', closed_at = $2 WHERE id = $1 AND state = 'open'",
        case.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("closing a case"))
}
