//! The models of a price against figures of other fee engines: amounts that their own tests expect,
//! with the source beside each. `OKTO_FEE_CASES` names another file of the same shape.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::path::PathBuf;

use pricing::tariffs::document::Free;
use pricing::tariffs::{Price, Rule, Tier, Usage};
use pricing::{Decimal, Exact, Rounding, RoundingMode};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    model: String,
    inputs: Value,
    expected_amount: String,
    source: String,
}

/// A number, or a text that is one.
fn decimal(value: &Value) -> Decimal {
    match value {
        Value::Null => Decimal::ZERO,
        Value::String(text) => text.parse().unwrap(),
        number => number.to_string().parse().unwrap(),
    }
}

fn some(value: &Value) -> Option<Decimal> {
    (!value.is_null()).then(|| decimal(value))
}

fn tiers(inputs: &Value) -> Vec<Tier> {
    let tier = |tier: &Value| Tier {
        up_to: some(&tier["to"]),
        flat: decimal(&tier["flat"]),
        per_unit: decimal(&tier["per_unit"]),
        percent: decimal(&tier["rate_pct"]),
    };
    inputs["tiers"].as_array().unwrap().iter().map(tier).collect()
}

fn rule(price: Price, free: Option<Free>) -> Rule {
    Rule {
        name: "case".to_owned(),
        when: pricing::tariffs::document::Conditions::default(),
        price,
        over: Some(pricing::tariffs::document::Over::Month),
        free,
        minimum: None,
        maximum: None,
        rounding: Rounding { mode: RoundingMode::HalfUp, to_minor: 1.try_into().unwrap() },
        vat_percent: Decimal::ZERO,
        shares: Vec::new(),
        promotions: Vec::new(),
    }
}

/// What the engine makes of the inputs of a case.
fn priced(case: &Case) -> Exact {
    let inputs = &case.inputs;
    let units = || decimal(&inputs["units"]);
    let once = |rule: Rule| rule.exact(units(), Usage::default()).unwrap();
    match case.model.as_str() {
        "standard" => {
            let unit = Tier {
                up_to: None,
                flat: Decimal::ZERO,
                per_unit: decimal(&inputs["amount"]),
                percent: Decimal::ZERO,
            };
            once(rule(Price::Volume { tiers: vec![unit] }, None))
        }
        "graduated" | "graduated_percentage" => {
            once(rule(Price::Graduated { tiers: tiers(inputs) }, None))
        }
        "graduated_percentage_cumulative" => {
            let used = Usage { operations: 1, quantity: decimal(&inputs["already"]) };
            rule(Price::Graduated { tiers: tiers(inputs) }, None).exact(units(), used).unwrap()
        }
        "volume" => once(rule(Price::Volume { tiers: tiers(inputs) }, None)),
        "package" => {
            let size = decimal(&inputs["package_size"]);
            let price = Price::Package { size, amount: decimal(&inputs["amount"]) };
            let free = some(&inputs["free_units"]).filter(|units| *units > Decimal::ZERO);
            once(rule(price, free.map(|q| Free { operations: None, quantity: Some(q) })))
        }
        "percentage" => percentage(inputs),
        other => panic!("{}: no such model: {other}", case.id),
    }
}

/// Every event is priced as it comes, with what those before it used of the free allowance.
fn percentage(inputs: &Value) -> Exact {
    let price = Price::Percentage {
        percent: decimal(&inputs["rate_pct"]),
        fixed: decimal(&inputs["fixed_per_event"]),
    };
    let operations = inputs["free_events"].as_u64().map(|n| n.try_into().unwrap());
    let free = Free { operations, quantity: some(&inputs["free_amount"]) };
    let bounded = free.operations.is_some() || free.quantity.is_some();
    let rule = rule(price, bounded.then_some(free));
    let mut used = Usage::default();
    let mut total = Exact::ZERO;
    for event in inputs["events"].as_array().unwrap() {
        let quantity = decimal(event);
        total = total.plus(rule.exact(quantity, used).unwrap()).unwrap();
        used.operations += 1;
        used.quantity = used.quantity.plus(quantity);
    }
    total
}

#[test]
fn the_engine_agrees_with_the_figures_of_others() {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fee_cases.json");
    let path = std::env::var_os("OKTO_FEE_CASES").map_or(own, PathBuf::from);
    let text = std::fs::read_to_string(&path).unwrap();
    let Cases { cases } = serde_json::from_str(&text).unwrap();
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for case in &cases {
        let expected: Decimal = case.expected_amount.parse().unwrap();
        let priced = priced(case);
        if priced != expected.exact() {
            wrong.push(format!(
                "{} ({}): {priced}, expected {expected} by {}",
                case.id, case.model, case.source
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
