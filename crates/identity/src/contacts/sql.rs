use kernel::{CustomerId, Moment, Result, SubjectKey};
use sqlx::PgPool;
use store::{Tx, broken};

use crate::notices::UserContacts;
use crate::sealed::{self, Column, Index};

/// The contacts of a user, sealed.
pub(super) struct Row {
    phone_sealed: Vec<u8>,
    email_sealed: Option<Vec<u8>>,
}

impl Row {
    pub fn open(&self, key: &SubjectKey, user: CustomerId) -> Result<UserContacts> {
        let email = self.email_sealed.as_deref().map(|email| {
            let text = sealed::open(key, Column::Email, user, email)?;
            sealed::read_email(text.expose())
        });
        let phone = sealed::open_phone(key, user, &self.phone_sealed)?;
        Ok(UserContacts { phone, email: email.transpose()? })
    }
}

pub(super) async fn read(pool: &PgPool, user: CustomerId) -> Result<Option<Row>> {
    sqlx::query_as!(
        Row,
        "SELECT phone_sealed, email_sealed FROM auth_user WHERE id = $1",
        user.uuid(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("reading the contacts of a user"))
}

/// The contacts of a user who has not left, whom nobody else changes until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, user: CustomerId) -> Result<Option<Row>> {
    sqlx::query_as!(
        Row,
        "SELECT phone_sealed, email_sealed FROM auth_user
         WHERE id = $1 AND status <> 'closed' FOR NO KEY UPDATE",
        user.uuid(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("locking a user"))
}

/// Gives a user a phone. True when it is another user's: the transaction is over then.
pub(super) async fn set_phone(
    tx: &mut Tx,
    user: CustomerId,
    (index, sealed): (&Index, &[u8]),
    (now, cooling_until): (Moment, Moment),
) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE auth_user SET phone_index = $2, phone_sealed = $3, phone_set_at = $5,
             cooling_until = greatest(cooling_until, $4) WHERE id = $1",
        user.uuid(),
        index.as_slice(),
        sealed,
        cooling_until.datetime(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await;
    taken(done)
}

/// Gives a user a mailbox. True when it is another user's: the transaction is over then.
pub(super) async fn set_email(
    tx: &mut Tx,
    user: CustomerId,
    (index, sealed): (&Index, &[u8]),
    (now, cooling_until): (Moment, Moment),
) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE auth_user SET email_index = $2, email_sealed = $3, email_set_at = $5,
             cooling_until = greatest(cooling_until, $4) WHERE id = $1",
        user.uuid(),
        index.as_slice(),
        sealed,
        cooling_until.datetime(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await;
    taken(done)
}

fn taken<T>(done: Result<T, sqlx::Error>) -> Result<bool> {
    match done {
        Ok(_) => Ok(false),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(true),
        Err(error) => Err(broken("changing a contact")(error)),
    }
}

pub(super) async fn remove_email(tx: &mut Tx, user: CustomerId) -> Result<()> {
    sqlx::query!(
        "UPDATE auth_user SET email_index = NULL, email_sealed = NULL, email_set_at = NULL
         WHERE id = $1",
        user.uuid(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("removing a mailbox"))
}

/// Notes that a user proved the phone that they have.
pub(super) async fn proven(tx: &mut Tx, user: CustomerId, now: Moment) -> Result<()> {
    sqlx::query!(
        "UPDATE auth_user SET phone_set_at = $2 WHERE id = $1",
        user.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("noting that a phone was proven"))
}

/// Whether a user has a mailbox that they gave since then.
pub(super) async fn has_email_since(tx: &mut Tx, user: CustomerId, since: Moment) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM auth_user
               WHERE id = $1 AND email_index IS NOT NULL AND email_set_at >= $2) AS "has!""#,
        user.uuid(),
        since.datetime(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("asking since when a user has a mailbox"))
}
