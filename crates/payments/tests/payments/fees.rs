//! What a transfer costs by the tariff that holds: shown, charged and booked alike.

use futures_util::future::join_all;
use kernel::{AccountId, Asset, Code};
use payments::transfers::{Payee, TransferDetail};
use payments::{AccountView, BankAccount, TransferReceipt};
use pricing::tariffs::{Tariff, book};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use store::editions::NewEdition;

use crate::common::{Person, World, refused};

const KIND: &str = "transfer.internal";

impl World {
    /// Publishes a document, and waits until it holds.
    pub async fn publish(&self, book: &str, body: &Value) {
        let (editions, ctx) = (self.payments.editions(), self.system());
        let effective_at = self.clock.now().plus_seconds(60);
        let mut tx = self.store.begin().await.unwrap();
        let body = body.to_string();
        let new = NewEdition { book, effective_at, body: &body, reason: "a test" };
        editions.publish(&mut tx, &ctx, &new).await.unwrap();
        store::commit(tx).await.unwrap();
        self.clock.advance_seconds(60);
        editions.look().await.unwrap();
    }

    pub async fn tariff(&self, rules: Value) {
        self.publish(&book(KIND), &json!({ "rules": rules })).await;
    }

    pub async fn pay(
        &self,
        who: &Person,
        from: AccountId,
        to: &AccountView,
        sum: &str,
    ) -> TransferReceipt {
        let quote = self.preview(who, from, Payee::Number(to.number), sum).await;
        let receipt = self.confirm(who, self.key(), &quote.token).await.unwrap();
        assert_eq!((quote.fee, quote.total), (receipt.fee, receipt.total));
        receipt
    }

    pub async fn of_bank(&self, account: BankAccount) -> i64 {
        let id = account.id(Asset::Uzs);
        self.ledger.account(id).await.unwrap().unwrap().account.balance()
    }

    async fn detail(&self, receipt: &TransferReceipt) -> TransferDetail {
        let recorded = self.ledger.operation(receipt.id).await.unwrap().unwrap();
        serde_json::from_value(recorded.detail).unwrap()
    }
}

pub fn percent(name: &str, percent: &str) -> Value {
    json!({
        "name": name,
        "price": {"model": "percentage", "percent": percent},
        "rounding": {"mode": "half_up", "to_minor": 1},
    })
}

#[tokio::test]
async fn what_is_shown_is_charged_and_booked_with_tax_and_shares() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let mut rule = percent("rest", "1");
    rule["vat_percent"] = json!("12");
    rule["shares"] =
        json!([{"party": "scheme", "percent": "30"}, {"party": "agent", "percent": "15"}]);
    world.tariff(json!([rule])).await;
    let receipt = world.pay(&jasur, from.id, &to, "100.00").await;
    // 1.00, of which 0.11 is tax (1.00 × 12 ÷ 112), and of the 0.89 that are left 0.27 and 0.13.
    assert_eq!((receipt.fee.minor, receipt.total.minor), (100, 10_100));
    let parts = [
        (BankAccount::FeeIncome, 49),
        (BankAccount::VatPayable, 11),
        (BankAccount::SchemePayable, 27),
        (BankAccount::AgentPayable, 13),
    ];
    for (account, expected) in parts {
        assert_eq!(world.of_bank(account).await, expected, "{account:?}");
    }
    assert_eq!(world.balance(from.id).await, "899.00");
    assert_eq!(world.balance(to.id).await, "100.00");
    // The operation says by which edition and rule, for whoever asks years later.
    let priced = world.detail(&receipt).await.priced.unwrap();
    let holding = world.payments.editions().by_id(priced.edition).await.unwrap().unwrap();
    assert_eq!((holding.number, priced.rule.as_str(), priced.list), (2, "rest", 100));
    world.verify().await;
}

#[tokio::test]
async fn a_quote_keeps_the_price_that_it_showed() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    world.tariff(json!([percent("rest", "1")])).await;
    let before = world.preview(&jasur, from.id, Payee::Number(to.number), "100").await;
    world.tariff(json!([percent("rest", "2")])).await;
    let after = world.preview(&jasur, from.id, Payee::Number(to.number), "100").await;
    assert_eq!((before.fee.minor, after.fee.minor), (100, 200));
    let paid = world.confirm(&jasur, world.key(), &before.token).await.unwrap();
    assert_eq!(paid.fee.minor, 100);
}

#[tokio::test]
async fn an_allowance_is_used_once_however_many_come_at_once() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let mut rule = percent("rest", "1");
    rule["over"] = json!("month");
    rule["free"] = json!({"operations": 1});
    world.tariff(json!([rule])).await;
    // Two previews that both find the allowance unused: only one of them keeps its price.
    let preview = || world.preview(&jasur, from.id, Payee::Number(to.number), "100");
    let quotes = [preview().await, preview().await, preview().await];
    assert!(quotes.iter().all(|quote| quote.fee.minor == 0));
    let sent = quotes.iter().map(|quote| world.confirm(&jasur, quote.key(), &quote.token));
    let answers = join_all(sent).await;
    let paid = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(paid, 1, "{answers:?}");
    for answer in answers.into_iter().filter(Result::is_err) {
        refused(answer, Code::PriceChanged);
    }
    assert_eq!(world.pay(&jasur, from.id, &to, "100").await.fee.minor, 100);
    // And again next month.
    world.clock.advance_seconds(31 * 86_400);
    assert_eq!(world.pay(&jasur, from.id, &to, "100").await.fee.minor, 0);
}

#[tokio::test]
async fn without_a_tariff_nothing_is_offered() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let delete = sqlx::query("DELETE FROM edition WHERE book LIKE 'tariff.%'");
    delete.execute(world.store.pool()).await.unwrap();
    let node = world.another_node().await;
    let amount = kernel::Amount::parse("1", Asset::Uzs).unwrap();
    let to = Payee::Number(to.number);
    let preview = payments::Preview { from: from.id, to, amount, note: None };
    refused(node.preview(&jasur.ctx, preview).await, Code::NotPriced);
}

/// Any tariff without faults of one rule.
fn tariffs() -> impl Strategy<Value = Value> {
    let price = prop_oneof![
        (0u32..500_000).prop_map(|n| json!({"model": "fixed", "amount": decimal(n)})),
        (0u32..10_001, 0u32..10_000).prop_map(|(percent, fixed)| {
            json!({"model": "percentage", "percent": decimal(percent), "fixed": decimal(fixed)})
        }),
        (1u32..50_000, 0u32..100_000).prop_map(|(size, amount)| {
            json!({"model": "package", "size": decimal(size), "amount": decimal(amount)})
        }),
        (1u32..50_000, 0u32..9_000, 0u32..9_000).prop_map(|(up_to, first, rest)| {
            json!({"model": "graduated", "tiers": [
                {"up_to": decimal(up_to), "percent": decimal(first)},
                {"percent": decimal(rest), "flat": decimal(first)},
            ]})
        }),
    ];
    let mode = prop::sample::select(vec!["half_up", "half_even", "up", "down"]);
    (price, mode, 1u32..200, 0u32..3_000, 0u32..5_000, 0u32..5_000).prop_map(
        |(price, mode, to_minor, vat, scheme, agent)| {
            json!([{
                "name": "any",
                "price": price,
                "rounding": {"mode": mode, "to_minor": to_minor},
                "vat_percent": decimal(vat),
                "shares": [
                    {"party": "scheme", "percent": decimal(scheme)},
                    {"party": "agent", "percent": decimal(agent)},
                ],
            }])
        },
    )
}

fn decimal(hundredths: u32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[tokio::test]
async fn for_any_tariff_the_quote_is_what_is_charged_and_the_parts_are_the_fee() {
    const CASES: usize = 40;
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    world.pay_in(&from, "900000000").await;
    let mut runner = TestRunner::deterministic();
    let mut charged = 0;
    for _ in 0..CASES {
        let rules = tariffs().new_tree(&mut runner).unwrap().current();
        let sum = decimal((1u32..500_000).new_tree(&mut runner).unwrap().current());
        let tariff = json!({ "rules": rules });
        let parsed: Tariff = serde_json::from_value(tariff.clone()).unwrap();
        assert_eq!(parsed.faults(), vec![], "{tariff}");
        world.publish(&book(KIND), &tariff).await;
        let before = world.ledger.account(from.id).await.unwrap().unwrap().account.balance();
        let receipt = world.pay(&jasur, from.id, &to, &sum).await;
        let after = world.ledger.account(from.id).await.unwrap().unwrap().account.balance();
        assert_eq!(before - after, receipt.total.minor, "{tariff} {sum}");
        let fee = world.detail(&receipt).await.priced.unwrap();
        let parts = fee.bank + fee.vat + fee.scheme + fee.agent;
        assert_eq!(parts, receipt.fee.minor, "{tariff} {sum}");
        charged += i64::from(receipt.fee.minor > 0);
    }
    assert!(charged > 30, "{charged}");
    world.verify().await;
}
