use kernel::{CustomerId, Error, Moment, Result};
use store::{Tx, broken};

use super::Way;
use crate::sealed::Index;

/// Most contacts that one customer lost and that are told of something.
const FORMER_MAX: i64 = 10;

/// A contact that a customer lost.
pub(super) struct Former<'a> {
    pub index: &'a Index,
    pub way: Way,
    pub sealed: &'a str,
    pub lost_at: Moment,
    pub until: Moment,
}

pub(super) async fn remember_former(
    tx: &mut Tx,
    user: CustomerId,
    former: &Former<'_>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO auth_former_contact (user_id, contact_index, way, sealed, lost_at, until)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (user_id, contact_index) DO UPDATE
         SET sealed = excluded.sealed, lost_at = excluded.lost_at, until = excluded.until",
        user.uuid(),
        former.index.as_slice(),
        former.way.as_str(),
        former.sealed,
        former.lost_at.datetime(),
        former.until.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("remembering a contact that was lost"))
}

/// The contacts that a user had lost at a moment and has not got back, sealed.
pub(super) async fn former(
    tx: &mut Tx,
    user: CustomerId,
    at: Moment,
) -> Result<Vec<(Way, String)>> {
    let rows = sqlx::query!(
        "SELECT f.way, f.sealed
         FROM auth_former_contact f JOIN auth_user u ON u.id = f.user_id
         WHERE f.user_id = $1 AND f.lost_at <= $2 AND f.until > $2
           AND f.contact_index IS DISTINCT FROM u.phone_index
           AND f.contact_index IS DISTINCT FROM u.email_index
         ORDER BY f.lost_at DESC LIMIT $3",
        user.uuid(),
        at.datetime(),
        FORMER_MAX,
    )
    .fetch_all(&mut **tx)
    .await
    .map_err(broken("reading the contacts that a user lost"))?;
    rows.into_iter()
        .map(|row| {
            let way = Way::parse(&row.way);
            Ok((way.ok_or(Error::invariant("the way of a lost contact"))?, row.sealed))
        })
        .collect()
}

/// Forgets the contacts that a user lost.
pub(super) async fn forget_former(tx: &mut Tx, user: CustomerId) -> Result<()> {
    sqlx::query!("DELETE FROM auth_former_contact WHERE user_id = $1", user.uuid())
        .execute(&mut **tx)
        .await
        .map(|_| ())
        .map_err(broken("forgetting the contacts that a user lost"))
}
