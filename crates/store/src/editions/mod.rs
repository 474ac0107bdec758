//! Documents that the bank goes by from a moment on: tariffs, limits, regulatory values, the
//! mapping of accounts to the general ledger.
//!
//! A *book* is a series of documents of which one holds at any moment; an *edition* is one of them.
//! It is published ahead of the moment from which it holds, so that every node has it by then, and
//! never changes: what was priced or counted by it can be looked up for ever. Until it holds it can
//! be taken back.
//!
//! Every node keeps all editions in memory and looks for new ones each second. One that did not
//! get an answer for longer than an edition is ahead does not know whether it has the one that
//! holds, and refuses.

mod sql;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use kernel::{Code, Ctx, EditionId, Moment, Result, StaffId};
use sha2::{Digest, Sha256};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::{Store, Tx, tasks};

/// How long before it holds an edition is published at the latest, and how old a node's last look
/// may be: whoever looked within this time has every edition that holds.
pub const AHEAD_SECONDS: i64 = 5;
const LOOK_EVERY_SECONDS: u64 = 1;
const LOOK_TIMEOUT_SECONDS: u64 = 2;
/// Longest document, in bytes.
pub const MAX_BODY_BYTES: usize = 262_144;

/// A published document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Its id.
    pub id: EditionId,
    /// The series that it is part of: `tariff.transfer.internal`.
    pub book: String,
    /// Its place in it, from one.
    pub number: i32,
    /// From when on it holds.
    pub effective_at: Moment,
    /// The document.
    pub body: String,
    /// Why it was made.
    pub reason: String,
    /// When it was published.
    pub published_at: Moment,
    /// When it was taken back.
    pub withdrawn_at: Option<Moment>,
}

/// A document to be published.
#[derive(Clone, Debug)]
pub struct NewEdition<'a> {
    /// The series.
    pub book: &'a str,
    /// From when on it holds.
    pub effective_at: Moment,
    /// The document.
    pub body: &'a str,
    /// Why it is made.
    pub reason: &'a str,
}

/// A document that somebody is writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: EditionId,
    /// The series.
    pub book: String,
    /// The document as far as it got.
    pub body: String,
    /// Who wrote at it last.
    pub author: StaffId,
    /// When.
    pub changed_at: Moment,
}

/// What a node knows of the editions.
#[derive(Default)]
struct Known {
    by_id: HashMap<EditionId, Arc<Edition>>,
    /// Those that were not taken back, by book and the moment from which they hold.
    holding: BTreeMap<(String, Moment), Arc<Edition>>,
    looked_at: Option<Instant>,
}

/// The editions, as every node has them in memory.
#[derive(Clone)]
pub struct Editions {
    store: Store,
    known: Arc<RwLock<Known>>,
}

impl Editions {
    /// Knows nothing yet: the first question, or [`Editions::follow`], looks.
    pub fn new(store: &Store) -> Self {
        Self { store: store.clone(), known: Arc::default() }
    }

    /// The document of a book that holds at a moment; `None` before its first one.
    ///
    /// [`Code::Busy`] when the database did not say lately what there is.
    pub async fn at(&self, book: &str, moment: Moment) -> Result<Option<Arc<Edition>>> {
        if !self.is_fresh() {
            self.look().await?;
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let first = (book.to_owned(), Moment::EPOCH);
        let last = (book.to_owned(), moment);
        Ok(known.holding.range(first..=last).next_back().map(|(_, edition)| Arc::clone(edition)))
    }

    /// An edition by its id, also one that was taken back.
    pub async fn by_id(&self, id: EditionId) -> Result<Option<Arc<Edition>>> {
        let known = |editions: &Self| {
            let known = editions.known.read().unwrap_or_else(PoisonError::into_inner);
            known.by_id.get(&id).cloned()
        };
        if let Some(edition) = known(self) {
            return Ok(Some(edition));
        }
        self.look().await?;
        Ok(known(self))
    }

    /// Every edition of a book, the last first.
    pub async fn of_book(&self, book: &str) -> Result<Vec<Arc<Edition>>> {
        self.look().await?;
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut editions: Vec<_> =
            known.by_id.values().filter(|edition| edition.book == book).cloned().collect();
        editions.sort_unstable_by_key(|edition| std::cmp::Reverse(edition.number));
        Ok(editions)
    }

    /// The names of all books that begin so.
    pub async fn books(&self, prefix: &str) -> Result<Vec<String>> {
        self.look().await?;
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut books: Vec<_> = known
            .by_id
            .values()
            .filter(|edition| edition.book.starts_with(prefix))
            .map(|edition| edition.book.clone())
            .collect();
        books.sort_unstable();
        books.dedup();
        Ok(books)
    }

    fn is_fresh(&self) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let ahead = Duration::from_secs(AHEAD_SECONDS.unsigned_abs());
        known.looked_at.is_some_and(|at| at.elapsed() < ahead)
    }

    /// Looks for what is new.
    pub async fn look(&self) -> Result<()> {
        // What is asked at a moment is known as of then, however long the answer takes.
        let began = Instant::now();
        let look = async {
            let states = sql::states(self.store.pool()).await?;
            let missing = {
                let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
                let is_new = |(id, _): &&(EditionId, _)| !known.by_id.contains_key(id);
                states.iter().filter(is_new).map(|(id, _)| *id).collect::<Vec<_>>()
            };
            let read = sql::read(self.store.pool(), &missing).await?;
            Ok::<_, kernel::Error>((states, read))
        };
        let limit = Duration::from_secs(LOOK_TIMEOUT_SECONDS);
        let (states, read) = timeout(limit, look).await.unwrap_or(Err(Code::Busy.into()))?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.by_id.extend(read.into_iter().map(|edition| (edition.id, Arc::new(edition))));
        for (id, withdrawn_at) in states {
            if let Some(edition) = known.by_id.get_mut(&id)
                && edition.withdrawn_at != withdrawn_at
            {
                Arc::make_mut(edition).withdrawn_at = withdrawn_at;
            }
        }
        let holding = known.by_id.values().filter(|edition| edition.withdrawn_at.is_none());
        known.holding = holding
            .map(|edition| ((edition.book.clone(), edition.effective_at), Arc::clone(edition)))
            .collect();
        known.looked_at = Some(began);
        Ok(())
    }

    /// Looks for what is new until it is told to stop.
    pub async fn follow(&self, mut shutdown: watch::Receiver<bool>) {
        let mut ticks = interval(Duration::from_secs(LOOK_EVERY_SECONDS));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = tasks::stopped(&mut shutdown) => return,
                _ = ticks.tick() => {}
            }
            if let Err(error) = self.look().await {
                tracing::warn!(?error, "looking for new editions");
            }
        }
    }

    /// Publishes a document.
    ///
    /// [`Code::EditionTooSoon`] when it would hold before every node has it,
    /// [`Code::EditionTaken`] when another of its book begins at the same moment.
    pub async fn publish(&self, tx: &mut Tx, ctx: &Ctx, new: &NewEdition<'_>) -> Result<EditionId> {
        if new.effective_at < ctx.now().plus_seconds(AHEAD_SECONDS) {
            return Err(Code::EditionTooSoon.into());
        }
        let id = EditionId::generate(ctx.now(), ctx.entropy());
        let hash: [u8; 32] = Sha256::digest(new.body).into();
        sql::one_at_a_time(tx).await?;
        if sql::insert(tx, id, new, (hash, ctx.now())).await? {
            Ok(id)
        } else {
            Err(Code::EditionTaken.into())
        }
    }

    /// Takes an edition back that does not hold yet. [`Code::EditionHolds`] when it does, or would
    /// before every node knows.
    pub async fn withdraw(&self, tx: &mut Tx, ctx: &Ctx, id: EditionId) -> Result<()> {
        let latest = ctx.now().plus_seconds(AHEAD_SECONDS);
        if sql::withdraw(tx, id, (ctx.now(), latest)).await? {
            Ok(())
        } else {
            Err(Code::EditionHolds.into())
        }
    }

    /// Keeps a draft, new or changed.
    pub async fn keep_draft(&self, tx: &mut Tx, draft: &Draft) -> Result<()> {
        sql::keep_draft(tx, draft).await
    }

    /// A draft.
    pub async fn draft(&self, id: EditionId) -> Result<Option<Draft>> {
        sql::draft(self.store.pool(), id).await
    }

    /// The drafts of a book, the last changed first, at most a hundred.
    pub async fn drafts(&self, book: &str) -> Result<Vec<Draft>> {
        sql::drafts(self.store.pool(), book).await
    }

    /// Drops a draft.
    pub async fn drop_draft(&self, tx: &mut Tx, id: EditionId) -> Result<()> {
        sql::drop_draft(tx, id).await
    }
}
