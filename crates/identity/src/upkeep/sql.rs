use kernel::{Moment, Result};
use sqlx::PgPool;
use store::broken;

/// Rows deleted of one table in one call.
const ROWS_MAX: i64 = 20_000;

pub(super) async fn clean_challenges(pool: &PgPool, created_before: Moment) -> Result<u64> {
    sqlx::query!(
        "DELETE FROM auth_challenge WHERE id IN (
             SELECT id FROM auth_challenge WHERE created_at < $1 LIMIT $2)",
        created_before.datetime(),
        ROWS_MAX,
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected())
    .map_err(broken("deleting old challenges"))
}

pub(super) async fn clean_sessions(pool: &PgPool, ended_before: Moment) -> Result<u64> {
    sqlx::query!(
        "DELETE FROM auth_session WHERE id IN (
             SELECT id FROM auth_session WHERE idle_until < $1
             LIMIT $2 FOR UPDATE SKIP LOCKED)",
        ended_before.datetime(),
        ROWS_MAX,
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected())
    .map_err(broken("deleting old sessions"))
}

pub(super) async fn clean_code_guards(pool: &PgPool, quiet_since: Moment) -> Result<u64> {
    sqlx::query!(
        "DELETE FROM auth_code_guard WHERE phone IN (
             SELECT phone FROM auth_code_guard
             WHERE coalesce(tried_at, $1) <= $1 AND coalesce(sent_at, $1) <= $1
             LIMIT $2 FOR UPDATE SKIP LOCKED)",
        quiet_since.datetime(),
        ROWS_MAX,
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected())
    .map_err(broken("deleting what is known of old codes"))
}

pub(super) async fn clean_sign_in_guards(pool: &PgPool, quiet_since: Moment) -> Result<u64> {
    sqlx::query!(
        "DELETE FROM auth_sign_in_guard WHERE phone IN (
             SELECT phone FROM auth_sign_in_guard WHERE tried_at <= $1
             LIMIT $2 FOR UPDATE SKIP LOCKED)",
        quiet_since.datetime(),
        ROWS_MAX,
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected())
    .map_err(broken("deleting old failed sign-ins"))
}
