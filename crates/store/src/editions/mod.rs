//! Documents that the bank goes by from a moment on: tariffs, limits, regulatory values, the
//! mapping of accounts to the general ledger.
//!
//! A *book* is a series of documents of which one holds at any moment; an *edition* is one of them.
//! It is published ahead of the moment from which it holds, so that every node has it by then, and
//! never changes: what was priced or counted by it can be looked up for ever. Until it holds it can
//! be taken back.
//!
//! Every node keeps all editions in memory and looks for new ones each second. One that did not
//! get an answer lately does not know whether it has the edition that holds, and refuses. An
//! edition is ahead by more than that: what is over is for the commit that publishes it, and for
//! the clocks of nodes, which differ.

mod parsed;
mod rules;
mod sql;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use kernel::{Code, Ctx, EditionId, Moment, Refusal, Result, StaffId};
use sha2::{Digest, Sha256};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::{Store, Tx, commit, tasks};

pub use parsed::Parsed;
pub use rules::{Book, Difference, MAX_REASON_CHARS, ORDER, differences};

/// How long before it holds an edition is published at the latest.
pub const AHEAD_SECONDS: i64 = 30;
/// How old a node's last look may be: whoever looked within this time has every edition that holds.
const FRESH_SECONDS: u64 = 5;
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
    books: Arc<[Arc<dyn Book>]>,
}

impl Editions {
    /// With the books of the bank. Knows nothing yet: the first question, or [`Editions::follow`],
    /// looks.
    pub fn new(store: &Store, books: Vec<Arc<dyn Book>>) -> Self {
        Self { store: store.clone(), known: Arc::default(), books: books.into() }
    }

    /// The names of the books, in order.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.books.iter().flat_map(|book| book.names()).collect();
        names.sort_unstable();
        names
    }

    /// What is wrong with a document of a book, place by place. [`Code::NotFound`] when the bank
    /// has no such book, [`Code::EditionMalformed`] for a document of a size that is not read.
    pub fn faults(&self, book: &str, body: &str) -> Result<Vec<String>> {
        rules::check(book, body)?;
        let known = self.books.iter().find(|known| known.has(book)).ok_or(Code::NotFound)?;
        Ok(known.faults(book, body))
    }

    /// Refuses a document that has faults, in the words of the first.
    pub fn accept(&self, book: &str, body: &str) -> Result<()> {
        match self.faults(book, body)?.into_iter().next() {
            None => Ok(()),
            Some(place) => Err(Refusal::new(Code::EditionMalformed).value("place", place).into()),
        }
    }

    /// The document of a book that holds at a moment; `None` before its first one.
    ///
    /// [`Code::Busy`] when the database did not say lately what there is.
    pub async fn at(&self, book: &str, moment: Moment) -> Result<Option<Arc<Edition>>> {
        if !self.is_fresh() {
            self.look().await?;
        }
        if let Some(found) = self.known_at(book, moment) {
            return Ok(Some(found));
        }
        // The first of a book holds at once, and may be newer than the last look.
        if !self.looked_within(Duration::from_secs(LOOK_EVERY_SECONDS)) {
            self.look().await?;
        }
        Ok(self.known_at(book, moment))
    }

    fn known_at(&self, book: &str, moment: Moment) -> Option<Arc<Edition>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let first = (book.to_owned(), Moment::EPOCH);
        let last = (book.to_owned(), moment);
        known.holding.range(first..=last).next_back().map(|(_, edition)| Arc::clone(edition))
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

    fn is_fresh(&self) -> bool {
        self.looked_within(Duration::from_secs(FRESH_SECONDS))
    }

    fn looked_within(&self, time: Duration) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.looked_at.is_some_and(|at| at.elapsed() < time)
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

    /// Publishes a document, as the last thing in its transaction: it must not wait for long before
    /// its commit.
    ///
    /// [`Code::EditionTooSoon`] when it would hold before every node has it,
    /// [`Code::EditionTaken`] when another of its book begins at the same moment,
    /// [`Code::EditionMalformed`] when it has faults.
    pub async fn publish(&self, tx: &mut Tx, ctx: &Ctx, new: &NewEdition<'_>) -> Result<EditionId> {
        rules::check_reason(new.reason)?;
        self.accept(new.book, new.body)?;
        sql::one_at_a_time(tx).await?;
        // After the turn has come: waiting for it takes from what the edition is ahead.
        let now = ctx.now();
        if new.effective_at < now.plus_seconds(AHEAD_SECONDS) {
            return Err(Code::EditionTooSoon.into());
        }
        let id = EditionId::generate(now, ctx.entropy());
        let hash: [u8; 32] = Sha256::digest(new.body).into();
        if sql::insert(tx, id, new, (hash, now)).await? {
            Ok(id)
        } else {
            Err(Code::EditionTaken.into())
        }
    }

    /// Publishes the first document of a book, which holds at once: no node can have gone by
    /// another. Nothing happens when the book has one.
    pub async fn found(&self, ctx: &Ctx, book: &str, body: &str) -> Result<()> {
        // Called by the bank itself, when it is set up.
        self.accept(book, body)?;
        if !self.of_book(book).await?.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        sql::one_at_a_time(&mut tx).await?;
        if !sql::has_book(&mut tx, book).await? {
            let (now, reason) = (ctx.now(), "the bank is set up");
            let new = NewEdition { book, effective_at: now, body, reason };
            let id = EditionId::generate(now, ctx.entropy());
            let hash: [u8; 32] = Sha256::digest(body).into();
            sql::insert(&mut tx, id, &new, (hash, now)).await?;
        }
        commit(tx).await?;
        self.look().await
    }

    /// The document of a book that would hold at a moment, in a transaction. Nobody publishes
    /// another until it ends.
    pub async fn at_in(
        &self,
        tx: &mut Tx,
        book: &str,
        moment: Moment,
    ) -> Result<Option<(EditionId, String)>> {
        sql::one_at_a_time(tx).await?;
        sql::at(tx, book, moment).await
    }

    /// Takes an edition back that does not hold yet. [`Code::EditionHolds`] when it does, or would
    /// before every node knows; [`Code::NothingToChange`] when it was taken back already.
    pub async fn withdraw(&self, tx: &mut Tx, ctx: &Ctx, id: EditionId) -> Result<()> {
        sql::one_at_a_time(tx).await?;
        let now = ctx.now();
        let state = sql::state(tx, id).await?.ok_or(Code::NotFound)?;
        if state.withdrawn {
            return Err(Code::NothingToChange.into());
        }
        if state.effective_at <= now.plus_seconds(AHEAD_SECONDS) {
            return Err(Code::EditionHolds.into());
        }
        sql::withdraw(tx, id, now).await
    }

    /// A draft that nobody changes until the transaction ends.
    pub async fn lock_draft(&self, tx: &mut Tx, id: EditionId) -> Result<Option<Draft>> {
        sql::lock_draft(tx, id).await
    }

    /// Keeps a draft, new or changed. It may have faults.
    pub async fn keep_draft(&self, tx: &mut Tx, draft: &Draft) -> Result<()> {
        rules::check(&draft.book, &draft.body)?;
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
