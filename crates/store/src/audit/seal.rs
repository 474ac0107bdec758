use std::time::Duration;

use kernel::{Clock, Error, Moment, Result, SigningUse};
use sqlx::{Connection, PgConnection};
use tokio::sync::watch;
use uuid::Uuid;

use super::anchor::Anchor;
use super::note::{Checkpoint, Note};
use super::tree::{Frontier, Hash, Subtree, leaf_hash};
use crate::signing::Signing;
use crate::tasks::{pause, stopping};
use crate::{Store, broken};

/// How often the sealer looks for events.
const ROUND_MILLIS: u64 = 400;
/// How long to wait before trying to become the one sealer, or after an incident.
const STANDBY_MILLIS: u64 = 1_000;
/// The most events under one checkpoint.
const BATCH: i64 = 5_000;
/// How long an event may wait for its seal.
const LAG_MAX_MICROS: i64 = 2_000_000;
/// The advisory lock of the one sealer.
const LOCK: i64 = 0x006f_6b74_6f5f_6175;

/// Every how many levels the complete subtrees are stored.
pub(super) const STORED_EVERY: u8 = 8;

/// Gives events their leaves in the tree, and signs its head. Any number of nodes may run one: one
/// of them is active, another takes over when it goes away.
///
/// Exclusive is who holds an advisory lock on a connection of its own, over which everything is
/// written: when that is lost, the next statement fails, and this sealer does not write into a tree
/// that is another's by now.
pub struct Sealer {
    store: Store,
    clock: Clock,
    signing: Signing,
    anchor: Option<Anchor>,
}

/// What one round did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// How many events.
    pub events: u64,
    /// How many stand in the tree now.
    pub size: u64,
    /// How long the one that waited the longest did, in microseconds.
    pub lag_micros: i64,
}

impl Sealer {
    /// A sealer, with the file outside the database into which it copies every checkpoint.
    pub const fn new(store: Store, clock: Clock, signing: Signing, anchor: Option<Anchor>) -> Self {
        Self { store, clock, signing, anchor }
    }

    /// Runs until `shutdown` becomes true or its sender is gone.
    pub async fn run(mut self, mut shutdown: watch::Receiver<bool>) {
        while !stopping(&shutdown) {
            let sealed = match self.hold().await {
                Ok(Some(conn)) => self.rounds(conn, &mut shutdown).await,
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = sealed {
                tracing::error!(counter.audit_seal_failures = 1, ?error, "the sealer broke");
            }
            pause(Duration::from_millis(STANDBY_MILLIS), &mut shutdown).await;
        }
    }

    /// Seals what there is, and ends: for tests and commands. False when another sealer is at it.
    pub async fn once(&mut self) -> Result<bool> {
        let Some(mut conn) = self.hold().await? else { return Ok(false) };
        self.agree(&mut conn).await?;
        while self.round(&mut conn).await?.is_some() {}
        self.copy(&mut conn).await?;
        conn.close().await.map(|()| true).map_err(broken("closing the sealer's connection"))
    }

    async fn hold(&self) -> Result<Option<PgConnection>> {
        const DOING: &str = "taking the lock of the sealer";
        let options = self.store.pool().connect_options();
        let mut conn = PgConnection::connect_with(&options).await.map_err(broken(DOING))?;
        let held = sqlx::query_scalar!(r#"SELECT pg_try_advisory_lock($1) AS "held!""#, LOCK)
            .fetch_one(&mut conn)
            .await
            .map_err(broken(DOING))?;
        Ok(held.then_some(conn))
    }

    async fn rounds(
        &mut self,
        mut conn: PgConnection,
        shutdown: &mut watch::Receiver<bool>,
    ) -> Result<()> {
        self.agree(&mut conn).await?;
        while !stopping(shutdown) {
            let sealed = self.round(&mut conn).await?;
            if let Some(sealed) = &sealed {
                tell(sealed);
            }
            if let Err(error) = self.copy(&mut conn).await {
                // The next round copies it: the database has it.
                tracing::error!(?error, "a checkpoint was not copied to its anchor");
            }
            let full = sealed.is_some_and(|sealed| i64::try_from(sealed.events) == Ok(BATCH));
            if !full {
                pause(Duration::from_millis(ROUND_MILLIS), shutdown).await;
            }
        }
        Ok(())
    }

    /// Seals a batch. It is read, hashed and signed outside of a transaction, which this sealer can
    /// afford, being the only one; the transaction only writes.
    async fn round(&self, conn: &mut PgConnection) -> Result<Option<Sealed>> {
        let pending = pending(conn).await?;
        if pending.is_empty() {
            return Ok(None);
        }
        let head = head(conn).await?;
        let growth = Growth::of(head.frontier.clone(), &pending);
        // Time goes on from checkpoint to checkpoint, whatever the clock says.
        let at = head.at.map_or(self.clock.now(), |last| self.clock.now().max(last.plus_micros(1)));
        let (origin, frontier) = (head.origin, &growth.frontier);
        let checkpoint = Checkpoint { origin, size: frontier.size(), root: frontier.root(), at };
        let key = self.signing.active(SigningUse::Audit).await?;
        let signature = self.signing.sign_with(&key, checkpoint.text().into_bytes()).await?;
        let note = Note::new(checkpoint, &key.bytes, signature);
        write(conn, &growth, &note).await?;
        let oldest = pending.iter().map(|event| event.at).min().unwrap_or(at);
        let events = u64::try_from(pending.len()).unwrap_or(u64::MAX);
        Ok(Some(Sealed { events, size: frontier.size(), lag_micros: at.micros_since(oldest) }))
    }

    /// A tree that does not agree with its copy outside must not grow further unnoticed. The copy
    /// is read again: another sealer may have been at it.
    async fn agree(&mut self, conn: &mut PgConnection) -> Result<()> {
        if let Some(anchor) = self.anchor.take() {
            let again = tokio::task::spawn_blocking(move || (anchor.again(), anchor));
            let (again, anchor) =
                again.await.map_err(|e| Error::broken("reading the anchor again", e))?;
            self.anchor = Some(anchor);
            self.anchor = Some(again?);
        }
        if !self.anchor.as_ref().is_none_or(Anchor::holds) {
            return Err(Error::invariant("the anchor has the checkpoints of more than one log"));
        }
        let Some(last) = self.anchor.as_ref().and_then(Anchor::last) else { return Ok(()) };
        let size = i64::try_from(last.size).unwrap_or(i64::MAX);
        let root = sqlx::query_scalar!("SELECT root FROM audit_checkpoint WHERE size = $1", size)
            .fetch_optional(conn)
            .await
            .map_err(broken("comparing the tree with its anchor"))?;
        if root.as_deref() == Some(last.root.as_slice()) {
            return Ok(());
        }
        tracing::error!(
            counter.audit_anchor_disagreements = 1,
            size,
            "the audit log is not the one that was anchored: somebody took from it or rebuilt it",
        );
        Err(Error::invariant("the audit log disagrees with its anchor"))
    }

    /// Copies the checkpoints that the anchor does not have yet.
    async fn copy(&mut self, conn: &mut PgConnection) -> Result<()> {
        let Some(anchor) = &self.anchor else { return Ok(()) };
        let size = anchor.last().map_or(0, |last| last.size);
        let notes = sqlx::query_scalar!(
            "SELECT note FROM audit_checkpoint WHERE size > $1 ORDER BY size LIMIT 1000",
            i64::try_from(size).unwrap_or(i64::MAX),
        )
        .fetch_all(conn)
        .await
        .map_err(broken("reading checkpoints for the anchor"))?;
        if notes.is_empty() {
            return Ok(());
        }
        let keys = self.signing.keys(SigningUse::Audit).await?;
        let keys: Vec<_> = keys.into_iter().map(|key| key.public.bytes).collect();
        let Some(mut anchor) = self.anchor.take() else { return Ok(()) };
        let copied = tokio::task::spawn_blocking(move || {
            let copied = anchor.append(&keys, &notes);
            (anchor, copied)
        });
        let (anchor, copied) =
            copied.await.map_err(|e| Error::broken("copying checkpoints to the anchor", e))?;
        self.anchor = Some(anchor);
        copied
    }
}

fn tell(sealed: &Sealed) {
    let Sealed { events, size, lag_micros } = sealed;
    // What was there when the log began did not wait for it.
    if *lag_micros > LAG_MAX_MICROS && size > events {
        tracing::warn!(
            counter.audit_sealed_late = 1,
            events,
            size,
            lag_micros,
            "events of the audit log waited for their seal",
        );
    } else {
        tracing::debug!(events, size, lag_micros, "sealed events of the audit log");
    }
}

struct Pending {
    id: Uuid,
    at: Moment,
    hash: Hash,
}

/// The events that wait, in the order of their ids, which is nearly that of time.
async fn pending(conn: &mut PgConnection) -> Result<Vec<Pending>> {
    let rows = sqlx::query!(
        "SELECT e.id, e.body FROM audit_pending p JOIN audit_event e ON e.id = p.id
         ORDER BY p.id LIMIT $1",
        BATCH,
    )
    .fetch_all(conn)
    .await
    .map_err(broken("reading the events to seal"))?;
    let read = |(id, body): (Uuid, Vec<u8>)| {
        let millis = id.as_u128().wrapping_shr(80);
        let micros = i64::try_from(millis).unwrap_or(i64::MAX).saturating_mul(1_000);
        Pending { id, at: Moment::from_micros(micros), hash: leaf_hash(&body) }
    };
    Ok(rows.into_iter().map(|row| read((row.id, row.body))).collect())
}

struct Head {
    origin: String,
    frontier: Frontier,
    at: Option<Moment>,
}

async fn head(conn: &mut PgConnection) -> Result<Head> {
    const DOING: &str = "reading the head of the tree";
    let origin = sqlx::query_scalar!("SELECT origin FROM audit_tree")
        .fetch_one(&mut *conn)
        .await
        .map_err(broken(DOING))?;
    let last = sqlx::query!(
        "SELECT size, root, at, frontier FROM audit_checkpoint ORDER BY size DESC LIMIT 1"
    )
    .fetch_optional(conn)
    .await
    .map_err(broken(DOING))?;
    let Some(last) = last else {
        return Ok(Head { origin, frontier: Frontier::default(), at: None });
    };
    let size = u64::try_from(last.size).unwrap_or(0);
    let frontier = Frontier::parse(size, &last.frontier)
        .filter(|frontier| frontier.root().as_slice() == last.root)
        .ok_or(Error::invariant("the frontier of the tree is not that of its checkpoint"))?;
    Ok(Head { origin, frontier, at: Some(last.at.into()) })
}

/// What a batch adds to the tree.
#[derive(Default)]
struct Growth {
    frontier: Frontier,
    leaves: Vec<i64>,
    events: Vec<Uuid>,
    hashes: Vec<Vec<u8>>,
    node_levels: Vec<i16>,
    node_indexes: Vec<i64>,
    node_hashes: Vec<Vec<u8>>,
}

impl Growth {
    fn of(mut frontier: Frontier, events: &[Pending]) -> Self {
        let mut growth = Self::default();
        for event in events {
            growth.leaves.push(i64::try_from(frontier.size()).unwrap_or(i64::MAX));
            growth.events.push(event.id);
            growth.hashes.push(event.hash.to_vec());
            frontier.push(event.hash, |at, hash| growth.keep(at, hash));
        }
        Self { frontier, ..growth }
    }

    fn keep(&mut self, (level, index): Subtree, hash: &Hash) {
        if level > 0 && level.is_multiple_of(STORED_EVERY) {
            self.node_levels.push(i16::from(level));
            self.node_indexes.push(i64::try_from(index).unwrap_or(i64::MAX));
            self.node_hashes.push(hash.to_vec());
        }
    }
}

async fn write(conn: &mut PgConnection, growth: &Growth, note: &Note) -> Result<()> {
    const DOING: &str = "sealing events";
    let mut tx = conn.begin().await.map_err(broken(DOING))?;
    sqlx::query!(
        "WITH leaf AS (
             INSERT INTO audit_leaf (leaf, event, hash)
             SELECT * FROM UNNEST($1::bigint[], $2::uuid[], $3::bytea[])
         ), node AS (
             INSERT INTO audit_node (level, index, hash)
             SELECT * FROM UNNEST($4::smallint[], $5::bigint[], $6::bytea[])
         )
         DELETE FROM audit_pending WHERE id = ANY($2)",
        &growth.leaves,
        &growth.events,
        &growth.hashes,
        &growth.node_levels,
        &growth.node_indexes,
        &growth.node_hashes,
    )
    .execute(&mut *tx)
    .await
    .map_err(broken(DOING))?;
    let checkpoint = &note.checkpoint;
    sqlx::query!(
        "INSERT INTO audit_checkpoint (size, root, at, frontier, note)
         VALUES ($1, $2, $3, $4, $5)",
        i64::try_from(checkpoint.size).unwrap_or(i64::MAX),
        checkpoint.root.as_slice(),
        checkpoint.at.datetime(),
        growth.frontier.to_bytes(),
        note.text(),
    )
    .execute(&mut *tx)
    .await
    .map_err(broken(DOING))?;
    tx.commit().await.map_err(broken(DOING))
}
