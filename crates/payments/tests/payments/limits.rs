//! Limits that hold: counted in the commit of the operation, told by their name.

use futures_util::future::join_all;
use kernel::{AccountId, Asset, Code, Error};
use payments::transfers::Payee;
use payments::{Confirm, LimitOf, LimitSetBy, OwnAccount};
use serde_json::{Value, json};

use crate::common::{World, refused};

fn limit(name: &str, extra: &Value) -> Value {
    let mut limit = json!({
        "name": name,
        "title": {"uz": "Kunlik limit", "ru": "Дневной лимит", "en": "Daily limit"},
        "set_by": "tariff",
        "per": "customer",
        "window": "day",
        "measure": {"amount": "UZS"},
        "ceiling": {"fixed": 50_000},
    });
    for (key, value) in extra.as_object().unwrap() {
        limit[key] = value.clone();
    }
    limit
}

impl World {
    async fn limits(&self, limits: &[Value]) {
        self.publish("limits", &json!({ "limits": limits })).await;
    }
}

fn values<T: std::fmt::Debug>(result: kernel::Result<T>) -> Vec<(String, String)> {
    match result {
        Err(Error::Refused(refusal)) if refusal.code == Code::LimitExceeded => {
            refusal.values.into_iter().map(|(name, value)| (name.into_owned(), value)).collect()
        }
        other => panic!("a limit was expected: {other:?}"),
    }
}

#[tokio::test]
async fn a_limit_stops_by_its_name_and_says_what_remains() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    world.limits(&[limit("day", &json!({}))]).await;
    world.send(&jasur, from.id, &to, "300").await;
    let told = values(world.try_preview(&jasur, from.id, Payee::Number(to.number), "200.01").await);
    assert_eq!(told[0], ("limit".to_owned(), "Kunlik limit".to_owned()));
    assert!(told[1].1.starts_with("200"), "{told:?}");
    world.send(&jasur, from.id, &to, "200").await;
    values(world.try_preview(&jasur, from.id, Payee::Number(to.number), "0.01").await);
    // After midnight in Tashkent it begins anew.
    world.clock.advance_seconds(12 * 3_600);
    world.send(&jasur, from.id, &to, "0.01").await;
}

#[tokio::test]
async fn however_many_come_at_once_on_two_nodes_a_limit_holds() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let other = world.another_node().await;
    world
        .limits(&[
            limit("day", &json!({})),
            limit("count", &json!({"measure": "count", "ceiling": {"fixed": 7}})),
        ])
        .await;
    let mut quotes = Vec::new();
    for _ in 0..20 {
        quotes.push(world.preview(&jasur, from.id, Payee::Number(to.number), "60").await);
    }
    let sent = quotes.iter().enumerate().map(|(n, quote)| {
        let confirm = Confirm { key: quote.key(), quote: quote.token.clone(), confirmation: None };
        let node = if n % 2 == 0 { &world.payments } else { &other };
        node.confirm(&jasur.ctx, confirm)
    });
    let answers = join_all(sent).await;
    // 7 by the count, and 8 would be by the amount.
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 7, "{answers:?}");
    for answer in answers.into_iter().filter(Result::is_err) {
        refused(answer, Code::LimitExceeded);
    }
    assert_eq!(world.balance(to.id).await, "420.00");
    world.verify().await;
}

#[tokio::test]
async fn a_payee_does_not_tell_how_much_stands_on_their_account() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let most = json!({
        "per": "account", "window": "operation", "measure": {"balance": "UZS"},
        "ceiling": {"fixed": 10_000},
    });
    world.limits(&[limit("most", &most)]).await;
    let send = async |from: AccountId, sum: &str| {
        let quote = world.preview(&jasur, from, Payee::Number(to.number), sum).await;
        world.confirm(&jasur, world.key(), &quote.token).await
    };
    assert!(send(from.id, "60").await.is_ok());
    refused(send(from.id, "41").await, Code::PayeeLimit);
    assert!(send(from.id, "40").await.is_ok());
}

#[tokio::test]
async fn what_hangs_on_an_unknown_value_is_not_offered_and_a_value_has_its_day() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let multiple = json!({
        "measure": "worth",
        "ceiling": {"times": {"times": 2, "value": "base_calculation_value"}},
    });
    world.limits(&[limit("law", &multiple)]).await;
    let preview = |sum| world.try_preview(&jasur, from.id, Payee::Number(to.number), sum);
    refused(preview("1").await, Code::NotPriced);
    let named = "base_calculation_value";
    let value =
        |tiyin: i64| json!({"values": [{"name": named, "tiyin": tiyin, "source": "a test"}]});
    world.publish("values", &value(10_000)).await;
    assert!(preview("200").await.is_ok());
    values(preview("200.01").await);
    world.publish("values", &value(20_000)).await;
    assert!(preview("400").await.is_ok());
}

#[tokio::test]
async fn a_customer_lowers_a_limit_at_once_and_raises_it_after_a_day() {
    const DAY: i64 = 86_400;
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    world.limits(&[limit("day", &json!({})), limit("law", &json!({"set_by": "law"}))]).await;
    world.send(&jasur, from.id, &to, "100").await;
    let own = async || {
        let views = world.payments.own_limits(&jasur.ctx).await.unwrap();
        let view = views.into_iter().find(|view| view.name == "day").unwrap();
        (view.ceiling, view.used, view.remaining, view.coming.map(|(most, _)| most))
    };
    assert_eq!(own().await, (50_000, 10_000, 40_000, None));
    let set = |most| world.payments.set_own_limit(&jasur.ctx, "day", most);
    refused(set(Some(50_001)).await, Code::FieldInvalid);
    refused(world.payments.set_own_limit(&jasur.ctx, "x", None).await, Code::NotFound);
    assert_eq!(set(Some(15_000)).await.unwrap(), world.clock.now());
    assert_eq!(own().await, (15_000, 10_000, 5_000, None));
    let told = values(world.try_preview(&jasur, from.id, Payee::Number(to.number), "50.01").await);
    assert!(told[1].1.starts_with("50"), "{told:?}");
    // Higher: not before a day has passed, and a lower one meanwhile drops it.
    assert_eq!(set(Some(40_000)).await.unwrap(), world.clock.now().plus_seconds(DAY));
    assert_eq!(own().await, (15_000, 10_000, 5_000, Some(Some(40_000))));
    set(Some(12_000)).await.unwrap();
    assert_eq!(own().await, (12_000, 10_000, 2_000, None));
    set(None).await.unwrap();
    assert_eq!(own().await, (12_000, 10_000, 2_000, Some(None)));
    world.clock.advance_seconds(DAY);
    assert_eq!(own().await, (50_000, 0, 50_000, None));
}

#[tokio::test]
async fn a_view_says_whose_a_limit_is_and_who_set_it() {
    let world = World::new().await;
    let ((jasur, from), (_, to)) = world.pair().await;
    let dollars = world.account(&jasur, Asset::Usd).await;
    world
        .limits(&[
            limit("kind", &json!({"per": "operation", "measure": "count"})),
            limit("bank", &json!({"per": "bank"})),
            limit("payee", &json!({"per": "counterparty"})),
            limit("once", &json!({"window": "operation", "set_by": "law"})),
            limit(
                "most",
                &json!({"per": "account", "window": "operation", "measure": {"balance": "USD"}}),
            ),
        ])
        .await;
    world.send(&jasur, from.id, &to, "100").await;
    let views = world.payments.own_limits(&jasur.ctx).await.unwrap();
    let tail = dollars.number.tail().to_owned();
    let account = LimitOf::Account(OwnAccount { id: dollars.id, tail });
    let seen: Vec<_> = views
        .iter()
        .map(|v| (v.name.as_str(), v.of.clone(), v.set_by, v.settable, v.used))
        .collect();
    let (law, tariff) = (LimitSetBy::Law, LimitSetBy::Tariff);
    assert_eq!(
        seen,
        [
            ("kind", LimitOf::Kind("transfer.internal"), tariff, true, 1),
            ("kind", LimitOf::Kind("exchange.own"), tariff, true, 0),
            ("payee", LimitOf::Payee, tariff, false, 0),
            ("once", LimitOf::Customer, law, true, 0),
            ("most", account, tariff, false, 0),
        ]
    );
    // One's own ceiling is one for every kind, and zero is not lost from sight.
    world.payments.set_own_limit(&jasur.ctx, "kind", Some(0)).await.unwrap();
    let views = world.payments.own_limits(&jasur.ctx).await.unwrap();
    let kinds: Vec<_> = views.iter().filter(|view| view.name == "kind").collect();
    assert_eq!(kinds.len(), 2);
    assert!(kinds.iter().all(|v| (v.ceiling, v.set_by) == (0, LimitSetBy::Customer)));
    assert_eq!(kinds[0].bank_ceiling, 50_000);
    refused(
        world.try_preview(&jasur, from.id, Payee::Number(to.number), "1").await,
        Code::LimitExceeded,
    );
    refused(world.payments.set_own_limit(&jasur.ctx, "most", Some(1)).await, Code::NotFound);
}
