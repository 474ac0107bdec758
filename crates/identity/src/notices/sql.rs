use kernel::{CustomerId, Moment, Result};
use sqlx::PgPool;
use store::{Tx, broken};

pub(super) async fn remember_former(
    tx: &mut Tx,
    user: CustomerId,
    (sealed, until): (&str, Moment),
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO auth_former_contact (user_id, sealed, until) VALUES ($1, $2, $3)",
        user.uuid(),
        sealed,
        until.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("remembering a contact that was replaced"))
}

/// The contacts that a user replaced and that are remembered then, sealed.
pub(super) async fn former(pool: &PgPool, user: CustomerId, at: Moment) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT sealed FROM auth_former_contact WHERE user_id = $1 AND until > $2 ORDER BY until",
        user.uuid(),
        at.datetime(),
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading the contacts that a user replaced"))
}
