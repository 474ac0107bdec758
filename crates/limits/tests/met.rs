//! Which limits an operation meets, what it uses of them, and that counting so never passes a
//! ceiling.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::HashMap;

use kernel::{Asset, Day, Money};
use limits::count::AdjustedBy;
use limits::document::Wrong;
use limits::{Adjustment, Counted, Facts, Limits, Met, Subjects};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

const CUSTOMER: Uuid = Uuid::from_u128(1);

fn limit(name: &str, extra: &serde_json::Value) -> serde_json::Value {
    let mut limit = json!({
        "name": name,
        "title": {"uz": "Kunlik", "ru": "В день", "en": "A day"},
        "set_by": "tariff",
        "per": "customer",
        "window": "day",
        "measure": {"amount": "UZS"},
        "ceiling": {"fixed": 1_000_000},
    });
    limit.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    limit
}

fn limits(list: &[(&str, serde_json::Value)]) -> Limits {
    let list: Vec<_> = list.iter().map(|(name, extra)| limit(name, extra)).collect();
    serde_json::from_value(json!({"limits": list})).unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn facts(minor: i64, asset: Asset) -> Facts<'static> {
    Facts {
        operation: "transfer.internal",
        subjects: Subjects {
            customer: CUSTOMER,
            account: Uuid::from_u128(2),
            card: None,
            device: Some(Uuid::from_u128(3)),
            counterparty: Some(Uuid::from_u128(4)),
        },
        tier: "standard",
        channel: "app",
        country: "UZ",
        amount: Money::new(minor, asset),
        takes: asset,
        worth: None,
        day: day("2026-11-30"),
    }
}

/// 412,000 sum since 1 August 2025.
fn value(name: &str) -> Option<i64> {
    (name == "base_calculation_value").then_some(41_200_000)
}

fn names(met: &[Met<'_>]) -> Vec<(String, &'static str)> {
    let of = |met: &Met<'_>| match met {
        Met::Counts(limit, _) => (limit.name.clone(), "counts"),
        Met::Within(limit) => (limit.name.clone(), "within"),
        Met::Stops(limit, _) => (limit.name.clone(), "stops"),
        Met::Balance(limit, _) => (limit.name.clone(), "balance"),
        Met::Unknown(limit) => (limit.name.clone(), "unknown"),
    };
    met.iter().map(of).collect()
}

#[test]
fn what_an_operation_meets() {
    let limits = limits(&[
        ("each", json!({"window": "operation", "ceiling": {"fixed": 500_000}})),
        ("day", json!({})),
        ("cards", json!({"per": "card"})),
        ("devices", json!({"per": "device"})),
        ("atm", json!({"when": {"operations": ["card.atm"]}})),
        ("transfers", json!({"when": {"operations": ["transfer."]}, "measure": "count"})),
        ("abroad", json!({"when": {"not_countries": ["UZ"]}})),
        (
            "worth",
            json!({
                "set_by": "law", "measure": "worth", "window": {"rolling_days": 30},
                "ceiling": {"times": {"times": 500, "value": "base_calculation_value"}}
            }),
        ),
        (
            "holds",
            json!({
                "per": "account", "window": "operation", "measure": {"balance": "UZS"}
            }),
        ),
    ]);
    assert_eq!(limits.faults(), []);
    let met = |facts: &Facts<'_>| {
        let met = limits.met(facts, &[], value);
        names(&met).iter().map(|(n, how)| format!("{n} {how}")).collect::<Vec<_>>()
    };
    assert_eq!(
        met(&facts(400_000, Asset::Uzs)),
        [
            "each within",
            "day counts",
            "devices counts",
            "transfers counts",
            "worth counts",
            "holds balance",
        ]
    );
    assert_eq!(
        met(&facts(1_000_001, Asset::Uzs)),
        [
            "each stops",
            "day stops",
            "devices stops",
            "transfers counts",
            "worth counts",
            "holds balance",
        ]
    );
    // Dollars are counted by what they are worth, and nobody knows it today.
    assert_eq!(met(&facts(100, Asset::Usd)), ["transfers counts", "worth unknown"]);
    let abroad = Facts { country: "KZ", worth: Some(1_182_118), ..facts(100, Asset::Usd) };
    assert_eq!(met(&abroad), ["transfers counts", "worth counts"]);
}

fn counted(limits: &Limits, facts: &Facts<'_>) -> Counted {
    match limits.met(facts, &[], value).pop() {
        Some(Met::Counts(_, counted)) => counted,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn windows_are_those_of_the_calendar() {
    for (window, at, begins, oldest, turns) in [
        (json!("day"), "2026-11-30", "2026-11-30", "2026-11-30", Some("2026-12-01")),
        // 30 November 2026 is a Monday.
        (json!("week"), "2026-11-30", "2026-11-30", "2026-11-30", Some("2026-12-07")),
        (json!("week"), "2026-11-29", "2026-11-23", "2026-11-23", Some("2026-11-30")),
        (json!("week"), "2027-01-01", "2026-12-28", "2026-12-28", Some("2027-01-04")),
        (json!("month"), "2026-11-30", "2026-11-01", "2026-11-01", Some("2026-12-01")),
        (json!("month"), "2027-01-31", "2027-01-01", "2027-01-01", Some("2027-02-01")),
        (json!({"rolling_days": 30}), "2026-12-05", "2026-12-05", "2026-11-06", Some("2026-12-06")),
        (json!("lifetime"), "2026-11-30", "1970-01-01", "1970-01-01", None),
    ] {
        let limits = limits(&[("a", json!({"window": window}))]);
        let facts = Facts { day: day(at), ..facts(1, Asset::Uzs) };
        let counted = counted(&limits, &facts);
        assert_eq!((counted.day, counted.oldest), (day(begins), day(oldest)), "{window} {at}");
        let limit = limits.limits.first().unwrap();
        assert_eq!(limit.window.turns(facts.day), turns.map(day), "{window} {at}");
    }
}

#[test]
fn who_moves_a_ceiling() {
    use AdjustedBy::{Customer, Staff};

    let limits = limits(&[("own", json!({})), ("law", json!({"set_by": "law"}))]);
    let [own, law] = limits.limits.as_slice() else { unreachable!() };
    let moved = |limit: &limits::Limit, by, ceiling| Adjustment {
        limit: limit.id(),
        by,
        ceiling,
        until: None,
    };
    for (limit, adjusted, expected) in [
        (own, vec![], 1_000_000),
        (own, vec![moved(own, Staff, 9_000_000)], 9_000_000),
        (own, vec![moved(own, Staff, 10)], 10),
        (own, vec![moved(own, Customer, 500)], 500),
        (own, vec![moved(own, Customer, 5_000_000)], 1_000_000),
        (own, vec![moved(own, Staff, 9_000_000), moved(own, Customer, 500)], 500),
        (own, vec![moved(law, Staff, 5)], 1_000_000),
        (law, vec![moved(law, Staff, 9_000_000)], 1_000_000),
        (law, vec![moved(law, Customer, 500)], 500),
    ] {
        assert_eq!(limit.ceiling(&adjusted, &value), Some(expected), "{adjusted:?}");
    }
}

#[test]
fn a_limit_keeps_its_counters_while_it_counts_the_same() {
    let id = |extra| limits(&[("a", extra)]).limits.first().unwrap().id();
    let first = id(json!({}));
    assert_eq!(first, id(json!({"ceiling": {"fixed": 5}, "when": {"tiers": ["x"]}})));
    assert_ne!(first, id(json!({"window": "week"})));
    assert_ne!(first, id(json!({"measure": "count"})));
    assert_ne!(first, id(json!({"per": "account"})));
}

#[test]
fn subjects_are_told_apart() {
    let pers = [
        "bank",
        "tier",
        "customer",
        "account",
        "device",
        "channel",
        "operation",
        "country",
        "counterparty",
    ];
    let mut seen = HashMap::new();
    for per in pers {
        let limits = limits(&[("a", json!({"per": per}))]);
        let counted = counted(&limits, &facts(1, Asset::Uzs));
        assert_eq!(seen.insert(counted.subject, per), None, "{per}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (extra, at, what) in [
        (json!({"name": "A"}), "limits[0].name", Wrong::Name),
        (json!({"title": {"uz": " ", "ru": "x", "en": "x"}}), "limits[0].title", Wrong::Title),
        (json!({"measure": {"amount": "GBP"}}), "limits[0].measure", Wrong::Asset),
        (json!({"measure": {"balance": "UZS"}}), "limits[0].measure", Wrong::Balance),
        (json!({"window": {"rolling_days": 1}}), "limits[0].window", Wrong::Window),
        (json!({"window": {"rolling_days": 32}}), "limits[0].window", Wrong::Window),
        (json!({"ceiling": {"fixed": -1}}), "limits[0].ceiling", Wrong::Ceiling),
        (
            json!({"ceiling": {"times": {"times": 1, "value": "base_calculation_value"}}}),
            "limits[0].ceiling",
            Wrong::Ceiling,
        ),
        (json!({"when": {"countries": ["uz"]}}), "limits[0].when.countries", Wrong::Country),
        (json!({"when": {"channels": [""]}}), "limits[0].when.channels", Wrong::Name),
    ] {
        let limits = limits(&[("a", extra.clone())]);
        let faults: Vec<_> = limits.faults().into_iter().map(|f| (f.at, f.what)).collect();
        assert_eq!(faults, [(at.to_owned(), what)], "{extra}");
    }
    let twice = limits(&[("a", json!({})), ("a", json!({}))]);
    assert_eq!(twice.faults().first().map(|f| f.what), Some(Wrong::Taken));
}

proptest! {
    /// Counted so, in any order of days, what stands in the days of a window never passes the
    /// ceiling, and what is refused would have passed it.
    #[test]
    fn a_rolling_window_is_never_passed(
        days in 2u8..=31,
        operations in prop::collection::vec((0u8..60, 1i64..400_000), 1..80),
    ) {
        let limits = limits(&[("a", json!({"window": {"rolling_days": days}}))]);
        let first = day("2026-01-01");
        let mut used: HashMap<Day, i64> = HashMap::new();
        let mut ordered = operations;
        ordered.sort_unstable();
        for (offset, minor) in ordered {
            let today = first.days_after(offset);
            let facts = Facts { day: today, ..facts(minor, Asset::Uzs) };
            let counted = counted(&limits, &facts);
            let counts = |d: &Day| counted.oldest <= *d && *d <= counted.day;
            let standing: i64 =
                used.iter().filter(|(d, _)| counts(d)).map(|(_, minor)| minor).sum();
            if standing + counted.amount <= counted.ceiling {
                *used.entry(counted.day).or_default() += counted.amount;
            }
            // By the definition: the sum over the last so many days.
            let sum: i64 = used
                .iter()
                .filter(|(d, _)| (0..i64::from(days)).contains(&today.days_since(**d)))
                .map(|(_, minor)| minor)
                .sum();
            prop_assert!(sum <= 1_000_000);
            prop_assert!(standing + minor > 1_000_000 || sum == standing + minor);
        }
    }
}
