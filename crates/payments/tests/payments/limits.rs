//! Limits that hold: counted in the commit of the operation, told by their name.

use futures_util::future::join_all;
use kernel::{AccountId, Asset, Code, Error};
use payments::transfers::Payee;
use payments::{Confirm, LimitOf, LimitSetBy, MovingLimit, OwnAccount, TemporaryLimit};
use serde_json::{Value, json};

use crate::common::{World, refused};
use crate::office::Office;

pub fn limit(name: &str, extra: &Value) -> Value {
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
    pub async fn limits(&self, limits: &[Value]) {
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
async fn the_bank_moves_a_limit_for_a_time_by_two_people() {
    const DAY: i64 = 86_400;
    let world = World::new().await;
    let ((jasur, from), (gozal, to)) = world.pair().await;
    world.limits(&[limit("day", &json!({})), limit("law", &json!({"set_by": "law"}))]).await;
    let law = json!({"set_by": "law", "ceiling": {"fixed": 90_000}});
    world.limits(&[limit("day", &json!({})), limit("law", &law)]).await;
    let office = Office::open(&world).await;
    let until = world.clock.now().plus_seconds(3_600);
    let moving = |limit: &str, ceiling: i64| MovingLimit {
        customer: jasur.id,
        limit: limit.to_owned(),
        ceiling,
        until_micros: until.micros(),
    };
    let propose = async |moving: MovingLimit| {
        office.propose_that::<TemporaryLimit>(&world, &office.clerk, &moving).await
    };
    refused(propose(moving("law", 95_000)).await, Code::LimitOfLaw);
    refused(propose(moving("other", 95_000)).await, Code::NotFound);
    refused(propose(moving("day", -1)).await, Code::FieldInvalid);
    refused(propose(moving("day", 50_000)).await, Code::NothingToChange);
    let over = MovingLimit { until_micros: world.clock.now().micros(), ..moving("day", 80_000) };
    refused(propose(over).await, Code::FieldInvalid);

    let id = propose(moving("day", 80_000)).await.unwrap();
    refused(propose(moving("day", 70_000)).await, Code::ApprovalOpen);
    refused(office.approve(&world, &office.clerk, id).await, Code::ApprovalOwn);
    refused(office.approve(&world, &office.accountant, id).await, Code::PermissionMissing);
    values(world.try_preview(&jasur, from.id, Payee::Number(to.number), "500.01").await);
    office.approve(&world, &office.officer, id).await.unwrap();

    let clerk = office.ctx(&world, &office.clerk).await;
    let day = async || {
        let views = world.payments.customer_limits(&clerk, jasur.id).await.unwrap();
        let view = views.into_iter().find(|view| view.name == "day").unwrap();
        (view.ceiling, view.bank_ceiling, view.temporary_until)
    };
    assert_eq!(day().await, (80_000, 80_000, Some(until)));
    world.send(&jasur, from.id, &to, "600").await;
    // Nobody else's limit moved, and the customer still tightens their own.
    world.pay_in(&to, "500").await;
    values(world.try_preview(&gozal, to.id, Payee::Number(from.number), "500.01").await);
    world.payments.set_own_limit(&jasur.ctx, "day", Some(70_000)).await.unwrap();
    assert_eq!(day().await, (70_000, 80_000, Some(until)));
    // Another takes its place, and nothing of before comes back when it is over.
    let id = propose(moving("day", 65_000)).await.unwrap();
    office.approve(&world, &office.officer, id).await.unwrap();
    assert_eq!(day().await, (65_000, 65_000, Some(until)));
    values(world.try_preview(&jasur, from.id, Payee::Number(to.number), "50.01").await);

    let told = "SELECT count(*) FROM audit_event WHERE action = 'limit.moved_for_a_time'";
    let told = sqlx::query_scalar::<_, i64>(told).fetch_one(world.store.pool()).await.unwrap();
    assert_eq!(told, 2);
    world.clock.advance_seconds(3_600);
    let views = world.payments.own_limits(&jasur.ctx).await.unwrap();
    let view = views.into_iter().find(|view| view.name == "day").unwrap();
    assert_eq!((view.bank_ceiling, view.temporary_until), (50_000, None));
    world.clock.advance_seconds(DAY);
    values(world.try_preview(&jasur, from.id, Payee::Number(to.number), "500.01").await);
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

/// While the bank lets less than the customer's own ceiling, taking that away would lower nothing
/// today, and lift it afterwards.
#[tokio::test]
async fn a_ceiling_of_ones_own_is_not_lifted_under_a_lower_one_of_the_bank() {
    const DAY: i64 = 86_400;
    let world = World::new().await;
    let ((jasur, _), _) = world.pair().await;
    world.limits(&[limit("day", &json!({}))]).await;
    world.payments.set_own_limit(&jasur.ctx, "day", Some(30_000)).await.unwrap();
    let office = Office::open(&world).await;
    let moving = MovingLimit {
        customer: jasur.id,
        limit: "day".to_owned(),
        ceiling: 10_000,
        until_micros: world.clock.now().plus_seconds(3_600).micros(),
    };
    let id = office.propose_that::<TemporaryLimit>(&world, &office.clerk, &moving).await.unwrap();
    office.approve(&world, &office.officer, id).await.unwrap();
    let now = world.clock.now();
    for wanted in [None, Some(10_000), Some(40_000)] {
        let from = world.payments.set_own_limit(&jasur.ctx, "day", wanted).await;
        let waits = if wanted == Some(10_000) { 0 } else { DAY };
        // The bank lets no more than 10,000 meanwhile.
        match wanted {
            Some(40_000) => refused(from, Code::FieldInvalid),
            _ => assert_eq!(from.unwrap(), now.plus_seconds(waits), "{wanted:?}"),
        }
    }
    let ceiling = async || {
        let views = world.payments.own_limits(&jasur.ctx).await.unwrap();
        views.into_iter().find(|view| view.name == "day").unwrap().ceiling
    };
    assert_eq!(ceiling().await, 10_000);
    world.clock.advance_seconds(3_600);
    assert_eq!(ceiling().await, 10_000, "their own, which they lowered");
    world.payments.set_own_limit(&jasur.ctx, "day", None).await.unwrap();
    assert_eq!(ceiling().await, 10_000);
    world.clock.advance_seconds(DAY);
    assert_eq!(ceiling().await, 50_000);
}

/// Of two at once, the one that raises waits, whichever comes first.
#[tokio::test]
async fn two_that_move_a_ceiling_at_once_lift_nothing() {
    let world = World::new().await;
    let ((jasur, _), _) = world.pair().await;
    world.limits(&[limit("day", &json!({}))]).await;
    world.payments.set_own_limit(&jasur.ctx, "day", Some(40_000)).await.unwrap();
    for _ in 0..20 {
        let set = |most| world.payments.set_own_limit(&jasur.ctx, "day", Some(most));
        let (low, high) = tokio::join!(set(1_000), set(30_000));
        assert!(low.is_ok() && high.is_ok());
        let views = world.payments.own_limits(&jasur.ctx).await.unwrap();
        let view = views.into_iter().find(|view| view.name == "day").unwrap();
        assert_eq!(view.ceiling, 1_000);
        world.clock.advance_seconds(90_000);
        world.payments.set_own_limit(&jasur.ctx, "day", Some(40_000)).await.unwrap();
        world.clock.advance_seconds(90_000);
    }
}
