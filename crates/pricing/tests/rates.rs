//! Published rates on PostgreSQL: asked for until they are there, kept for ever, used while good.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::{
    Amount, Asset, Clock, Code, Ctx, Day, Error, ManualClock, Moment, Permissions, Result,
};
use pricing::rates::{BOOK, Published, RateSource, Rates, Side, SpreadBook, jobs};
use store::Store;
use store::editions::{AHEAD_SECONDS, Editions, NewEdition};
use store::testing::TestDatabase;
use tokio::sync::watch;

/// A source that a test fills.
#[derive(Default)]
struct Source {
    rates: Mutex<BTreeMap<Day, &'static str>>,
    /// Days for which it says something that cannot be right, or nothing at all.
    broken: Mutex<HashSet<Day>>,
    asked: Mutex<Vec<Day>>,
}

impl Source {
    fn publish(&self, day: &str, rate: &'static str) {
        self.rates.lock().unwrap().insert(self::day(day), rate);
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().drain(..).map(|day| day.to_string()).collect()
    }

    fn answer(&self, day: Day) -> Result<Vec<Published>> {
        self.asked.lock().unwrap().push(day);
        if self.broken.lock().unwrap().contains(&day) {
            return Err(Error::invariant("the source is down"));
        }
        let rates = self.rates.lock().unwrap();
        Ok(rates.get(&day).map(|rate| published(day, rate)).into_iter().collect())
    }
}

impl RateSource for Source {
    fn name(&self) -> &'static str {
        "test"
    }

    fn of_day(
        &self,
        day: Day,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Published>>> + Send + '_>> {
        Box::pin(async move { self.answer(day) })
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn published(day: Day, rate: &str) -> Published {
    let rate = rate.parse().unwrap();
    Published { asset: Asset::Usd, day, rate, nominal: NonZeroU32::MIN }
}

struct World {
    _db: TestDatabase,
    store: Store,
    clock: ManualClock,
    editions: Editions,
    rates: Rates,
    source: Arc<Source>,
}

impl World {
    /// Noon of a day, in Tashkent.
    async fn at(today: &str) -> Self {
        let db = TestDatabase::create().await;
        let store = db.store();
        let clock = ManualClock::new(day(today).start().plus_seconds(12 * 3_600));
        let editions = Editions::new(&store, vec![Arc::new(SpreadBook)]);
        let rates = Rates::new(&store, &editions);
        Self { _db: db, store, clock, editions, rates, source: Arc::default() }
    }

    fn ctx(&self) -> Ctx {
        Ctx::system("test", Permissions::NONE).with_clock(Clock::Manual(self.clock.clone()))
    }

    fn now(&self) -> Moment {
        self.clock.now()
    }

    async fn fetch(&self) -> Result<u64> {
        self.rates.fetch(&self.ctx(), self.source.as_ref()).await
    }

    async fn last(&self) -> Option<(String, String)> {
        let kept = self.rates.published(Asset::Usd, self.now().day()).await.unwrap();
        kept.map(|kept| (kept.published.day.to_string(), kept.published.rate.to_string()))
    }
}

fn pair(day: &str, rate: &str) -> (String, String) {
    (day.to_owned(), rate.to_owned())
}

#[tokio::test]
async fn the_last_published_rate_holds_until_the_next() {
    // 2 October 2026 is a Friday; Thursday was a holiday.
    let world = World::at("2026-10-02").await;
    assert_eq!(world.last().await, None);
    world.source.publish("2026-09-29", "11806.97");
    world.source.publish("2026-09-30", "11821.18");
    assert_eq!(world.fetch().await.unwrap(), 2);
    assert_eq!(world.source.asked().len(), 11);
    assert_eq!(world.last().await, Some(pair("2026-09-30", "11821.18")));
    world.source.publish("2026-10-02", "11830.5");
    assert_eq!(world.fetch().await.unwrap(), 1);
    assert_eq!(world.last().await, Some(pair("2026-10-02", "11830.5")));
    // Over the weekend it holds, and what was of an earlier day is still known.
    world.clock.advance_seconds(2 * 86_400);
    assert_eq!(world.fetch().await.unwrap(), 0);
    assert_eq!(world.last().await, Some(pair("2026-10-02", "11830.5")));
    let earlier = world.rates.published(Asset::Usd, day("2026-10-01")).await.unwrap().unwrap();
    assert_eq!(earlier.published, published(day("2026-09-30"), "11821.18"));
    assert_eq!(earlier.source, "test");
}

#[tokio::test]
async fn what_was_kept_stays() {
    let world = World::at("2026-09-30").await;
    world.source.publish("2026-09-30", "11821.18");
    world.fetch().await.unwrap();
    let read_at = world.now();
    world.clock.advance_seconds(60);
    world.source.publish("2026-09-30", "1");
    world.source.asked();
    assert_eq!(world.fetch().await.unwrap(), 0);
    assert!(!world.source.asked().contains(&"2026-09-30".to_owned()));
    let kept = world.rates.published(Asset::Usd, day("2026-09-30")).await.unwrap().unwrap();
    assert_eq!((kept.published.rate.to_string().as_str(), kept.read_at), ("11821.18", read_at));
}

#[tokio::test]
async fn one_day_that_cannot_be_read_keeps_no_other_back() {
    let world = World::at("2026-09-30").await;
    for (day, rate) in [("2026-09-28", "1"), ("2026-09-29", "2"), ("2026-09-30", "3")] {
        world.source.publish(day, rate);
    }
    world.source.broken.lock().unwrap().insert(day("2026-09-29"));
    assert!(world.fetch().await.is_err());
    let history = async || {
        let (first, last) = (day("2026-09-01"), day("2026-09-30"));
        let kept = world.rates.history(Asset::Usd, first, last).await.unwrap();
        kept.iter().map(|kept| kept.published.rate.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(history().await, ["3", "1"]);
    world.source.broken.lock().unwrap().clear();
    assert_eq!(world.fetch().await.unwrap(), 1);
    assert_eq!(history().await, ["3", "2", "1"]);
}

#[tokio::test]
async fn a_source_that_says_nonsense_is_not_believed() {
    struct Wrong(Vec<Published>);
    impl RateSource for Wrong {
        fn name(&self) -> &'static str {
            "wrong"
        }
        fn of_day(
            &self,
            _: Day,
        ) -> Pin<Box<dyn Future<Output = Result<Vec<Published>>> + Send + '_>> {
            Box::pin(async { Ok(self.0.clone()) })
        }
    }
    let world = World::at("2026-09-30").await;
    let good = published(day("2026-09-30"), "11821.18");
    for wrong in [
        Published { rate: "0".parse().unwrap(), ..good },
        Published { rate: "99999999999".parse().unwrap(), ..good },
        Published { asset: Asset::Uzs, ..good },
        Published { day: day("2020-01-01"), ..good },
    ] {
        assert!(world.rates.fetch(&world.ctx(), &Wrong(vec![wrong])).await.is_err(), "{wrong:?}");
    }
    assert_eq!(world.last().await, None);
}

#[tokio::test]
async fn a_history_has_bounds() {
    let world = World::at("2026-09-30").await;
    for (day, rate) in [("2026-09-28", "1"), ("2026-09-29", "2"), ("2026-09-30", "3")] {
        world.source.publish(day, rate);
    }
    world.fetch().await.unwrap();
    let history = async |first: &str, last: &str| {
        world.rates.history(Asset::Usd, day(first), day(last)).await
    };
    assert_eq!(history("2026-09-29", "2026-09-29").await.unwrap().len(), 1);
    assert_eq!(history("2026-09-29", "2027-09-29").await.unwrap().len(), 2);
    for (first, last) in [("2026-09-30", "2026-09-29"), ("2026-09-29", "2027-09-30")] {
        let refused = history(first, last).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::PeriodInvalid));
    }
    assert_eq!(
        world.rates.history(Asset::Uzs, day("2026-09-29"), day("2026-09-30")).await.unwrap(),
        []
    );
}

const SPREADS: &str = r#"{"currencies":[{"asset":"USD","buy_percent":"0.5","sell_percent":"0.7"}],
                          "max_age_days":5}"#;

#[tokio::test]
async fn spreads_hold_from_their_moment_on_and_rates_grow_old() {
    let world = World::at("2026-09-30").await;
    let code = |result: Result<_>| result.map(|_: pricing::rates::Dealt| ()).unwrap_err().code();
    let dealt = async || world.rates.dealt(Asset::Usd, world.now()).await;
    assert_eq!(code(dealt().await), Some(Code::CurrencyNotDealt));
    assert_eq!(world.rates.board(world.now()).await.unwrap(), []);
    world.editions.found(&world.ctx(), BOOK, SPREADS).await.unwrap();
    assert_eq!(code(dealt().await), Some(Code::RateStale));
    world.source.publish("2026-09-30", "11821.18");
    world.fetch().await.unwrap();
    let other = world.rates.dealt(Asset::Uzs, world.now()).await;
    assert_eq!(code(other), Some(Code::CurrencyNotDealt));

    let board = world.rates.board(world.now()).await.unwrap();
    let prices = (board[0].buys_at.decimal(), board[0].sells_at.decimal(), board[0].is_good);
    assert_eq!(prices, ("11762.07".to_owned(), "11903.93".to_owned(), true));
    let hundred = Amount::parse("100", Asset::Usd).unwrap();
    let exchange = async || {
        let dealt = dealt().await.unwrap();
        let today = world.now().day();
        dealt.spreads.exchange(&dealt.published, (hundred, Side::Sell), today)
    };
    assert_eq!(exchange().await.unwrap().sum.decimal(), "1190393.00");

    // Another edition, from tomorrow on.
    let dearer = SPREADS.replace("0.7", "1");
    let tomorrow = world.now().plus_seconds(86_400);
    let mut tx = world.store.begin().await.unwrap();
    let new = NewEdition { book: BOOK, effective_at: tomorrow, body: &dearer, reason: "a test" };
    world.editions.publish(&mut tx, &world.ctx(), &new).await.unwrap();
    store::commit(tx).await.unwrap();
    world.editions.look().await.unwrap();
    assert_eq!(exchange().await.unwrap().rate.decimal(), "11903.93");
    world.clock.advance_seconds(86_400);
    assert_eq!(exchange().await.unwrap().rate.decimal(), "11939.40");

    // Five days are over on the sixth.
    world.clock.advance_seconds(4 * 86_400);
    exchange().await.unwrap();
    assert!(world.rates.board(world.now()).await.unwrap()[0].is_good);
    world.clock.advance_seconds(86_400);
    let refused = Error::from(exchange().await.unwrap_err());
    assert_eq!(refused.code(), Some(Code::RateStale));
    assert!(!world.rates.board(world.now()).await.unwrap()[0].is_good);
}

#[tokio::test]
async fn spreads_with_faults_are_not_published() {
    let world = World::at("2026-09-30").await;
    let faulty = SPREADS.replace("USD", "UZS");
    let faults = world.editions.faults(BOOK, &faulty).unwrap();
    assert_eq!(faults, ["currencies[UZS]: a currency that the bank does not keep"]);
    let soon = world.now().plus_seconds(AHEAD_SECONDS);
    let mut tx = world.store.begin().await.unwrap();
    let new = NewEdition { book: BOOK, effective_at: soon, body: &faulty, reason: "a test" };
    let refused = world.editions.publish(&mut tx, &world.ctx(), &new).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::EditionMalformed));
}

#[tokio::test]
async fn the_job_asks_until_the_rates_are_there() {
    let world = World::at("2026-09-30").await;
    world.source.publish("2026-09-29", "11806.97");
    let (stop, shutdown) = watch::channel(false);
    let source: Arc<dyn RateSource> = world.source.clone();
    let clock = Clock::Manual(world.clock.clone());
    let job = tokio::spawn(jobs::follow(world.rates.clone(), source, clock, shutdown));
    let until = async |day: &str| {
        for _ in 0..500 {
            if world.last().await.is_some_and(|(last, _)| last == day) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the rates of {day} never came");
    };
    until("2026-09-29").await;
    stop.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(5), job).await.unwrap().unwrap();
    // Whoever comes next asks for what is missing only.
    world.source.publish("2026-09-30", "11821.18");
    world.source.asked();
    world.fetch().await.unwrap();
    assert_eq!(world.source.asked()[0], "2026-09-30");
    assert_eq!(world.last().await, Some(pair("2026-09-30", "11821.18")));
}
