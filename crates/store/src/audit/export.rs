use std::io::Write;

use kernel::{AuditId, Error, Moment, Result, SigningUse};
use uuid::Uuid;

use super::anchor::Line;
use super::body::Body;
use super::note::VerifierKey;
use super::seal::STORED_EVERY;
use super::tree::{self, Hash, Subtree};
use crate::signing::Signing;
use crate::{Store, broken};

/// The form of an export.
const VERSION: u8 = 1;
/// The most events read at once.
const BATCH: i64 = 1_000;

/// What an export wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Sealed events.
    pub sealed: u64,
    /// Events that wait for their seal.
    pub unsealed: u64,
    /// Checkpoints.
    pub checkpoints: u64,
    /// Events whose columns, by which they are found, are not those of their bodies. The body is
    /// what the tree binds; a search goes astray.
    pub misfiled: Vec<AuditId>,
}

/// Writes the whole log, up to its latest checkpoint, as lines of JSON that need no database: the
/// bodies of the events with their leaves, the checkpoints, the keys. What was sealed for subjects
/// stays sealed.
pub async fn export(
    store: &Store,
    signing: &Signing,
    now: Moment,
    to: &mut impl Write,
) -> Result<Exported> {
    let origin = origin(store).await?;
    let mut done = Exported::default();
    let (version, exported_at) = (VERSION, now.to_string());
    Line::Log { version, origin: origin.clone(), exported_at }.write(to)?;
    for key in signing.keys(SigningUse::Audit).await? {
        if let Some(key) = VerifierKey::new(&origin, &key.public.bytes) {
            Line::Key { key: key.text() }.write(to)?;
        }
    }
    let mut from = 0_i64;
    for (size, note) in checkpoints(store).await? {
        while from < size {
            from = events(store, from..size, &mut done, to).await?;
        }
        Line::Checkpoint { note }.write(to)?;
        done.checkpoints = done.checkpoints.saturating_add(1);
    }
    unsealed(store, from, &mut done, to).await?;
    Ok(done)
}

pub(super) async fn origin(store: &Store) -> Result<String> {
    sqlx::query_scalar!("SELECT origin FROM audit_tree")
        .fetch_one(store.pool())
        .await
        .map_err(broken("reading the name of the audit log"))
}

async fn checkpoints(store: &Store) -> Result<Vec<(i64, String)>> {
    let rows = sqlx::query!("SELECT size, note FROM audit_checkpoint ORDER BY size")
        .fetch_all(store.pool())
        .await
        .map_err(broken("reading the checkpoints"))?;
    Ok(rows.into_iter().map(|row| (row.size, row.note)).collect())
}

/// Writes a batch of leaves and gives where the next one begins.
async fn events(
    store: &Store,
    leaves: std::ops::Range<i64>,
    done: &mut Exported,
    to: &mut impl Write,
) -> Result<i64> {
    let end = leaves.end.min(leaves.start.saturating_add(BATCH));
    let rows = sqlx::query!(
        r#"SELECT l.leaf, l.hash, e.id AS "id?", e.outcome AS "outcome?", e.subject,
                  e.actor AS "actor?", e.action AS "action?", e.object, e.body AS "body?"
           FROM audit_leaf l LEFT JOIN audit_event e ON e.id = l.event
           WHERE l.leaf >= $1 AND l.leaf < $2 ORDER BY l.leaf"#,
        leaves.start,
        end,
    )
    .fetch_all(store.pool())
    .await
    .map_err(broken("reading events for an export"))?;
    for row in rows {
        let leaf = u64::try_from(row.leaf).unwrap_or(0);
        let text = row.body.map(|body| String::from_utf8_lossy(&body).into_owned());
        if let (Some(id), Some(text)) = (row.id, &text) {
            let filed = (row.outcome, row.subject, row.actor, row.action, row.object);
            if !filed_right(id, text, &filed) {
                done.misfiled.push(AuditId::from_uuid(id));
            }
        }
        Line::Event { leaf, hash: crate::hex(&row.hash), body: text }.write(to)?;
        done.sealed = done.sealed.saturating_add(1);
    }
    Ok(end)
}

type Filed = (Option<i16>, Option<Uuid>, Option<String>, Option<String>, Option<String>);

fn filed_right(id: Uuid, text: &str, filed: &Filed) -> bool {
    let Some(body) = Body::parse(text.as_bytes()) else { return false };
    let outcome = body.outcome().map(super::Outcome::number);
    let own = (outcome, body.subject, Some(body.actor), Some(body.action), body.object);
    body.id.uuid() == id && own == *filed
}

/// Events that no leaf has: they wait for the sealer, or were sealed since this export began.
async fn unsealed(
    store: &Store,
    from: i64,
    done: &mut Exported,
    to: &mut impl Write,
) -> Result<()> {
    let bodies = sqlx::query_scalar!(
        "SELECT e.body FROM audit_event e LEFT JOIN audit_leaf l ON l.event = e.id
         WHERE l.leaf IS NULL OR l.leaf >= $1 ORDER BY e.id",
        from,
    )
    .fetch_all(store.pool())
    .await
    .map_err(broken("reading events without a seal"))?;
    for body in bodies {
        Line::Unsealed { body: String::from_utf8_lossy(&body).into_owned() }.write(to)?;
        done.unsealed = done.unsealed.saturating_add(1);
    }
    Ok(())
}

/// What proves to somebody who has a checkpoint that an event stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    /// The body of the event.
    pub body: String,
    /// Its leaf.
    pub leaf: u64,
    /// Hashes from the bottom up (RFC 6962, 2.1.1).
    pub path: Vec<Hash>,
    /// The checkpoint for which they are.
    pub note: String,
}

/// Proves that an event stands in the log, for the latest checkpoint. `None` when there is no such
/// event, or it is not sealed yet.
pub async fn prove(store: &Store, id: AuditId) -> Result<Option<InclusionProof>> {
    let found = sqlx::query!(
        "SELECT l.leaf, e.body FROM audit_leaf l JOIN audit_event e ON e.id = l.event
         WHERE e.id = $1",
        id.uuid(),
    )
    .fetch_optional(store.pool())
    .await
    .map_err(broken("looking for an event"))?;
    let Some(found) = found else { return Ok(None) };
    let head = sqlx::query!("SELECT size, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1")
        .fetch_one(store.pool())
        .await
        .map_err(broken("reading the latest checkpoint"))?;
    let (leaf, size) =
        (u64::try_from(found.leaf).unwrap_or(0), u64::try_from(head.size).unwrap_or(0));
    let ranges = tree::inclusion_path(leaf, size)
        .ok_or(Error::invariant("an event is sealed beyond the latest checkpoint"))?;
    let path = hashes(store, ranges).await?;
    let body = String::from_utf8_lossy(&found.body).into_owned();
    Ok(Some(InclusionProof { body, leaf, path, note: head.note }))
}

/// Proves that the tree of a checkpoint grew out of that of an earlier one (RFC 6962, 2.1.2).
pub async fn prove_growth(store: &Store, old: u64, new: u64) -> Result<Option<Vec<Hash>>> {
    match tree::consistency_path(old, new) {
        Some(ranges) => hashes(store, ranges).await.map(Some),
        None => Ok(None),
    }
}

async fn hashes(store: &Store, ranges: tree::Path) -> Result<Vec<Hash>> {
    const BROKEN: Error = Error::invariant("hashes of the tree are missing");
    let mut path = Vec::with_capacity(ranges.len());
    for range in ranges {
        let mut pieces = Vec::new();
        for subtree in tree::subtrees(&range) {
            pieces.push(subtree_hash(store, subtree).await?);
        }
        path.push(tree::range_hash(&pieces).ok_or(BROKEN)?);
    }
    Ok(path)
}

/// The hash of a complete subtree, from those of the next stored level below it: 128 at most.
async fn subtree_hash(store: &Store, (level, index): Subtree) -> Result<Hash> {
    let above = level.checked_rem(STORED_EVERY).unwrap_or(0);
    let stored = level.saturating_sub(above);
    let first = index.wrapping_shl(u32::from(above));
    let end = first.saturating_add(1_u64.wrapping_shl(u32::from(above)));
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let rows = sqlx::query_scalar!(
        r#"SELECT hash AS "hash!" FROM (
               SELECT leaf AS index, hash FROM audit_leaf
               WHERE $1::smallint = 0 AND leaf >= $2 AND leaf < $3
               UNION ALL
               SELECT index, hash FROM audit_node
               WHERE level = $1 AND index >= $2 AND index < $3
           ) node ORDER BY index"#,
        i16::from(stored),
        number(first),
        number(end),
    )
    .fetch_all(store.pool())
    .await
    .map_err(broken("reading hashes of the tree"))?;
    let mut frontier = tree::Frontier::default();
    for row in &rows {
        let hash = row.as_slice().try_into();
        frontier.push(hash.map_err(|e| Error::broken("reading a hash of the tree", e))?, |_, _| {});
    }
    if frontier.size() != end.saturating_sub(first) {
        return Err(Error::invariant("hashes of the tree are missing"));
    }
    Ok(frontier.root())
}
