use kernel::{CustomerId, Result};
use store::{Tx, broken};

/// Deletes a user's sessions, devices and factors, and what is known of the codes that went to
/// their contacts.
pub(super) async fn delete_what_was_theirs(tx: &mut Tx, user: CustomerId) -> Result<()> {
    sqlx::query!(
        "WITH theirs AS (SELECT id, phone_index, email_index FROM auth_user WHERE id = $1),
         resets AS (DELETE FROM auth_reset r USING theirs t WHERE r.phone_index = t.phone_index),
         challenges AS (DELETE FROM auth_challenge c USING theirs t
             WHERE c.contact_index IN (t.phone_index, t.email_index)),
         sign_ins AS (DELETE FROM auth_sign_in WHERE user_id = $1),
         confirmations AS (DELETE FROM auth_step_up WHERE user_id = $1),
         sessions AS (DELETE FROM auth_session WHERE user_id = $1),
         pins AS (DELETE FROM auth_pin WHERE user_id = $1),
         devices AS (DELETE FROM auth_device WHERE user_id = $1),
         programs AS (DELETE FROM auth_totp WHERE user_id = $1),
         codes AS (DELETE FROM auth_recovery_code WHERE user_id = $1),
         former AS (DELETE FROM auth_former_contact WHERE user_id = $1),
         given AS (DELETE FROM auth_assisted_recovery WHERE user_id = $1)
         DELETE FROM auth_passkey WHERE owner_kind = 'customer' AND owner_id = $1",
        user.uuid(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("deleting what was a user's"))
}

/// Blanks the contacts and the password of a user.
pub(super) async fn blank(tx: &mut Tx, user: CustomerId, nobodys: &[u8; 32]) -> Result<()> {
    sqlx::query!(
        "UPDATE auth_user SET phone_index = $2, phone_sealed = '', email_index = NULL,
             email_sealed = NULL, password_hash = ''
         WHERE id = $1",
        user.uuid(),
        nobodys.as_slice(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("blanking a user"))
}
