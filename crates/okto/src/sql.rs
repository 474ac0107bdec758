use kernel::Result;
use store::{Store, broken};

/// Whether anybody has signed up yet.
pub async fn has_users(store: &Store) -> Result<bool> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT 1 FROM auth_user) AS "there!""#)
        .fetch_one(store.pool())
        .await
        .map_err(broken("looking whether there are users"))
}
