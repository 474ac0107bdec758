//! The audit log: every critical act, allowed or refused, and every reading of personal data.
//!
//! An event is written in the transaction of the change it tells of, so there is no change without
//! its event. What was refused, or only read, is recorded in a transaction of its own. Personal
//! data of an event is sealed under the key of its subject: erasing that key erases it here too,
//! while the event and the proofs over it stay.

mod anchor;
mod body;
mod entry;
mod export;
pub mod note;
mod recorded;
mod seal;
mod search;
pub mod tree;
pub mod verify;

use kernel::{AuditId, Ctx, Error, KeyRing, Result, SealedAt, SigningUse};
use uuid::Uuid;

use crate::signing::Signing;
use crate::{Store, Tx, broken, commit, subjects};

pub use anchor::Anchor;
use body::Body;
pub use entry::{Entry, Origin, Outcome, Personal, actor_text};
pub use export::{Exported, InclusionProof, export, prove, prove_growth};
pub use recorded::{Recorded, append_recorded};
pub use seal::{Sealed, Sealer};
pub use search::{Event, Filter, Page, by_id, last_of, search};

/// Where the personal part of an event stands, for its seal.
const PERSONAL: &str = "audit_event.personal";

/// Appends an event in the transaction of the change it tells of. The keys open and make the key of
/// the subject whose personal data it holds; an erased subject's is left out.
pub async fn append(tx: &mut Tx, keys: &KeyRing, ctx: &Ctx, entry: Entry) -> Result<AuditId> {
    let now = ctx.now();
    let id = AuditId::generate(now, ctx.entropy());
    let personal = sealed_personal(tx, keys, (id, now), &entry).await?;
    let body = Body::of((id, now), ctx, &entry, personal);
    sqlx::query!(
        "WITH event AS (
             INSERT INTO audit_event (id, outcome, subject, actor, action, object, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
         )
         INSERT INTO audit_pending (id) VALUES ($1)",
        id.uuid(),
        entry.outcome.number(),
        entry.subject,
        body.actor,
        body.action,
        body.object,
        body.to_bytes()?,
    )
    .execute(&mut **tx)
    .await
    .map_err(broken("writing an event of the audit log"))?;
    Ok(id)
}

/// The keys that check the log, as an auditor is given them once: text of the form of signed notes.
pub async fn verifier_keys(store: &Store, signing: &Signing) -> Result<Vec<note::VerifierKey>> {
    let origin = export::origin(store).await?;
    let keys = signing.keys(SigningUse::Audit).await?;
    Ok(keys
        .into_iter()
        .filter_map(|key| note::VerifierKey::new(&origin, &key.public.bytes))
        .collect())
}

/// Records an event in a transaction of its own: an act that was refused, a reading of personal
/// data. Never with a transaction of the same use case open: it would take a second connection.
pub async fn record(store: &Store, keys: &KeyRing, ctx: &Ctx, entry: Entry) -> Result<AuditId> {
    let mut tx = store.begin().await?;
    let id = append(&mut tx, keys, ctx, entry).await?;
    commit(tx).await?;
    Ok(id)
}

async fn sealed_personal(
    tx: &mut Tx,
    keys: &KeyRing,
    (id, now): (AuditId, kernel::Moment),
    entry: &Entry,
) -> Result<Option<Vec<u8>>> {
    let Some(personal) = &entry.personal else { return Ok(None) };
    let subject = entry.subject.ok_or(Error::invariant("personal data of nobody in an event"))?;
    let plain = serde_json::to_vec(personal.expose())
        .map_err(|e| Error::broken("writing the personal part of an event", e))?;
    // Nearly always there is one, and reading takes no lock.
    let key = match subjects::read(&mut **tx, keys, subject).await? {
        Some(key) => Some(key),
        None => subjects::ensure(tx, keys, subject, now).await?,
    };
    Ok(key.map(|key| key.seal(place(id.uuid()), &plain)))
}

const fn place(row: Uuid) -> SealedAt<'static> {
    SealedAt { column: PERSONAL, row }
}
