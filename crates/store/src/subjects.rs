//! The data keys of subjects: what makes personal data readable, and its erasure final.

use kernel::{Entropy, Error, KeyRing, Moment, Result, SubjectKey};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use crate::{Tx, broken};

/// The key of a subject; made when there is none yet. `None` when the subject was erased.
pub async fn ensure(
    tx: &mut Tx,
    keys: &KeyRing,
    subject: Uuid,
    now: Moment,
) -> Result<Option<SubjectKey>> {
    let made = SubjectKey::generate(Entropy);
    let inserted = sqlx::query!(
        "INSERT INTO subject_key (subject, wrapped, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (subject) DO NOTHING",
        subject,
        keys.wrap(subject, &made),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map_err(broken("making the key of a subject"))?;
    if inserted.rows_affected() == 1 {
        Ok(Some(made))
    } else {
        read(&mut **tx, keys, subject).await
    }
}

/// The key of a subject, read within a transaction or outside. `None` when there is none, or it was
/// erased.
pub async fn read(
    conn: impl PgExecutor<'_>,
    keys: &KeyRing,
    subject: Uuid,
) -> Result<Option<SubjectKey>> {
    let wrapped =
        sqlx::query_scalar!("SELECT wrapped FROM subject_key WHERE subject = $1", subject)
            .fetch_optional(conn)
            .await
            .map_err(broken("reading the key of a subject"))?;
    wrapped.flatten().map(|wrapped| unwrapped(keys, subject, &wrapped)).transpose()
}

/// The keys of several subjects at once, for lists. Those without one are left out.
pub async fn read_many(
    pool: &PgPool,
    keys: &KeyRing,
    subjects: &[Uuid],
) -> Result<Vec<(Uuid, SubjectKey)>> {
    let rows = sqlx::query!(
        r#"SELECT subject, wrapped AS "wrapped!" FROM subject_key
           WHERE subject = ANY($1) AND wrapped IS NOT NULL"#,
        subjects,
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading the keys of subjects"))?;
    let open = |(subject, wrapped): (Uuid, Vec<u8>)| {
        unwrapped(keys, subject, &wrapped).map(|key| (subject, key))
    };
    rows.into_iter().map(|row| open((row.subject, row.wrapped))).collect()
}

/// Erases a subject: what was sealed for it is unreadable from the commit on. The row stays, so
/// that no new key is made in its place. False when there is nothing to erase.
pub async fn erase(tx: &mut Tx, subject: Uuid, now: Moment) -> Result<bool> {
    sqlx::query!(
        "UPDATE subject_key SET wrapped = NULL, erased_at = $2
         WHERE subject = $1 AND wrapped IS NOT NULL",
        subject,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("erasing a subject"))
}

fn unwrapped(keys: &KeyRing, subject: Uuid, wrapped: &[u8]) -> Result<SubjectKey> {
    keys.unwrap(subject, wrapped)
        .ok_or(Error::invariant("the key of a subject does not open: is it this root key's?"))
}
