//! Exchange rates: what the Central Bank publishes, kept with its history, and what the bank makes
//! of it by its spreads.
//!
//! Rates are published on working days; the last one holds until the next, and at most for as many
//! days as the spreads say. When it is older, nothing is exchanged: a bank that does not know the
//! rate would give money away.
//!
//! The spreads are a document with a moment from which it holds ([`BOOK`]).

pub mod jobs;
mod ports;
mod rules;
mod sql;

use std::sync::Arc;

use kernel::{Asset, Code, Ctx, Day, EditionId, Error, Moment, Money, Refusal, Result};
use store::Store;
use store::editions::{Book, Edition, Editions, Parsed};

pub use ports::RateSource;
pub use rules::{Exchanged, NoRate, NotSpreads, Published, Side, Spread, Spreads};

/// The series of documents that the spreads are.
pub const BOOK: &str = "rates.spreads";
/// Longest period of one history.
pub const MAX_HISTORY_DAYS: i64 = 366;

/// What makes spreads acceptable.
#[derive(Clone, Copy, Debug)]
pub struct SpreadBook;

impl Book for SpreadBook {
    fn names(&self) -> Vec<String> {
        vec![BOOK.to_owned()]
    }

    fn faults(&self, _: &str, body: &str) -> Vec<String> {
        Spreads::read(body).err().map(|fault| fault.to_string()).into_iter().collect()
    }
}

/// A published rate as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The rate.
    pub published: Published,
    /// Whence it came, see [`RateSource::name`].
    pub source: String,
    /// When it was read.
    pub read_at: Moment,
}

/// What a currency is dealt by at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dealt {
    /// The last published rate.
    pub published: Published,
    /// What the bank adds and takes.
    pub spreads: Arc<Spreads>,
    /// The edition of the spreads.
    pub edition: EditionId,
}

/// A currency on the board: what the Central Bank says, and what the bank pays and asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The last published rate.
    pub published: Published,
    /// Sum for one unit that a customer gives.
    pub buys_at: Money,
    /// Sum for one unit that a customer gets.
    pub sells_at: Money,
    /// Whether it is exchanged by this now; otherwise the rate is too old.
    pub is_good: bool,
}

/// The rates. Cheap to clone.
///
/// Whoever asks needs no permission: rates hang on the wall of every bank.
#[derive(Clone)]
pub struct Rates {
    store: Store,
    editions: Editions,
    parsed: Parsed<Spreads>,
}

impl Rates {
    /// As they are kept in a database, with the documents of the node.
    pub fn new(store: &Store, editions: &Editions) -> Self {
        Self { store: store.clone(), editions: editions.clone(), parsed: Parsed::default() }
    }

    /// The days whose rates are still to be asked for.
    pub async fn missing(&self, ctx: &Ctx) -> Result<Vec<Day>> {
        let today = ctx.now().day();
        let period = (today.days_before(rules::BACK_DAYS), today);
        Ok(rules::to_ask(today, &sql::days(self.store.pool(), period).await?))
    }

    /// Asks for what is missing and keeps it. Gives how many rates are new. A day that cannot be
    /// read does not keep the others from being read; what was wrong with it is the answer then.
    pub async fn fetch(&self, ctx: &Ctx, source: &dyn RateSource) -> Result<u64> {
        let mut new = 0_u64;
        let mut wrong = None;
        for day in self.missing(ctx).await? {
            match self.fetch_day(ctx, source, day).await {
                Ok(kept) => new = new.saturating_add(kept),
                Err(error) => wrong = wrong.or(Some(error)),
            }
        }
        match wrong {
            Some(error) => Err(error),
            None => Ok(new),
        }
    }

    async fn fetch_day(&self, ctx: &Ctx, source: &dyn RateSource, day: Day) -> Result<u64> {
        let published = source.of_day(day).await?;
        rules::check(day, &published)?;
        if published.is_empty() {
            return Ok(0);
        }
        sql::keep(self.store.pool(), &published, (source.name(), ctx.now())).await
    }

    /// The last rate of a currency that was published for a day or one before it, however old.
    pub async fn published(&self, asset: Asset, day: Day) -> Result<Option<Kept>> {
        sql::last(self.store.pool(), asset, day).await
    }

    /// What was published for a currency from the first to the last day, both included, the last
    /// first.
    pub async fn history(&self, asset: Asset, first: Day, last: Day) -> Result<Vec<Kept>> {
        let days = last.days_since(first).saturating_add(1);
        if first > last || days > MAX_HISTORY_DAYS {
            let refusal = Refusal::new(Code::PeriodInvalid);
            return Err(refusal.value("days", MAX_HISTORY_DAYS.to_string()).into());
        }
        sql::history(self.store.pool(), asset, (first, last), MAX_HISTORY_DAYS).await
    }

    /// What a currency is dealt by at a moment.
    ///
    /// [`Code::CurrencyNotDealt`] for one in which the bank does not deal, [`Code::RateStale`] when
    /// no rate was published for it. Whether it is too old is said by [`Spreads::exchange`].
    pub async fn dealt(&self, asset: Asset, now: Moment) -> Result<Dealt> {
        let (edition, spreads) =
            self.spreads(now).await?.ok_or(Error::from(Code::CurrencyNotDealt))?;
        if !spreads.assets().any(|dealt| dealt == asset) {
            return Err(Code::CurrencyNotDealt.into());
        }
        let kept = self.published(asset, now.day()).await?.ok_or(Error::from(Code::RateStale))?;
        Ok(Dealt { published: kept.published, spreads, edition: edition.id })
    }

    /// Every currency in which the bank deals, with what it pays and asks at a moment. One of which
    /// no rate was ever published is left out.
    pub async fn board(&self, now: Moment) -> Result<Vec<Listed>> {
        let Some((_, spreads)) = self.spreads(now).await? else { return Ok(Vec::new()) };
        let mut board = Vec::new();
        for asset in spreads.assets() {
            let Some(kept) = self.published(asset, now.day()).await? else { continue };
            let published = kept.published;
            board.push(Listed {
                published,
                buys_at: spreads.rate(&published, Side::Buy)?,
                sells_at: spreads.rate(&published, Side::Sell)?,
                is_good: published.is_good(now.day(), spreads.max_age_days),
            });
        }
        Ok(board)
    }

    /// The spreads that hold at a moment; `None` before the first ones.
    pub async fn spreads(&self, now: Moment) -> Result<Option<(Arc<Edition>, Arc<Spreads>)>> {
        let Some(edition) = self.editions.at(BOOK, now).await? else { return Ok(None) };
        let spreads = self.parsed.read_by(&edition, Spreads::read)?;
        Ok(Some((edition, spreads)))
    }
}
