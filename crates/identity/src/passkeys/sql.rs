use kernel::{ChallengeId, Error, Moment, PasskeyId, Result};
use serde_json::Value;
use sqlx::PgPool;
use sqlx::types::time::OffsetDateTime;
use store::{Tx, broken};
use uuid::Uuid;
use webauthn_rs::prelude::{AuthenticationResult, Passkey};

use super::rules::{Owner, Purpose, Realm, Said};

/// A challenge that waits for its answer.
pub(super) struct Waiting {
    pub purpose: Purpose,
    pub random: [u8; 32],
}

pub(super) async fn add_challenge(
    pool: &PgPool,
    id: ChallengeId,
    waiting: &Waiting,
    expires: Moment,
) -> Result<()> {
    let purpose = &waiting.purpose;
    sqlx::query!(
        "INSERT INTO auth_passkey_challenge
             (id, purpose, realm, owner_id, random, payload_hash, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id.uuid(),
        purpose.as_str(),
        purpose.realm().as_str(),
        purpose.owner().map(Owner::uuid),
        waiting.random.as_slice(),
        purpose.payload().map(<[u8; 32]>::as_slice),
        expires.datetime(),
    )
    .execute(pool)
    .await
    .map(|_| ())
    .map_err(broken("adding a challenge for a passkey"))
}

/// Uses a challenge up, whatever its answer is worth. `None` when it was answered, is too old, or
/// was made for something else.
pub(super) async fn use_challenge(
    pool: &PgPool,
    id: ChallengeId,
    purpose: &Purpose,
    now: Moment,
) -> Result<Option<[u8; 32]>> {
    let random = sqlx::query_scalar!(
        "UPDATE auth_passkey_challenge SET used_at = $6
         WHERE id = $1 AND purpose = $2 AND realm = $3 AND owner_id IS NOT DISTINCT FROM $4
             AND payload_hash IS NOT DISTINCT FROM $5 AND used_at IS NULL AND expires_at > $6
         RETURNING random",
        id.uuid(),
        purpose.as_str(),
        purpose.realm().as_str(),
        purpose.owner().map(Owner::uuid),
        purpose.payload().map(<[u8; 32]>::as_slice),
        now.datetime(),
    )
    .fetch_optional(pool)
    .await
    .map_err(broken("using up a challenge for a passkey"))?;
    random
        .map(|random| {
            <[u8; 32]>::try_from(random).map_err(|_| Error::invariant("a challenge is 32 bytes"))
        })
        .transpose()
}

/// A passkey that is in use.
pub(super) struct Stored {
    pub id: PasskeyId,
    pub owner: Owner,
    pub passkey: Passkey,
    pub added_at: Moment,
}

/// The passkeys of an owner, the oldest first.
pub(super) async fn of(pool: &PgPool, owner: Owner) -> Result<Vec<Passkey>> {
    sqlx::query_scalar!(
        "SELECT credential FROM auth_passkey
         WHERE owner_kind = $1 AND owner_id = $2 AND removed_at IS NULL ORDER BY id",
        owner.realm().as_str(),
        owner.uuid(),
    )
    .fetch_all(pool)
    .await
    .map_err(broken("reading passkeys"))?
    .into_iter()
    .map(readable)
    .collect()
}

/// Locks the passkey with a credential id, so that its counter cannot be used twice.
pub(super) async fn lock(tx: &mut Tx, realm: Realm, credential: &[u8]) -> Result<Option<Stored>> {
    let row = sqlx::query!(
        "SELECT id, owner_id, credential, created_at FROM auth_passkey
         WHERE credential_id = $1 AND owner_kind = $2 AND removed_at IS NULL FOR UPDATE",
        credential,
        realm.as_str(),
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(broken("locking a passkey"))?;
    row.map(|row| {
        Ok(Stored {
            id: PasskeyId::from_uuid(row.id),
            owner: Owner::of(realm, row.owner_id),
            passkey: readable(row.credential)?,
            added_at: row.created_at.into(),
        })
    })
    .transpose()
}

fn readable(credential: Value) -> Result<Passkey> {
    serde_json::from_value(credential).map_err(|e| Error::broken("reading a stored passkey", e))
}

fn written(passkey: &Passkey) -> Result<Value> {
    serde_json::to_value(passkey).map_err(|e| Error::broken("writing a passkey", e))
}

/// A passkey before it is stored.
pub(super) struct New<'a> {
    pub id: PasskeyId,
    pub owner: Owner,
    pub passkey: &'a Passkey,
    pub said: Said,
    pub name: &'a str,
}

/// Adds a passkey. False when somebody has it already.
pub(super) async fn insert(tx: &mut Tx, new: &New<'_>, now: Moment) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO auth_passkey (id, owner_kind, owner_id, credential_id, credential, sign_count,
             may_sync, synced, name, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (credential_id) DO NOTHING",
        new.id.uuid(),
        new.owner.realm().as_str(),
        new.owner.uuid(),
        new.passkey.cred_id().as_slice(),
        written(new.passkey)?,
        i64::from(new.said.sign_count),
        new.said.may_sync,
        new.said.synced,
        new.name,
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("adding a passkey"))
}

/// How many passkeys an owner has.
pub(crate) async fn count(tx: &mut Tx, owner: Owner) -> Result<usize> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM auth_passkey
           WHERE owner_kind = $1 AND owner_id = $2 AND removed_at IS NULL"#,
        owner.realm().as_str(),
        owner.uuid(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("counting passkeys"))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// One owner's passkeys change one after the other, until the transaction ends.
pub(super) async fn one_at_a_time(tx: &mut Tx, owner: Owner) -> Result<()> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended('passkeys ' || $1::text, 0))",
        owner.uuid().to_string(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("waiting for one's turn to change passkeys"))
}

/// Notes what a use told of a passkey.
pub(super) async fn used(
    tx: &mut Tx,
    stored: &mut Stored,
    result: &AuthenticationResult,
    now: Moment,
) -> Result<()> {
    stored.passkey.update_credential(result);
    sqlx::query!(
        "UPDATE auth_passkey
         SET credential = $2, sign_count = greatest(sign_count, $3), may_sync = may_sync OR $4,
             synced = $5, last_used_at = $6
         WHERE id = $1",
        stored.id.uuid(),
        written(&stored.passkey)?,
        i64::from(result.counter()),
        result.backup_eligible(),
        result.backup_state(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|_| ())
    .map_err(broken("noting the use of a passkey"))
}

/// Whether a passkey has not been removed.
pub(crate) async fn is_kept(tx: &mut Tx, id: PasskeyId) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM auth_passkey WHERE id = $1 AND removed_at IS NULL) AS "kept!""#,
        id.uuid(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(broken("looking again for a passkey"))
}

pub(super) struct Listed {
    pub id: Uuid,
    pub name: String,
    pub may_sync: bool,
    pub synced: bool,
    pub created_at: OffsetDateTime,
    pub last_used_at: Option<OffsetDateTime>,
}

pub(super) async fn list(pool: &PgPool, owner: Owner) -> Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        "SELECT id, name, may_sync, synced, created_at, last_used_at FROM auth_passkey
         WHERE owner_kind = $1 AND owner_id = $2 AND removed_at IS NULL ORDER BY id",
        owner.realm().as_str(),
        owner.uuid(),
    )
    .fetch_all(pool)
    .await
    .map_err(broken("listing passkeys"))
}

/// False when it is not the owner's, or removed.
pub(super) async fn rename(pool: &PgPool, owner: Owner, id: PasskeyId, name: &str) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_passkey SET name = $4
         WHERE id = $1 AND owner_kind = $2 AND owner_id = $3 AND removed_at IS NULL",
        id.uuid(),
        owner.realm().as_str(),
        owner.uuid(),
        name,
    )
    .execute(pool)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("naming a passkey"))
}

/// False when it is not the owner's, or removed before.
pub(super) async fn remove(tx: &mut Tx, owner: Owner, id: PasskeyId, now: Moment) -> Result<bool> {
    sqlx::query!(
        "UPDATE auth_passkey SET removed_at = $4
         WHERE id = $1 AND owner_kind = $2 AND owner_id = $3 AND removed_at IS NULL",
        id.uuid(),
        owner.realm().as_str(),
        owner.uuid(),
        now.datetime(),
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected() == 1)
    .map_err(broken("removing a passkey"))
}
