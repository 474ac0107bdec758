use std::collections::HashMap;

use kernel::{CustomerId, Result};
use sqlx::PgPool;
use store::broken;
use uuid::Uuid;

/// What a user can be found by.
pub(super) enum Index {
    Phone([u8; 32]),
    Email([u8; 32]),
}

pub(super) async fn by_contact(pool: &PgPool, index: &Index) -> Result<Option<CustomerId>> {
    let found = match index {
        Index::Phone(index) => {
            sqlx::query_scalar!("SELECT id FROM auth_user WHERE phone_index = $1", index.as_slice())
                .fetch_optional(pool)
                .await
        }
        Index::Email(index) => {
            sqlx::query_scalar!("SELECT id FROM auth_user WHERE email_index = $1", index.as_slice())
                .fetch_optional(pool)
                .await
        }
    };
    found.map(|id| id.map(CustomerId::from_uuid)).map_err(broken("looking for a user by a contact"))
}

/// A user as the bank sees them.
pub(super) struct Row {
    pub phone_sealed: Vec<u8>,
    pub email_sealed: Option<Vec<u8>>,
    pub status: String,
}

pub(super) async fn users(pool: &PgPool, ids: &[Uuid]) -> Result<HashMap<Uuid, Row>> {
    let rows = sqlx::query!(
        "SELECT id, phone_sealed, email_sealed, status FROM auth_user WHERE id = ANY($1)",
        ids,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading users"))?;
    let row = |phone_sealed, email_sealed, status| Row { phone_sealed, email_sealed, status };
    Ok(rows.into_iter().map(|r| (r.id, row(r.phone_sealed, r.email_sealed, r.status))).collect())
}
