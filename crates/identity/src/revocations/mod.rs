//! How every node learns in time that a session has ended.
//!
//! Whoever ends a session writes so to a log, in the same transaction and under an advisory lock,
//! so that numbers become visible in order. Every node reads what is new four times a second. A
//! node whose last good reading began longer than 750 ms ago does not trust its cache: each
//! request then asks the database, and is refused when that does not answer. So an ended session
//! is used for less than a second, whatever fails.

mod sql;

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kernel::{Actor, Ctx, Result, SessionId};
use store::Tx;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::Identity;

const POLL_EVERY_MILLIS: u64 = 250;
const POLL_TIMEOUT_MILLIS: u64 = 500;
/// The greatest age of the last good reading at which the cache is trusted.
const TRUST_MILLIS: u64 = 750;
/// Revocations read at once; more follow immediately.
const BATCH_MAX_ROWS: i64 = 1_000;
/// After how many polls what was seen is written: ten seconds.
const FLUSH_EVERY_POLLS: u32 = 40;

/// The kind of entry that ends one session.
const SESSION: &str = "session";

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Its user signed out.
    SignedOut,
    /// One of its refresh tokens was presented again.
    TokenReused,
    /// Its user signed in on more devices than allowed.
    TooManySessions,
}

impl Reason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::TokenReused => "token_reused",
            Self::TooManySessions => "too_many_sessions",
        }
    }
}

/// Writes to the log that sessions have ended. The last thing a transaction does, as every other
/// writer waits from here to its commit.
pub(crate) async fn record(
    tx: &mut Tx,
    ctx: &Ctx,
    sessions: &[SessionId],
    reason: Reason,
) -> Result<()> {
    if sessions.is_empty() {
        return Ok(());
    }
    let actor = match ctx.actor {
        Actor::Anonymous => "anonymous".to_owned(),
        Actor::Customer { id, .. } => id.to_string(),
        Actor::Staff(id) => id.to_string(),
        Actor::System(name) => format!("system/{name}"),
    };
    let subjects: Vec<_> = sessions.iter().map(|s| s.uuid()).collect();
    sql::append(tx, SESSION, &subjects, &sql::Mark { at: ctx.now(), reason, actor: &actor }).await
}

/// How old this node's knowledge of the log is.
pub(crate) struct Freshness {
    base: Instant,
    /// Milliseconds from `base` to the beginning of the last good reading, plus one; zero before
    /// the first.
    read_at: AtomicU64,
}

impl Default for Freshness {
    fn default() -> Self {
        Self { base: Instant::now(), read_at: AtomicU64::new(0) }
    }
}

impl Freshness {
    fn now_millis(&self) -> u64 {
        u64::try_from(self.base.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// Notes a good reading that began at this time.
    fn confirm(&self, began_millis: u64) {
        self.read_at.store(began_millis, Ordering::SeqCst);
    }

    /// Whether the cache may be trusted.
    pub fn is_good(&self) -> bool {
        let read_at = self.read_at.load(Ordering::SeqCst);
        read_at != 0 && self.now_millis().saturating_sub(read_at) <= TRUST_MILLIS
    }
}

/// Where the reading of the log stands.
#[derive(Default)]
struct Position {
    /// A connection of its own, so that a busy pool does not make the node blind.
    line: Option<sql::Line>,
    /// The last number read; `None` before the first reading.
    last: Option<i64>,
    failing: bool,
}

impl Identity {
    /// Whether this node knows which sessions have ended as of less than a second ago. While it
    /// does not, each request asks the database.
    pub fn knows_revocations(&self) -> bool {
        self.freshness.is_good()
    }

    /// Follows the log of revocations until `shutdown` becomes true, and now and then writes which
    /// sessions were seen. Every node that serves requests runs it; without it each request asks
    /// the database.
    pub async fn follow_revocations(&self, mut shutdown: watch::Receiver<bool>) {
        let mut position = Position::default();
        let mut ticks = interval(Duration::from_millis(POLL_EVERY_MILLIS));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut polls = 0_u32;
        loop {
            tokio::select! {
                _ = shutdown.wait_for(|stop| *stop) => break,
                _ = ticks.tick() => {}
            }
            self.poll_and_tell(&mut position).await;
            polls = polls.wrapping_add(1);
            if polls.is_multiple_of(FLUSH_EVERY_POLLS) {
                self.write_seen().await;
            }
        }
        self.write_seen().await;
    }

    async fn poll_and_tell(&self, position: &mut Position) {
        let limit = Duration::from_millis(POLL_TIMEOUT_MILLIS);
        let failure = match timeout(limit, self.poll(position)).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(format!("{error:?}")),
            Err(_) => Some("no answer in time".to_owned()),
        };
        if let Some(error) = &failure {
            // The connection may be the reason: the next reading makes a new one.
            position.line = None;
            if !position.failing {
                tracing::warn!(error, "the log of revocations cannot be read");
            }
        } else if position.failing {
            tracing::info!("the log of revocations is read again");
        }
        position.failing = failure.is_some();
    }

    async fn poll(&self, position: &mut Position) -> Result<()> {
        let line = match position.line.take() {
            Some(line) => position.line.insert(line),
            None => position.line.insert(sql::Line::open(&self.store).await?),
        };
        loop {
            let began = self.freshness.now_millis();
            let Some(last) = position.last else {
                position.last = Some(line.head().await?);
                self.cache.clear();
                self.freshness.confirm(began);
                return Ok(());
            };
            let revoked = line.after(last, BATCH_MAX_ROWS).await?;
            let more = i64::try_from(revoked.len()).is_ok_and(|n| n >= BATCH_MAX_ROWS);
            if let Some(newest) = revoked.last() {
                position.last = Some(newest.seq);
                self.apply(&revoked);
            }
            if !more {
                self.freshness.confirm(began);
                return Ok(());
            }
        }
    }

    fn apply(&self, revoked: &[sql::Revocation]) {
        let sessions: HashSet<_> = revoked
            .iter()
            .filter(|r| r.kind == SESSION)
            .map(|r| SessionId::from_uuid(r.subject_id))
            .collect();
        if sessions.len() == revoked.len() {
            self.cache.evict(&sessions);
        } else {
            // Written by a newer version of this program (or a session twice): to ask the database
            // about everyone again is right whatever it means.
            self.cache.clear();
        }
    }
}
