//! Exchanges between own accounts.

use std::num::NonZeroU32;
use std::pin::Pin;

use crate::common::{Person, World, refused};
use crate::history::all;
use crate::office::Office;
use futures_util::future::join_all;
use kernel::{
    AccountId, Amount, Asset, Code, Ctx, Day, Entropy, Lang, Money, OperationId, Permissions,
    Result,
};
use ledger::Status;
use payments::exchange::rules;
use payments::{
    AccountView, BankAccount, Category, ConfirmExchange, Direction, ExchangeQuote, ExchangeReceipt,
    LimitOf, PreviewExchange, Query,
};
use pricing::rates::{BOOK, Published, RateSource};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use store::editions::NewEdition;

/// What was published on one day.
struct Source(Published);

impl RateSource for Source {
    fn name(&self) -> &'static str {
        "test"
    }

    fn of_day(
        &self,
        day: Day,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Published>>> + Send + '_>> {
        let rates = (day == self.0.day).then_some(self.0);
        Box::pin(async move { Ok(rates.into_iter().collect()) })
    }
}

pub struct Pair {
    pub world: World,
    pub jasur: Person,
    pub sum: AccountView,
    pub dollars: AccountView,
}

impl Pair {
    /// Somebody with 100,000,000.00 sum and 1,000.00 dollars, on a day of 11,821.18 sum a dollar.
    pub async fn new() -> Self {
        let world = World::new().await;
        let jasur = world.person("Jasur", "Karimov", "901112233").await;
        let sum = world.account(&jasur, Asset::Uzs).await;
        let dollars = world.account(&jasur, Asset::Usd).await;
        world.pay_in(&sum, "100000000").await;
        world.pay_in(&dollars, "1000").await;
        let pair = Self { world, jasur, sum, dollars };
        pair.publish("11821.18").await;
        pair
    }

    /// Today's rate.
    async fn publish(&self, rate: &str) {
        let published = Published {
            asset: Asset::Usd,
            day: self.world.clock.now().day(),
            rate: rate.parse().unwrap(),
            nominal: NonZeroU32::MIN,
        };
        let ctx = self.world.system();
        self.world.payments.rates().fetch(&ctx, &Source(published)).await.unwrap();
    }

    /// Other spreads, from in a minute on.
    async fn spreads(&self, body: &str) {
        self.terms(BOOK, body).await;
    }

    async fn terms(&self, book: &str, body: &str) {
        let (world, editions) = (&self.world, self.world.payments.editions());
        let effective_at = world.clock.now().plus_seconds(60);
        let mut tx = world.store.begin().await.unwrap();
        let new = NewEdition { book, effective_at, body, reason: "a test" };
        editions.publish(&mut tx, &world.system(), &new).await.unwrap();
        store::commit(tx).await.unwrap();
        editions.look().await.unwrap();
        world.clock.advance_seconds(60);
    }

    async fn try_preview(
        &self,
        from: AccountId,
        to: AccountId,
        amount: Amount,
    ) -> Result<ExchangeQuote> {
        let preview = PreviewExchange { from, to, amount };
        self.world.payments.preview_exchange(&self.jasur.ctx, preview).await
    }

    pub async fn buy(&self, amount: &str, asset: Asset) -> ExchangeQuote {
        let amount = Amount::parse(amount, asset).unwrap();
        self.try_preview(self.sum.id, self.dollars.id, amount).await.unwrap()
    }

    async fn sell(&self, amount: &str, asset: Asset) -> ExchangeQuote {
        let amount = Amount::parse(amount, asset).unwrap();
        self.try_preview(self.dollars.id, self.sum.id, amount).await.unwrap()
    }

    pub async fn confirm(&self, key: OperationId, token: &str) -> Result<ExchangeReceipt> {
        let confirm = ConfirmExchange { key, quote: token.to_owned() };
        self.world.payments.confirm_exchange(&self.jasur.ctx, confirm).await
    }

    async fn balances(&self) -> [String; 5] {
        let world = &self.world;
        [
            world.balance(self.sum.id).await,
            world.balance(self.dollars.id).await,
            world.balance(BankAccount::FxPosition.id(Asset::Usd)).await,
            world.balance(BankAccount::FxEquivalent.id(Asset::Usd)).await,
            world.balance(BankAccount::FxIncome.id(Asset::Uzs)).await,
        ]
    }
}

/// A limit that both an exchange and a transfer count to is reached by both together, in their
/// order; what is worth so much counts an exchange by its own rate.
#[tokio::test]
async fn a_limit_is_simulated_on_exchanges_too() {
    let pair = Pair::new().await;
    let office = Office::open(&pair.world).await;
    let world = &pair.world;
    let savings = world.account(&pair.jasur, Asset::Uzs).await;
    // 20,000,000 sum are sent, then 10 dollars are sold and 1,000,000 sum given for dollars.
    world.send(&pair.jasur, pair.sum.id, &savings, "20000000").await;
    let mut given = Vec::new();
    for quote in [pair.sell("10", Asset::Usd).await, pair.buy("1000000", Asset::Uzs).await] {
        world.clock.advance_seconds(1);
        given.push(pair.confirm(quote.key(), &quote.token).await.unwrap().given.minor);
    }
    assert_eq!(given[0], 1_000);
    let all = 2_000_000_000 + given[1];
    let limit = |measure: Value, ceiling: i64| {
        let limits = json!({ "limits": [{
            "name": "day", "title": {"uz": "a", "ru": "b", "en": "c"}, "set_by": "tariff",
            "per": "customer", "window": "day", "measure": measure, "ceiling": {"fixed": ceiling},
        }]});
        limits.to_string()
    };
    let ctx = office.ctx(world, &office.accountant).await;
    let simulated = async |measure: Value, ceiling: i64| {
        let body = limit(measure, ceiling);
        let simulation = world.payments.simulate(&ctx, "limits", &body).await.unwrap();
        let effect = &simulation.limits[0];
        (simulation.operations, effect.met, effect.stopped)
    };
    assert_eq!(simulated(json!({"amount": "UZS"}), all).await, (3, 2, 0));
    assert_eq!(simulated(json!({"amount": "UZS"}), all - 1).await, (3, 2, 1));
    assert_eq!(simulated(json!({"amount": "USD"}), 1_000).await, (3, 1, 0));
    assert_eq!(simulated(json!({"amount": "USD"}), 999).await, (3, 1, 1));
    assert_eq!(simulated(json!("count"), 2).await, (3, 3, 1));
    // The ten dollars are worth 118,211.80 sum.
    let worth = all + 11_821_180;
    assert_eq!(simulated(json!("worth"), worth).await, (3, 3, 0));
    assert_eq!(simulated(json!("worth"), worth - 1).await, (3, 3, 1));
}

#[tokio::test]
async fn dollars_are_bought_for_sum() {
    let pair = Pair::new().await;
    let quote = pair.buy("100.50", Asset::Usd).await;
    // 11821.18 × 1.005 = 11880.2859, up to the tiyin; × 100.5 = 1193969.145, up to the tiyin.
    assert_eq!(quote.rate.to_string(), "11880.29 UZS");
    assert_eq!(
        (quote.given.to_string(), quote.taken.to_string(), quote.fee.to_string()),
        ("1193969.15 UZS".to_owned(), "100.50 USD".to_owned(), "0.00 UZS".to_owned())
    );
    assert_eq!(quote.central.rate.to_string(), "11821.18");
    assert_eq!(quote.central.day, pair.world.clock.now().day());
    assert_eq!(quote.available.decimal(), "100000000.00");
    assert_eq!(quote.expires_at, pair.world.clock.now().plus_seconds(60));
    assert_eq!(
        (&quote.from.tail[..], &quote.to.tail[..]),
        (pair.sum.number.tail(), pair.dollars.number.tail())
    );
    assert!(quote.sufficient && !format!("{quote:?}").contains(&quote.token));

    let key = pair.world.key();
    let receipt = pair.confirm(key, &quote.token).await.unwrap();
    assert_eq!((receipt.id, receipt.replayed), (key, false));
    assert_eq!((receipt.given, receipt.taken), (quote.given, quote.taken));
    // Worth 1188028.59 by the published rate; the rest is the bank's.
    let expected = ["98806030.85", "1100.50", "-100.50", "1188028.59", "5940.56"];
    assert_eq!(pair.balances().await, expected);

    let again = pair.confirm(key, &quote.token).await.unwrap();
    assert_eq!(again, ExchangeReceipt { replayed: true, ..receipt });
    let stored = pair.world.payments.exchange_receipt(&pair.jasur.ctx, key).await.unwrap();
    assert_eq!(stored, again);
    assert_eq!(pair.balances().await, expected);
    pair.world.verify().await;
}

#[tokio::test]
async fn dollars_are_sold_for_sum() {
    let pair = Pair::new().await;
    // 11821.18 × 0.995 = 11762.0741, down to the tiyin; × 100.5 = 1182088.035, down to the tiyin.
    let quote = pair.sell("100.50", Asset::Usd).await;
    assert_eq!(
        (quote.rate.decimal(), quote.given.decimal(), quote.taken.decimal()),
        ("11762.07".to_owned(), "100.50".to_owned(), "1182088.03".to_owned())
    );
    pair.confirm(quote.key(), &quote.token).await.unwrap();
    assert_eq!(
        pair.balances().await,
        ["101182088.03", "899.50", "100.50", "-1188028.59", "5940.56"]
    );
    // So much sum is named: 1000000 / 11762.07 = 85.019…, up to the cent.
    let quote = pair.sell("1000000", Asset::Uzs).await;
    assert_eq!(
        (quote.given.decimal(), quote.taken.decimal()),
        ("85.02".into(), "1000000.00".into())
    );
    pair.confirm(quote.key(), &quote.token).await.unwrap();
    assert_eq!(pair.world.balance(pair.sum.id).await, "102182088.03");
    pair.world.verify().await;
}

#[tokio::test]
async fn a_quote_is_used_once_and_soon() {
    let pair = Pair::new().await;
    let quote = pair.buy("10", Asset::Usd).await;
    let keys: Vec<_> = (0..5).map(|_| pair.world.key()).collect();
    let answers = join_all(keys.iter().map(|key| pair.confirm(*key, &quote.token))).await;
    let (done, not): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), not.len()), (1, 4));
    for answer in not {
        refused(answer, Code::QuoteUsed);
    }
    assert_eq!(pair.world.balance(pair.dollars.id).await, "1010.00");
    let view = pair.world.payments.quoted_exchange(&pair.jasur.ctx, &quote.token).await.unwrap();
    assert_eq!(view.done, Some(done.into_iter().next().unwrap().unwrap().id));
    assert_eq!((view.refused, view.closing, view.expired), (None, false, false));

    let late = pair.buy("10", Asset::Usd).await;
    pair.world.clock.advance_seconds(rules::QUOTE_LIFE_SECONDS - 1);
    let view = pair.world.payments.quoted_exchange(&pair.jasur.ctx, &late.token).await.unwrap();
    assert_eq!((view.done, view.closing, view.expired), (None, false, false));
    pair.world.clock.advance_seconds(1);
    refused(pair.confirm(pair.world.key(), &late.token).await, Code::QuoteExpired);
    let view = pair.world.payments.quoted_exchange(&pair.jasur.ctx, &late.token).await.unwrap();
    assert!(view.closing && !view.expired);
    pair.world.clock.advance_seconds(60);
    let view = pair.world.payments.quoted_exchange(&pair.jasur.ctx, &late.token).await.unwrap();
    assert!(!view.closing && view.expired);
    assert_eq!(pair.world.balance(pair.dollars.id).await, "1010.00");
}

#[tokio::test]
async fn what_was_shown_is_what_is_done() {
    let pair = Pair::new().await;
    let quote = pair.buy("100", Asset::Usd).await;
    assert_eq!(quote.rate.decimal(), "11880.29");
    pair.spreads(
        r#"{"currencies":[{"asset":"USD","buy_percent":"0","sell_percent":"0"}],
                     "max_age_days":5}"#,
    )
    .await;
    // A minute is over; the same within it, at another rate already.
    refused(pair.confirm(quote.key(), &quote.token).await, Code::QuoteExpired);
    let quote = pair.buy("100", Asset::Usd).await;
    assert_eq!(
        (quote.rate.decimal(), quote.given.decimal()),
        ("11821.18".into(), "1182118.00".into())
    );
    pair.confirm(quote.key(), &quote.token).await.unwrap();
    // Without a spread there is no leg for it.
    let recorded = pair.world.ledger.operation(quote.key()).await.unwrap().unwrap();
    assert_eq!(recorded.entries.len(), 2);
    let expected = ["98817882.00", "1100.00", "-100.00", "1182118.00", "0.00"];
    assert_eq!(pair.balances().await, expected);
}

#[tokio::test]
async fn by_an_old_rate_nothing_is_exchanged() {
    let pair = Pair::new().await;
    let dollar = Amount::parse("1", Asset::Usd).unwrap();
    let preview = async || pair.try_preview(pair.sum.id, pair.dollars.id, dollar).await;
    pair.world.clock.advance_seconds(5 * 86_400);
    preview().await.unwrap();
    pair.world.clock.advance_seconds(86_400);
    refused(preview().await, Code::RateStale);
    pair.publish("11900").await;
    assert_eq!(preview().await.unwrap().central.rate.to_string(), "11900");
    pair.spreads(r#"{"currencies":[],"max_age_days":5}"#).await;
    refused(preview().await, Code::CurrencyNotDealt);

    // Where no rate was ever published.
    let world = World::new().await;
    let ali = world.person("Ali", "Valiyev", "935550011").await;
    let (from, to) = (world.account(&ali, Asset::Uzs).await, world.account(&ali, Asset::Usd).await);
    let preview = PreviewExchange { from: from.id, to: to.id, amount: dollar };
    refused(world.payments.preview_exchange(&ali.ctx, preview).await, Code::RateStale);
}

#[tokio::test]
async fn what_cannot_be_exchanged_is_refused() {
    let pair = Pair::new().await;
    let (sum, dollars) = (pair.sum.id, pair.dollars.id);
    let savings = pair.world.account(&pair.jasur, Asset::Uzs).await.id;
    let gozal = pair.world.person("Go‘zal", "O‘rinova", "907654321").await;
    let hers = pair.world.account(&gozal, Asset::Usd).await.id;
    let uzs = |text| Amount::parse(text, Asset::Uzs).unwrap();
    let usd = |text| Amount::parse(text, Asset::Usd).unwrap();
    let nobody = AccountId::generate(pair.world.clock.now(), Entropy);
    for (from, to, amount, code) in [
        (sum, sum, uzs("1"), Code::SameAccount),
        (sum, savings, uzs("1"), Code::CurrencyNotDealt),
        (sum, savings, usd("1"), Code::CurrencyMismatch),
        (sum, hers, usd("1"), Code::AccountNotFound),
        (hers, sum, usd("1"), Code::AccountNotFound),
        (sum, nobody, usd("1"), Code::AccountNotFound),
        (sum, BankAccount::FxPosition.id(Asset::Usd), usd("1"), Code::AccountNotFound),
        (sum, dollars, uzs("118"), Code::ExchangeTooSmall),
        (sum, dollars, usd("10000000000000"), Code::AmountTooLarge),
    ] {
        refused(pair.try_preview(from, to, amount).await, code);
    }
    // For 119 sum there is a cent.
    assert_eq!(pair.buy("119", Asset::Uzs).await.taken.decimal(), "0.01");

    // More than there is: shown at the preview, refused at the confirmation.
    let large = pair.sell("1000.01", Asset::Usd).await;
    assert!(!large.sufficient);
    refused(pair.confirm(large.key(), &large.token).await, Code::InsufficientFunds);
    let view = pair.world.payments.quoted_exchange(&pair.jasur.ctx, &large.token).await.unwrap();
    assert_eq!((view.refused, view.done), (Some(Code::InsufficientFunds), None));

    let quote = pair.buy("1", Asset::Usd).await;
    pair.world.set_status(sum, Status::Frozen).await;
    refused(pair.confirm(pair.world.key(), &quote.token).await, Code::AccountFrozen);
    refused(pair.try_preview(sum, dollars, usd("1")).await, Code::AccountFrozen);
    pair.world.set_status(sum, Status::Open).await;
    pair.confirm(pair.world.key(), &quote.token).await.unwrap();
    pair.world.verify().await;
}

#[tokio::test]
async fn an_exchange_is_nobody_elses() {
    let pair = Pair::new().await;
    let world = &pair.world;
    let gozal = world.person("Go‘zal", "O‘rinova", "907654321").await;
    let quote = pair.buy("10", Asset::Usd).await;
    let confirm = || ConfirmExchange { key: quote.key(), quote: quote.token.clone() };
    refused(world.payments.confirm_exchange(&gozal.ctx, confirm()).await, Code::QuoteNotFound);
    refused(world.payments.quoted_exchange(&gozal.ctx, &quote.token).await, Code::QuoteNotFound);
    pair.confirm(quote.key(), &quote.token).await.unwrap();
    refused(world.payments.exchange_receipt(&gozal.ctx, quote.key()).await, Code::NotFound);
    refused(world.payments.receipt(&pair.jasur.ctx, quote.key()).await, Code::NotFound);
    refused(world.payments.exchange_receipt(&gozal.ctx, world.key()).await, Code::NotFound);
    let nobody = Ctx::anonymous(Lang::En);
    let bare = Ctx { permissions: Permissions::NONE, ..pair.jasur.ctx.clone() };
    for (ctx, code) in [(&nobody, Code::SignInRequired), (&bare, Code::PermissionMissing)] {
        let amount = Amount::parse("1", Asset::Usd).unwrap();
        let preview = PreviewExchange { from: pair.sum.id, to: pair.dollars.id, amount };
        refused(world.payments.preview_exchange(ctx, preview).await, code);
        refused(world.payments.confirm_exchange(ctx, confirm()).await, code);
        refused(world.payments.quoted_exchange(ctx, &quote.token).await, code);
        refused(world.payments.exchange_receipt(ctx, quote.key()).await, code);
    }
    // A token of a transfer is none of an exchange, and the other way round.
    let payee = payments::Payee::Phone(gozal.phone.clone());
    world.account(&gozal, Asset::Uzs).await;
    let transfer = world.preview(&pair.jasur, pair.sum.id, payee, "1").await;
    refused(pair.confirm(world.key(), &transfer.token).await, Code::QuoteNotFound);
    refused(world.confirm(&pair.jasur, world.key(), &quote.token).await, Code::QuoteNotFound);
}

#[tokio::test]
async fn an_exchange_is_seen_on_both_accounts_and_spends_nothing() {
    let pair = Pair::new().await;
    let (world, jasur) = (&pair.world, &pair.jasur);
    world.clock.advance_seconds(10);
    let quote = pair.buy("100", Asset::Usd).await;
    pair.confirm(quote.key(), &quote.token).await.unwrap();
    let kinds = vec![payments::exchange::KIND.to_owned()];
    let items = all(world, jasur, Query { kinds, ..Query::default() }, 100).await;
    let seen = |id| items.iter().find(|item| item.account == id).unwrap();
    let (gave, got) = (seen(pair.sum.id), seen(pair.dollars.id));
    assert_eq!(items.len(), 2);
    assert_eq!((gave.amount.decimal(), gave.direction), ("-1188029.00".into(), Direction::Out));
    assert_eq!((got.amount.decimal(), got.direction), ("100.00".into(), Direction::In));
    assert_eq!(got.balance_after.decimal(), "1100.00");
    for item in &items {
        assert_eq!((item.category, item.own, &item.counterparty), (Category::Own, true, &None));
    }
    // Found among what is between own accounts, together with a transfer, and page by page; and
    // nowhere else.
    let savings = world.account(jasur, Asset::Uzs).await;
    world.clock.advance_seconds(10);
    world.send(jasur, pair.sum.id, &savings, "5").await;
    let of = |category| Query { category: Some(category), ..Query::default() };
    let own = all(world, jasur, of(Category::Own), 100).await;
    assert_eq!(own.len(), 4);
    assert!(own.is_sorted_by(|a, b| (a.at, a.account) > (b.at, b.account)));
    for limit in 1..5 {
        assert_eq!(all(world, jasur, of(Category::Own), limit).await, own, "{limit}");
    }
    for category in Category::ALL.into_iter().filter(|c| *c != Category::Own) {
        let found = all(world, jasur, of(category), 100).await;
        assert!(found.iter().all(|item| item.kind == "cash.in"), "{category:?}");
    }
    let today = world.clock.now().day();
    assert_eq!(world.payments.spending(&jasur.ctx, today, today).await.unwrap(), []);

    let view = world.payments.operation(&jasur.ctx, quote.key()).await.unwrap();
    assert_eq!((view.kind.as_str(), view.direction), ("exchange.own", Direction::Own));
    assert_eq!((view.amount, view.fee.minor, view.total), (quote.given, 0, quote.given));
    assert_eq!(view.from.as_ref().map(|account| account.id), Some(pair.sum.id));
    assert_eq!(view.to.as_ref().map(|account| account.id), Some(pair.dollars.id));
    assert_eq!(view.balance_after.decimal(), "98811971.00");
    let exchanged = view.exchanged.unwrap();
    assert_eq!((exchanged.taken, exchanged.rate), (quote.taken, quote.rate));
    assert_eq!((view.category, view.repeatable, view.counterparty), (Category::Own, false, None));
    refused(
        world.payments.categorise(&jasur.ctx, quote.key(), Category::Shopping).await,
        Code::FieldInvalid,
    );
    // A statement has the line as it is.
    let statement = world.payments.statement(&jasur.ctx, pair.dollars.id, today, today).await;
    let statement = statement.unwrap();
    assert_eq!(statement.closing.decimal(), "1100.00");
    assert_eq!(statement.lines.last().unwrap().kind, "exchange.own");
    let gozal = world.person("Go‘zal", "O‘rinova", "907654321").await;
    refused(world.payments.operation(&gozal.ctx, quote.key()).await, Code::NotFound);
}

/// Limits of worth count an exchange by the published rate, whichever way it goes; one of amounts
/// counts what is given, and a balance bounds what is got.
#[tokio::test]
async fn an_exchange_counts_towards_limits() {
    let pair = Pair::new().await;
    let (world, jasur) = (&pair.world, &pair.jasur);
    let title = json!({"uz": "Limit", "ru": "Лимит", "en": "Limit"});
    let limit = |name: &str, per: &str, window: &str, measure: Value, most: i64| {
        json!({
            "name": name, "title": title, "set_by": "tariff", "per": per, "window": window,
            "when": {"operations": ["exchange."]}, "measure": measure, "ceiling": {"fixed": most},
        })
    };
    let limits = json!({"limits": [
        limit("worth", "customer", "day", json!("worth"), 300_000_000),
        limit("dollars", "operation", "day", json!({"amount": "USD"}), 15_000),
        limit("most", "account", "operation", json!({"balance": "USD"}), 110_000),
    ]});
    pair.terms("limits", &limits.to_string()).await;
    let used = async |name: &str| {
        let views = world.payments.own_limits(&jasur.ctx).await.unwrap();
        views.into_iter().find(|view| view.name == name).unwrap().used
    };
    // 100 dollars of the customer's, at 11821.18: 1,182,118.00 sum.
    let quote = pair.sell("100", Asset::Usd).await;
    pair.confirm(quote.key(), &quote.token).await.unwrap();
    assert_eq!((used("worth").await, used("dollars").await), (118_211_800, 10_000));
    let views = world.payments.own_limits(&jasur.ctx).await.unwrap();
    let exchanged = views.iter().find(|v| v.of == LimitOf::Kind("exchange.own")).unwrap();
    assert_eq!((exchanged.used, exchanged.remaining), (10_000, 5_000));
    // Given sum counts as it is: 1188029.00 for 100 dollars.
    let quote = pair.buy("100", Asset::Usd).await;
    pair.confirm(quote.key(), &quote.token).await.unwrap();
    assert_eq!(used("worth").await, 118_211_800 + 118_802_900);
    // 629,853.00 are left; 53.28 dollars are worth 629832.47 of it, 53.29 are 629950.68.
    let told = |result: Result<ExchangeQuote>| match result {
        Err(kernel::Error::Refused(refusal)) => {
            (refusal.code, refusal.get("remaining").map(str::to_owned))
        }
        other => panic!("a limit was expected: {other:?}"),
    };
    let usd = |text| Amount::parse(text, Asset::Usd).unwrap();
    let (sum, dollars) = (pair.sum.id, pair.dollars.id);
    pair.terms(
        "limits",
        &json!({"limits": [limits["limits"][0], limits["limits"][2]]}).to_string(),
    )
    .await;
    assert_eq!(
        told(pair.try_preview(dollars, sum, usd("53.29")).await),
        (Code::LimitExceeded, Some("629853.00 UZS".to_owned()))
    );
    let first = pair.sell("53.28", Asset::Usd).await;
    let second = pair.sell("1", Asset::Usd).await;
    pair.confirm(first.key(), &first.token).await.unwrap();
    // Nothing passes at the confirmation either, and the same key keeps the receipt it has.
    match pair.confirm(second.key(), &second.token).await {
        Err(kernel::Error::Refused(refusal)) => {
            assert_eq!(refusal.code, Code::LimitExceeded);
            assert_eq!(refusal.get("limit"), Some("Limit"));
            assert_eq!(refusal.get("remaining"), Some("20.53 UZS"));
        }
        other => panic!("a limit was expected: {other:?}"),
    }
    let again = pair.confirm(first.key(), &first.token).await.unwrap();
    assert!(again.replayed);
    // What would stand on the account of dollars: 946.72 are there, 1,100.00 may be.
    pair.terms("limits", &json!({"limits": [limits["limits"][2]]}).to_string()).await;
    let large = pair.buy("153.29", Asset::Usd).await;
    match pair.confirm(large.key(), &large.token).await {
        Err(kernel::Error::Refused(refusal)) => {
            assert_eq!(refusal.code, Code::LimitExceeded);
            assert_eq!(refusal.get("remaining"), Some("153.28 USD"));
        }
        other => panic!("a limit was expected: {other:?}"),
    }
    world.verify().await;
}

/// Random rates, spreads and amounts: what was quoted is what is booked, both assets balance, and
/// what customers gave is with the position and the income.
#[tokio::test]
async fn nothing_is_made_and_nothing_is_lost() {
    let pair = Pair::new().await;
    let world = &pair.world;
    let mut runner = TestRunner::deterministic();
    let (mut sums, mut dollars) = (10_000_000_000_i64, 100_000_i64);
    let mut income = 0;
    for round in 0..6 {
        let strategy = (1_000_000_u64..30_000_000_000, 0_u32..30_000, 0_u32..30_000);
        let (rate, buy, sell) = strategy.new_tree(&mut runner).unwrap().current();
        world.clock.advance_seconds(86_400);
        pair.publish(&format!("{}.{:06}", rate / 1_000_000, rate % 1_000_000)).await;
        let percent = |n| format!("{}.{:04}", n / 10_000, n % 10_000);
        let (buy, sell) = (percent(buy), percent(sell));
        pair.spreads(&format!(
            r#"{{"currencies":[{{"asset":"USD","buy_percent":"{buy}","sell_percent":"{sell}"}}],
                "max_age_days":5}}"#
        ))
        .await;
        for _ in 0..8 {
            let strategy = (any::<bool>(), any::<bool>(), 1_i64..200_000);
            let (buys, of_sum, minor) = strategy.new_tree(&mut runner).unwrap().current();
            let asset = if of_sum { Asset::Uzs } else { Asset::Usd };
            let minor = if of_sum { minor * 1_000 } else { minor / 10 + 1 };
            let amount = Amount::from_minor(minor, asset).unwrap();
            let (from, to) = (pair.sum.id, pair.dollars.id);
            let (from, to) = if buys { (from, to) } else { (to, from) };
            let quote = match pair.try_preview(from, to, amount).await {
                Ok(quote) => quote,
                Err(error) => {
                    assert_eq!(error.code(), Some(Code::ExchangeTooSmall), "{error:?}");
                    continue;
                }
            };
            let named = if quote.given.asset == asset { quote.given } else { quote.taken };
            assert_eq!(named, amount.money(), "round {round}");
            match pair.confirm(quote.key(), &quote.token).await {
                Ok(receipt) => {
                    assert_eq!((receipt.given, receipt.taken), (quote.given, quote.taken));
                }
                Err(error) => {
                    assert_eq!(error.code(), Some(Code::InsufficientFunds), "{error:?}");
                    assert!(!quote.sufficient);
                    continue;
                }
            }
            let change = |money: Money, sign: i64| match money.asset {
                Asset::Uzs => (sign * money.minor, 0),
                Asset::Usd => (0, sign * money.minor),
            };
            for (sum, dollar) in [change(quote.given, -1), change(quote.taken, 1)] {
                sums += sum;
                dollars += dollar;
            }
            let balance = async |id: AccountId| {
                world.ledger.account(id).await.unwrap().unwrap().account.balance()
            };
            assert_eq!(
                (balance(pair.sum.id).await, balance(pair.dollars.id).await),
                (sums, dollars)
            );
            let position = balance(BankAccount::FxPosition.id(Asset::Usd)).await;
            let equivalent = balance(BankAccount::FxEquivalent.id(Asset::Usd)).await;
            let earned = balance(BankAccount::FxIncome.id(Asset::Uzs)).await;
            assert_eq!(100_000 - dollars, position);
            assert_eq!(10_000_000_000 - sums, equivalent + earned);
            assert!(earned >= income, "the bank never gives");
            income = earned;
        }
    }
    assert!(income > 0);
    world.verify().await;
}
