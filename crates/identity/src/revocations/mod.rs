//! How every node learns in time that a session has ended.
//!
//! Whoever ends a session writes so to a log, in the same transaction and under an advisory lock,
//! so that numbers become visible in order. Every node reads what is new four times a second, and
//! at once when the database tells it that the log has grown. That telling is only the fast way: a
//! listener that is cut off, or hears nothing, changes nothing about the reading. A node whose last
//! good reading began longer than 750 ms ago does not trust its cache: each request then asks the
//! database, and is refused when that does not answer. So an ended session is used for less than a
//! second, whatever fails.

mod sql;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kernel::{Actor, Ctx, Result};
use store::Tx;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use uuid::Uuid;

use crate::Identity;

const POLL_EVERY_MILLIS: u64 = 250;
const POLL_TIMEOUT_MILLIS: u64 = 500;
/// The greatest age of the last good reading at which the cache is trusted.
const TRUST_MILLIS: u64 = 750;
/// How long a node waits before it listens again after its line was cut.
const LISTEN_AGAIN_SECONDS: u64 = 1;
/// Revocations read at once; more follow immediately.
const BATCH_MAX_ROWS: i64 = 1_000;
/// After how many polls what was seen is written: ten seconds.
const FLUSH_EVERY_POLLS: u32 = 40;

/// Whose sessions an entry is about. A reader forgets what it knows of them and asks the database:
/// that says whether they have ended, or what has changed about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One session.
    Session,
    /// All of a user.
    User,
    /// All on a device.
    Device,
    /// All there are.
    Everyone,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::User => "user",
            Self::Device => "device",
            Self::Everyone => "everyone",
        }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// Why sessions ended, or changed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Reason {$($(#[$doc])* $name,)*}

        impl Reason {
            /// The word that is stored and told to others.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

reasons! {
    /// Its user signed out.
    SignedOut = "signed_out";
    /// Its user ended it from another session.
    EndedByUser = "ended_by_user";
    /// An employee ended it.
    EndedByStaff = "ended_by_staff";
    /// One of its refresh tokens was presented again.
    TokenReused = "token_reused";
    /// Its user signed in on more devices than allowed.
    TooManySessions = "too_many_sessions";
    /// The password was changed.
    PasswordChanged = "password_changed";
    /// The password was reset.
    PasswordReset = "password_reset";
    /// A second factor was added or removed.
    FactorChanged = "factor_changed";
    /// The phone or the e-mail address was changed.
    ContactChanged = "contact_changed";
    /// Its device was unbound.
    DeviceUnbound = "device_unbound";
    /// Its user is frozen.
    UserFrozen = "user_frozen";
    /// Its user left the bank.
    UserClosed = "user_closed";
    /// The bank ended every session.
    Everyone = "everyone";
    /// Nothing ended: its user proved more, or less, than before.
    AssuranceChanged = "assurance_changed";
    /// Nothing ended: how small payments have to be was changed.
    CoolingChanged = "cooling_changed";
}

/// Writes to the log whose sessions have ended or changed. The last thing a transaction does, as
/// every other writer waits from here to its commit.
pub(crate) async fn record(
    tx: &mut Tx,
    ctx: &Ctx,
    (kind, subjects): (Kind, &[Uuid]),
    reason: Reason,
) -> Result<()> {
    if subjects.is_empty() {
        return Ok(());
    }
    let actor = match ctx.actor {
        Actor::Anonymous => "anonymous".to_owned(),
        Actor::Customer { id, .. } => id.to_string(),
        Actor::Staff(employee) => employee.id.to_string(),
        Actor::System(name) => format!("system/{name}"),
    };
    let mark = sql::Mark { at: ctx.now(), reason, actor: &actor };
    sql::append(tx, kind.as_str(), subjects, &mark).await
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

    /// Changes whenever this node hears of sessions that have ended or changed. For whoever holds
    /// something open in the name of a session: look again whether it lives.
    pub fn session_changes(&self) -> watch::Receiver<u64> {
        self.cache.changes()
    }

    /// Follows the log of revocations until `shutdown` becomes true, and now and then writes which
    /// sessions were seen. Every node that serves requests runs it; without it each request asks
    /// the database.
    pub async fn follow_revocations(&self, mut shutdown: watch::Receiver<bool>) {
        let mut position = Position::default();
        let bell = Arc::new(Notify::new());
        let listening = tokio::spawn(self.clone().listen(Arc::clone(&bell)));
        let mut ticks = interval(Duration::from_millis(POLL_EVERY_MILLIS));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut polls = 0_u32;
        loop {
            tokio::select! {
                _ = shutdown.wait_for(|stop| *stop) => break,
                _ = ticks.tick() => polls = polls.wrapping_add(1),
                () = bell.notified() => {}
            }
            self.poll_and_tell(&mut position).await;
            if polls >= FLUSH_EVERY_POLLS {
                polls = 0;
                self.write_seen().await;
            }
        }
        listening.abort();
        self.write_seen().await;
    }

    /// Rings whenever the log may have grown, until it is aborted.
    async fn listen(self, bell: Arc<Notify>) {
        loop {
            if let Err(error) = self.ring(&bell).await {
                tracing::debug!(?error, "revocations are not heard of, only read");
            }
            tokio::time::sleep(Duration::from_secs(LISTEN_AGAIN_SECONDS)).await;
        }
    }

    async fn ring(&self, bell: &Notify) -> Result<()> {
        let mut line = sql::Bell::open(&self.store).await?;
        loop {
            line.ring().await?;
            bell.notify_one();
        }
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
        let of = |kind: Kind| -> HashSet<Uuid> {
            let these = revoked.iter().filter(|r| r.kind == kind.as_str());
            these.map(|r| r.subject_id).collect()
        };
        let kinds = [Kind::Session, Kind::User, Kind::Device].map(Kind::as_str);
        if revoked.iter().any(|r| !kinds.contains(&r.kind.as_str())) {
            // Everyone; or written by a newer version of this program: to ask the database about
            // everyone again is right whatever it means.
            self.cache.clear();
            return;
        }
        let (sessions, users, devices) = (of(Kind::Session), of(Kind::User), of(Kind::Device));
        self.cache.evict(|live| {
            sessions.contains(&live.session.uuid())
                || users.contains(&live.user.uuid())
                || live.assurance.device.is_some_and(|device| devices.contains(&device.uuid()))
        });
    }
}
