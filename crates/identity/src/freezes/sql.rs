use kernel::{CaseId, CustomerId, Moment, Result};
use sqlx::PgPool;
use store::{Tx, broken};

use super::UserStatus;

/// Locks a user. Gives their status.
pub(super) async fn lock(tx: &mut Tx, user: CustomerId) -> Result<Option<String>> {
    sqlx::query_scalar!("SELECT status FROM auth_user WHERE id = $1 FOR NO KEY UPDATE", user.uuid())
        .fetch_optional(&mut **tx)
        .await
        .map_err(broken("locking a user"))
}

pub(super) async fn status(pool: &PgPool, user: CustomerId) -> Result<Option<String>> {
    sqlx::query_scalar!("SELECT status FROM auth_user WHERE id = $1", user.uuid())
        .fetch_optional(pool)
        .await
        .map_err(broken("reading the status of a user"))
}

pub(super) async fn set(tx: &mut Tx, user: CustomerId, to: UserStatus) -> Result<()> {
    sqlx::query!("UPDATE auth_user SET status = $2 WHERE id = $1", user.uuid(), to.as_str())
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("changing the status of a user"))
}

/// The oldest open case about a frozen user.
pub(super) async fn open_case(tx: &mut Tx, user: CustomerId) -> Result<Option<CaseId>> {
    sqlx::query_scalar!(
        "SELECT id FROM case_file WHERE subject = $1 AND state = 'open' AND kind LIKE 'frozen%'
         ORDER BY opened_at, id LIMIT 1",
        user.uuid(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map(|id| id.map(CaseId::from_uuid))
    .map_err(broken("looking for a case"))
}

pub(super) async fn close_cases(tx: &mut Tx, user: CustomerId, now: Moment) -> Result<()> {
    sqlx::query!(
        "UPDATE case_file SET state = 'closed', closed_at = $2, outcome = 'unfrozen'
         WHERE subject = $1 AND state = 'open' AND kind LIKE 'frozen%'",
        user.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("closing cases"))
}
