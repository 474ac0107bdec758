use kernel::{Moment, Result};
use sqlx::PgPool;
use store::in_batches;

/// A function that deletes what is older than a moment ($1), so many rows ($2) at a time.
macro_rules! clean {
    ($name:ident, $doing:literal, $statement:tt) => {
        pub(super) async fn $name(pool: &PgPool, before: Moment) -> Result<u64> {
            in_batches($doing, |rows| {
                sqlx::query!($statement, before.datetime(), rows).execute(pool)
            })
            .await
        }
    };
}

clean!(
    clean_challenges,
    "deleting old challenges",
    "DELETE FROM auth_challenge WHERE id IN (
         SELECT id FROM auth_challenge WHERE created_at < $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)"
);
clean!(
    clean_resets,
    "deleting old password resets",
    "DELETE FROM auth_reset WHERE id IN (
         SELECT id FROM auth_reset WHERE created_at < $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)"
);
clean!(
    clean_sign_ins,
    "deleting old sign-ins that waited",
    "DELETE FROM auth_sign_in WHERE id IN (
         SELECT id FROM auth_sign_in WHERE created_at < $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)"
);
clean!(
    clean_confirmations,
    "deleting old confirmations",
    "DELETE FROM auth_step_up WHERE id IN (
         SELECT id FROM auth_step_up WHERE created_at < $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)"
);
clean!(
    clean_sessions,
    "deleting old sessions",
    "DELETE FROM auth_session WHERE id IN (
         SELECT id FROM auth_session WHERE idle_until < $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)"
);
clean!(
    clean_code_guards,
    "deleting what is known of old codes",
    "DELETE FROM auth_code_guard WHERE subject IN (
         SELECT subject FROM auth_code_guard
         WHERE coalesce(tried_at, $1) <= $1 AND coalesce(sent_at, $1) <= $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)"
);
clean!(
    clean_sign_in_guards,
    "deleting old failed sign-ins",
    "DELETE FROM auth_sign_in_guard WHERE subject IN (
         SELECT subject FROM auth_sign_in_guard WHERE tried_at <= $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)"
);
clean!(
    clean_passkey_challenges,
    "deleting old challenges for passkeys",
    "DELETE FROM auth_passkey_challenge WHERE id IN (
         SELECT id FROM auth_passkey_challenge WHERE expires_at < $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)"
);
clean!(
    clean_former_contacts,
    "deleting contacts that were replaced",
    "DELETE FROM auth_former_contact WHERE ctid IN (
         SELECT ctid FROM auth_former_contact WHERE until < $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)"
);
