//! What operations cost by a tariff that is written as a bank would write it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use kernel::{Amount, Asset, Day, Money};
use pricing::tariffs::document::Wrong;
use pricing::tariffs::{Facts, Tariff, Usage};
use pricing::{Decimal, RoundingMode};
use proptest::prelude::*;
use serde_json::json;

fn tariff() -> Tariff {
    serde_json::from_value(json!({"rules": [
        {
            "name": "own",
            "when": {"counterparties": ["own"]},
            "price": {"model": "fixed", "amount": "0"},
            "rounding": {"mode": "half_up", "to_minor": 1}
        },
        {
            "name": "premium",
            "when": {"tiers": ["premium"], "asset": "UZS"},
            "price": {"model": "percentage", "percent": "0.5"},
            "over": "month",
            "free": {"operations": 3, "quantity": "5000000"},
            "maximum": "20000",
            "rounding": {"mode": "down", "to_minor": 100}
        },
        {
            "name": "dollars",
            "when": {"asset": "USD"},
            "price": {"model": "percentage", "percent": "1", "fixed": "0.25"},
            "minimum": "1",
            "rounding": {"mode": "half_even", "to_minor": 1}
        },
        {
            "name": "card",
            "when": {"counterparties": ["uzcard", "humo"], "from": "1000"},
            "price": {"model": "percentage", "percent": "1"},
            "minimum": "500",
            "maximum": "50000",
            "rounding": {"mode": "half_up", "to_minor": 1},
            "vat_percent": "12",
            "shares": [
                {"party": "scheme", "percent": "40"},
                {"party": "agent", "percent": "10"}
            ],
            "promotions": [
                {"name": "new-year", "from": "2026-12-31", "until": "2027-01-02", "percent": "100"},
                {"name": "winter", "from": "2026-12-01", "until": "2027-02-28", "percent": "50"}
            ]
        },
        {
            "name": "other",
            "price": {"model": "fixed", "amount": "100"},
            "rounding": {"mode": "half_up", "to_minor": 1}
        }
    ]}))
    .unwrap()
}

fn facts<'a>(amount: &str, asset: Asset, tier: &'a str, counterparty: &'a str) -> Facts<'a> {
    Facts {
        amount: Amount::parse(amount, asset).unwrap().money(),
        day: Day::new(2026, 11, 30).unwrap(),
        tier,
        channel: "app",
        counterparty,
    }
}

fn used(operations: u32, quantity: &str) -> Usage {
    Usage { operations, quantity: quantity.parse().unwrap() }
}

#[test]
fn the_first_rule_that_holds_prices() {
    let tariff = tariff();
    assert_eq!(tariff.faults(), []);
    for (amount, asset, tier, counterparty, rule, fee) in [
        ("70000.00", Asset::Uzs, "standard", "own", "own", "0.00"),
        ("70000.00", Asset::Uzs, "premium", "own", "own", "0.00"),
        ("70000.00", Asset::Uzs, "standard", "bank", "other", "100.00"),
        // 0.01 of 70 dollars, and a quarter.
        ("70.00", Asset::Usd, "standard", "bank", "dollars", "1.00"),
        ("80.00", Asset::Usd, "standard", "bank", "dollars", "1.05"),
        // 1.005 goes to the even cent.
        ("75.50", Asset::Usd, "premium", "bank", "dollars", "1.00"),
        ("76.50", Asset::Usd, "premium", "bank", "dollars", "1.02"),
        ("999.99", Asset::Uzs, "standard", "uzcard", "other", "100.00"),
        ("1000.00", Asset::Uzs, "standard", "uzcard", "card", "500.00"),
        ("123456.78", Asset::Uzs, "standard", "humo", "card", "1234.57"),
        ("9000000.00", Asset::Uzs, "standard", "humo", "card", "50000.00"),
    ] {
        let charge = tariff.charge(&facts(amount, asset, tier, counterparty), Usage::default());
        let charge = charge.unwrap();
        let found = (charge.rule.name.as_str(), charge.fee.asset, charge.fee.decimal());
        assert_eq!(found, (rule, asset, fee.to_owned()), "{amount} {asset} {tier} {counterparty}");
    }
}

#[test]
fn the_free_allowance_ends_when_either_bound_is_used_up() {
    let tariff = tariff();
    for (amount, used, fee) in [
        ("1000000.00", used(0, "0"), "0.00"),
        ("1000000.00", used(2, "2000000"), "0.00"),
        ("1000000.00", used(3, "2000000"), "5000.00"),
        // Of two million one is still free.
        ("2000000.00", used(1, "4000000"), "5000.00"),
        ("2000000.00", used(1, "5000000"), "10000.00"),
        // The maximum, and whole sum downward.
        ("90000000.00", used(3, "0"), "20000.00"),
        ("12345.00", used(3, "0"), "61.00"),
    ] {
        let charge = tariff.charge(&facts(amount, Asset::Uzs, "premium", "bank"), used).unwrap();
        assert_eq!(charge.fee.decimal(), fee, "{amount} after {used:?}");
    }
}

#[test]
fn a_fee_is_its_tax_and_its_shares() {
    let tariff = tariff();
    let charge = tariff.charge(&facts("112000.00", Asset::Uzs, "standard", "humo"), used(0, "0"));
    let charge = charge.unwrap();
    // 1,120 of which 12/112 is tax; of the thousand 40 % and 10 % are others'.
    assert_eq!(charge.fee.decimal(), "1120.00");
    assert_eq!((charge.vat.decimal(), charge.bank.decimal()), ("120.00".into(), "500.00".into()));
    let shares: Vec<_> = charge.shares.iter().map(|(party, m)| (*party, m.decimal())).collect();
    assert_eq!(shares, [("scheme", "400.00".into()), ("agent", "100.00".into())]);
}

#[test]
fn a_promotion_holds_for_its_days_and_the_first_counts() {
    let tariff = tariff();
    for (day, fee, promotion) in [
        ("2026-11-30", "2000.00", None),
        ("2026-12-01", "1000.00", Some("winter")),
        ("2026-12-31", "0.00", Some("new-year")),
        ("2027-01-02", "0.00", Some("new-year")),
        ("2027-01-03", "1000.00", Some("winter")),
        ("2027-03-01", "2000.00", None),
    ] {
        let day = day.parse().unwrap();
        let facts = Facts { day, ..facts("200000.00", Asset::Uzs, "standard", "humo") };
        let charge = tariff.charge(&facts, Usage::default()).unwrap();
        let found = (charge.fee.decimal(), charge.promotion);
        assert_eq!(found, (fee.to_owned(), promotion), "{day}");
        assert_eq!(charge.list.decimal(), "2000.00");
    }
}

#[test]
fn what_is_wrong_with_a_tariff_is_said_with_its_place() {
    let rule = |extra: serde_json::Value| {
        let mut rule = json!({
            "name": "a",
            "price": {"model": "fixed", "amount": "1"},
            "rounding": {"mode": "up", "to_minor": 1}
        });
        rule.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({"rules": [rule]})
    };
    let tiers =
        |tiers: serde_json::Value| rule(json!({"price": {"model": "graduated", "tiers": tiers}}));
    let party = |name: &str, percent: &str| json!({"party": name, "percent": percent});
    for (document, at, what) in [
        (json!({"rules": []}), "rules", Wrong::Count),
        (rule(json!({"name": "A b"})), "rules[0].name", Wrong::Name),
        (rule(json!({"when": {"tiers": ["x"]}})), "rules[0].when", Wrong::Unreachable),
        (tiers(json!([])), "rules[0].price.tiers", Wrong::Count),
        (tiers(json!([{"up_to": "5"}])), "rules[0].price.tiers[0].up_to", Wrong::Tiers),
        (
            tiers(json!([{"up_to": "5"}, {"up_to": "5"}, {}])),
            "rules[0].price.tiers[1].up_to",
            Wrong::Tiers,
        ),
        (tiers(json!([{}, {}])), "rules[0].price.tiers[0].up_to", Wrong::Tiers),
        (rule(json!({"vat_percent": "101"})), "rules[0].vat_percent", Wrong::Percent),
        (rule(json!({"vat_percent": "0.00001"})), "rules[0].vat_percent", Wrong::Percent),
        (rule(json!({"free": {"operations": 1}})), "rules[0].free", Wrong::Free),
        (rule(json!({"over": "day", "free": {}})), "rules[0].free", Wrong::Free),
        (rule(json!({"minimum": "2", "maximum": "1"})), "rules[0].minimum", Wrong::Order),
        (
            rule(json!({"price": {"model": "package", "size": "0", "amount": "1"}})),
            "rules[0].price.size",
            Wrong::Size,
        ),
        (rule(json!({"shares": [party("bank", "1")]})), "rules[0].shares[0].party", Wrong::Taken),
        (
            rule(json!({"shares": [party("a", "60"), party("b", "41")]})),
            "rules[0].shares",
            Wrong::Percent,
        ),
        (
            rule(json!({"promotions": [
                {"name": "p", "from": "2026-12-02", "until": "2026-12-01", "percent": "5"}
            ]})),
            "rules[0].promotions[0].until",
            Wrong::Order,
        ),
    ] {
        let tariff: Tariff = serde_json::from_value(document.clone()).unwrap();
        let faults: Vec<_> = tariff.faults().into_iter().map(|f| (f.at, f.what)).collect();
        assert_eq!(faults.first(), Some(&(at.to_owned(), what)), "{document}");
    }
    for unread in [
        rule(json!({"price": {"model": "fixed", "amount": 1.5}})),
        rule(json!({"price": {"model": "fixed", "amount": "1", "percent": "1"}})),
        rule(json!({"rounding": {"mode": "nearest", "to_minor": 1}})),
        rule(json!({"rounding": {"mode": "up", "to_minor": 0}})),
        rule(json!({"discount": "1"})),
    ] {
        assert!(serde_json::from_value::<Tariff>(unread.clone()).is_err(), "{unread}");
    }
}

fn decimal(max: u64) -> impl Strategy<Value = String> {
    (0..max, 0u32..10_000).prop_map(|(whole, rest)| format!("{whole}.{rest:04}"))
}

fn percent(max: u64) -> impl Strategy<Value = String> {
    decimal(max)
}

fn tiers() -> impl Strategy<Value = Vec<serde_json::Value>> {
    let tier = (decimal(1_000), decimal(10), percent(10));
    prop::collection::vec((1u32..1_000_000, tier), 1..6).prop_map(|steps| {
        let mut end = 0_u64;
        let count = steps.len();
        let tier = |((step, (flat, per_unit, percent)), n)| {
            end += u64::from(step);
            let up_to = (n < count).then(|| end.to_string());
            json!({"up_to": up_to, "flat": flat, "per_unit": per_unit, "percent": percent})
        };
        steps.into_iter().zip(1..).map(tier).collect()
    })
}

fn price() -> impl Strategy<Value = serde_json::Value> {
    prop_oneof![
        decimal(10_000).prop_map(|amount| json!({"model": "fixed", "amount": amount})),
        (percent(100), decimal(1_000))
            .prop_map(|(p, f)| json!({"model": "percentage", "percent": p, "fixed": f})),
        (1u32..10_000, decimal(100))
            .prop_map(|(s, a)| json!({"model": "package", "size": s.to_string(), "amount": a})),
        tiers().prop_map(|tiers| json!({"model": "graduated", "tiers": tiers})),
        tiers().prop_map(|tiers| json!({"model": "volume", "tiers": tiers})),
    ]
}

prop_compose! {
    fn any_tariff()(
        price in price(),
        modes in prop::sample::select(vec!["half_up", "half_even", "up", "down"]),
        to_minor in prop::sample::select(vec![1, 5, 100, 1_000]),
        vat in percent(30),
        shares in prop::collection::vec(percent(25), 0..4),
        minimum in prop::option::of(decimal(500)),
        maximum in prop::option::of((500u32..100_000).prop_map(|m| m.to_string())),
        discount in prop::option::of(percent(100)),
        free in prop::option::of((prop::option::of(1u32..5), decimal(1_000_000))),
    ) -> Tariff {
        let shares: Vec<_> = shares
            .iter()
            .zip(["scheme", "agent", "partner"])
            .map(|(percent, party)| json!({"party": party, "percent": percent}))
            .collect();
        let promotions: Vec<_> = discount
            .iter()
            .map(|percent| json!({
                "name": "p", "from": "2026-01-01", "until": "2026-12-31", "percent": percent
            }))
            .collect();
        // A price that adds up cannot go on from operations that were free.
        let model = price.get("model").and_then(|model| model.as_str()).unwrap();
        let adds_up = !["fixed", "percentage"].contains(&model);
        let free = free.map(|(operations, quantity)| {
            json!({"operations": operations.filter(|_| !adds_up), "quantity": quantity})
        });
        serde_json::from_value(json!({"rules": [{
            "name": "any", "price": price, "over": "month", "free": free, "minimum": minimum,
            "maximum": maximum, "rounding": {"mode": modes, "to_minor": to_minor},
            "vat_percent": vat, "shares": shares, "promotions": promotions,
        }]}))
        .unwrap()
    }
}

proptest! {
    #[test]
    fn of_any_tariff_and_amount_the_parts_are_the_fee(
        tariff in any_tariff(),
        minor in 1i64..=1_000_000_000_000,
        before in (0u32..6, 0u32..2_000_000),
    ) {
        prop_assert_eq!(tariff.faults(), []);
        let amount = Money::new(minor, Asset::Uzs);
        let day = Day::new(2026, 6, 1).unwrap();
        let facts = Facts { amount, day, tier: "a", channel: "app", counterparty: "bank" };
        let used = Usage { operations: before.0, quantity: Decimal::whole(before.1) };
        let charge = tariff.charge(&facts, used).unwrap();
        let shares: i64 = charge.shares.iter().map(|(_, money)| money.minor).sum();
        prop_assert_eq!(charge.vat.minor + charge.bank.minor + shares, charge.fee.minor);
        prop_assert!(charge.vat.minor >= 0 && charge.bank.minor >= 0);
        prop_assert!(charge.shares.iter().all(|(_, money)| money.minor >= 0));
        prop_assert!(charge.fee.minor <= charge.list.minor);
        let rounding = charge.rule.rounding;
        prop_assert_eq!(charge.fee.minor % i64::from(rounding.to_minor.get()), 0);
        if rounding.mode == RoundingMode::Down
            && let Some(maximum) = charge.rule.maximum
        {
            prop_assert!(charge.list.minor <= maximum.minor(Asset::Uzs));
        }
    }

    #[test]
    fn a_document_is_read_as_it_was_written(tariff in any_tariff()) {
        let text = serde_json::to_string(&tariff).unwrap();
        prop_assert_eq!(serde_json::from_str::<Tariff>(&text).unwrap(), tariff);
    }

    /// By tiers, in one go or in two, the sum is the same: what the second costs is what both cost
    /// together less the first.
    #[test]
    fn a_graduated_price_over_a_month_does_not_depend_on_the_parts(
        tiers in tiers(),
        first in 1u32..1_000_000,
        second in 1u32..1_000_000,
    ) {
        let price = json!({"model": "graduated", "tiers": tiers});
        let price: pricing::tariffs::Price = serde_json::from_value(price).unwrap();
        let (a, b) = (Decimal::whole(first), Decimal::whole(second));
        let parts = price.after(Decimal::ZERO, a).unwrap().plus(price.after(a, b).unwrap());
        prop_assert_eq!(parts, price.of(a.plus(b)));
    }

    #[test]
    fn reading_a_document_never_panics(text in "\\PC{0,200}") {
        let _ = serde_json::from_str::<Tariff>(&text);
    }
}
