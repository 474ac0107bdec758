//! What a document of terms changes, said in sentences: whoever approves a percent need not know
//! where in a document it stands.

use kernel::{Asset, Lang, Money};
use maud::{Markup, html};
use serde_json::Value;
use store::editions::{Difference, ORDER};
use ui::format;

use crate::view::View;
use crate::words::{Words, t};

/// Most sentences of one page. The places of the rest stand below them.
const MAX_SENTENCES: usize = 100;

/// A step on the way to a place of a document: a field, and which member of it.
#[derive(Debug, PartialEq, Eq)]
struct Step<'a> {
    field: &'a str,
    member: Option<&'a str>,
}

/// The steps of a place as [`store::editions::differences`] writes it:
/// `rules[rest].price.percent`.
fn steps(place: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = place;
    while !rest.is_empty() {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (field, after) = rest.split_at(end);
        let (member, after) = match after.strip_prefix('[') {
            // What is never closed goes to the end.
            Some(inside) => {
                inside.split_once(']').map_or((Some(inside), ""), |(m, a)| (Some(m), a))
            }
            None => (None, after),
        };
        steps.push(Step { field, member });
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    steps
}

/// The sentences of a difference; nothing for a document whose fields have no names in words.
pub(super) fn list(view: &View, found: &[Difference], (before, after): (&str, &str)) -> Markup {
    let said = sentences(view.words, found, (before, after));
    html! {
        @if !said.is_empty() {
            ul.in-words { @for sentence in said { li { (sentence) } } }
        }
    }
}

fn sentences(words: Words, found: &[Difference], (before, after): (&str, &str)) -> Vec<String> {
    let read = |body: &str| serde_json::from_str(body).unwrap_or(Value::Null);
    let (before, after) = (read(before), read(after));
    let mut said = Vec::new();
    for one in found {
        if let (Some(_), Some(order)) = (one.place.strip_suffix(ORDER), &one.after) {
            said.push(t!(words, "words-order", order = order.as_str()));
            continue;
        }
        let steps = steps(&one.place);
        let Some(top) = steps.first().and_then(|step| top_name(words, step)) else { continue };
        let names_it = matches!(steps.as_slice(), [_, Step { field: "name", member: None }]);
        let whole = steps.first().map(|step| (is_in(&before, step), is_in(&after, step)));
        match (names_it, whole) {
            (true, Some((false, true))) => said.push(t!(words, "words-new", what = top)),
            (true, Some((true, false))) => said.push(t!(words, "words-gone", what = top)),
            // That it goes says all of it.
            (_, Some((true, false))) => {}
            _ => said.push(sentence(words, (&top, &steps), one, (&before, &after))),
        }
        if said.len() >= MAX_SENTENCES {
            break;
        }
    }
    said
}

fn sentence(
    words: Words,
    (top, steps): (&str, &[Step<'_>]),
    one: &Difference,
    (before, after): (&Value, &Value),
) -> String {
    // What is counted, and how much, stand below the measure and the ceiling of a limit, and are
    // said by these.
    let said_by = |step: &Step<'_>| matches!(step.field, "measure" | "ceiling");
    let last = steps.iter().position(said_by).map_or(steps.len(), |at| at.saturating_add(1));
    let told = steps.iter().take(last);
    let names = told.skip(1).map(|step| step_name(words, step));
    let names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
    let what = format!("{top}, {}", names.join(", "));
    let value = |document: &Value, text: Option<&str>| {
        text.map(|text| value_name(words, (document, steps), text))
    };
    match (value(before, one.before.as_deref()), value(after, one.after.as_deref())) {
        (Some(before), Some(after)) => {
            t!(words, "words-changed", what = what, before = before, after = after)
        }
        (None, Some(after)) => t!(words, "words-added", what = what, after = after),
        (Some(before), None) => t!(words, "words-removed", what = what, before = before),
        (None, None) => what,
    }
}

/// The member of a document that a step leads to.
fn member<'a>(document: &'a Value, step: &Step<'_>) -> Option<&'a Value> {
    let (all, member) = (document.get(step.field)?.as_array()?, step.member?);
    all.iter().find(|one| one.get("name").and_then(Value::as_str) == Some(member))
}

fn is_in(document: &Value, step: &Step<'_>) -> bool {
    member(document, step).is_some()
}

/// What a rule or a limit is called.
fn top_name(words: Words, step: &Step<'_>) -> Option<String> {
    let name = step.member?;
    Some(match step.field {
        "rules" => t!(words, "words-rule", name = name),
        "limits" => t!(words, "words-limit", name = name),
        _ => return None,
    })
}

/// What a part of a rule or a limit is called. Nothing for what only holds others.
fn step_name(words: Words, step: &Step<'_>) -> String {
    let number = || {
        let index: usize = step.member.and_then(|text| text.parse().ok()).unwrap_or(0);
        index.saturating_add(1).to_string()
    };
    match (step.field, step.member) {
        ("tiers", Some(at)) if at.parse::<usize>().is_ok() => {
            t!(words, "words-bracket", number = number())
        }
        ("shares", Some(_)) => t!(words, "words-share", number = number()),
        ("promotions", Some(name)) => t!(words, "words-promotion", name = name),
        (field, _) => field_name(words, field),
    }
}

/// What a field of a tariff or a limit is called.
pub(super) fn field_name(words: Words, field: &str) -> String {
    match field {
        // They only hold others.
        "price" | "when" => String::new(),
        "name" => t!(words, "term-name"),
        "model" => t!(words, "term-model"),
        "percent" => t!(words, "term-percent"),
        "fixed" => t!(words, "term-fixed"),
        "amount" => t!(words, "term-amount"),
        "size" => t!(words, "term-size"),
        "tiers" => t!(words, "term-tiers"),
        "up_to" => t!(words, "term-up-to"),
        "from" => t!(words, "term-from"),
        "until" => t!(words, "term-until"),
        "flat" => t!(words, "term-flat"),
        "per_unit" => t!(words, "term-per-unit"),
        "over" => t!(words, "term-over"),
        "free" => t!(words, "term-free"),
        "operations" => t!(words, "term-operations"),
        "quantity" => t!(words, "term-quantity"),
        "minimum" => t!(words, "term-minimum"),
        "maximum" => t!(words, "term-maximum"),
        "rounding" => t!(words, "term-rounding"),
        "mode" => t!(words, "term-mode"),
        "to_minor" => t!(words, "term-to-minor"),
        "vat_percent" => t!(words, "term-vat"),
        "party" => t!(words, "term-party"),
        "asset" => t!(words, "term-asset"),
        "channels" => t!(words, "term-channels"),
        "counterparties" => t!(words, "term-counterparties"),
        "title" => t!(words, "term-title"),
        "uz" => t!(words, "term-uz"),
        "ru" => t!(words, "term-ru"),
        "en" => t!(words, "term-en"),
        "set_by" => t!(words, "term-set-by"),
        "per" => t!(words, "term-per"),
        "window" => t!(words, "term-window"),
        "measure" => t!(words, "term-measure"),
        "ceiling" => t!(words, "term-ceiling"),
        "countries" => t!(words, "term-countries"),
        "not_countries" => t!(words, "term-not-countries"),
        other => other.to_owned(),
    }
}

/// A value as people read it: a ceiling as money, a percentage with its sign, a word of the
/// document in words.
fn value_name(words: Words, (document, steps): (&Value, &[Step<'_>]), value: &str) -> String {
    let fields: Vec<_> = steps.iter().map(|step| step.field).collect();
    match fields.as_slice() {
        ["limits", "ceiling", "fixed"] => {
            ceiling(words.lang, (document, steps), value).unwrap_or_else(|| value.to_owned())
        }
        [.., "percent" | "vat_percent"] => format!("{value} %"),
        [.., "model"] => model_name(words, value),
        [.., "mode"] => mode_name(words, value),
        [.., "over" | "window"] => window_name(words, value),
        _ => value.to_owned(),
    }
}

/// The ceiling of a limit, which a document writes in minor units of what the limit counts.
fn ceiling(lang: Lang, (document, steps): (&Value, &[Step<'_>]), value: &str) -> Option<String> {
    let limit = member(document, steps.first()?)?;
    let measure = limit.get("measure")?;
    let counted = ["amount", "balance"].into_iter().find_map(|name| measure.get(name)?.as_str());
    let asset = match (counted, measure.as_str()) {
        (Some(code), _) => Asset::from_code(code)?,
        (None, Some("worth")) => Asset::Uzs,
        _ => return None,
    };
    Some(format::money(lang, Money::new(value.parse().ok()?, asset)))
}

/// What a kind of price is called.
pub(super) fn model_name(words: Words, model: &str) -> String {
    match model {
        "fixed" => t!(words, "model-fixed"),
        "percentage" => t!(words, "model-percentage"),
        "graduated" => t!(words, "model-graduated"),
        "volume" => t!(words, "model-volume"),
        "package" => t!(words, "model-package"),
        other => other.to_owned(),
    }
}

/// What a way of rounding is called.
pub(super) fn mode_name(words: Words, mode: &str) -> String {
    match mode {
        "half_up" => t!(words, "mode-half-up"),
        "half_even" => t!(words, "mode-half-even"),
        "up" => t!(words, "mode-up"),
        "down" => t!(words, "mode-down"),
        other => other.to_owned(),
    }
}

/// What a time over which something is added up is called.
pub(super) fn window_name(words: Words, window: &str) -> String {
    match window {
        "operation" => t!(words, "over-operation"),
        "day" => t!(words, "over-day"),
        "week" => t!(words, "over-week"),
        "month" => t!(words, "over-month"),
        "lifetime" => t!(words, "over-lifetime"),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use store::editions::differences;

    use super::*;

    fn said(lang: Lang, before: &str, after: &str) -> Vec<String> {
        let found = differences(Some(before), after);
        // Whatever letters a language keeps apart, and spaces that do not break.
        let plain =
            |text: String| text.replace(['\u{2068}', '\u{2069}'], "").replace('\u{a0}', " ");
        sentences(Words::of(lang), &found, (before, after)).into_iter().map(plain).collect()
    }

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let step = |field, member| Step { field, member };
        assert_eq!(
            steps("rules[p2p-uzcard].price.tiers[0].up_to"),
            [
                step("rules", Some("p2p-uzcard")),
                step("price", None),
                step("tiers", Some("0")),
                step("up_to", None),
            ]
        );
        assert_eq!(steps(""), []);
        assert_eq!(steps("a[b"), [step("a", Some("b"))], "what is no place is read to its end");
        assert_eq!(steps("a[0][1]"), [step("a", Some("0")), step("", Some("1"))]);
    }

    #[test]
    fn a_changed_tariff_is_said_in_sentences() {
        let before = r#"{"rules":[
            {"name":"own","price":{"model":"fixed","amount":"0"},"vat_percent":"12"},
            {"name":"rest","price":{"model":"percentage","percent":"0.5"},"minimum":"500"}]}"#;
        let after = r#"{"rules":[
            {"name":"rest","price":{"model":"percentage","percent":"1"},"maximum":"9000"},
            {"name":"new","price":{"model":"fixed","amount":"7"}}]}"#;
        assert_eq!(
            said(Lang::En, before, after),
            [
                "They are looked at in this order: rest, new",
                "Rule “new” is new",
                "Rule “new”, price: 7 (new)",
                "Rule “new”, kind of price: the same for every operation (new)",
                "Rule “own” goes",
                "Rule “rest”, at most: 9000 (new)",
                "Rule “rest”, at least: 500 goes",
                "Rule “rest”, percent: 0.5 % becomes 1 %",
            ]
        );
        for lang in Lang::ALL {
            assert_eq!(said(lang, before, after).len(), 8);
            assert!(said(lang, before, after).iter().all(|text| !text.contains("rules[")));
        }
    }

    #[test]
    fn a_ceiling_is_money_and_a_count_is_not() {
        let limits = |day: i64, often: i64| {
            format!(
                r#"{{"limits":[
                {{"name":"day","measure":{{"amount":"UZS"}},"ceiling":{{"fixed":{day}}}}},
                {{"name":"often","measure":"count","ceiling":{{"fixed":{often}}}}}]}}"#
            )
        };
        assert_eq!(
            said(Lang::En, &limits(50_000_000, 9), &limits(70_000_000, 8)),
            [
                "Limit “day”, at most: 500 000 sum becomes 700 000 sum",
                "Limit “often”, at most: 9 becomes 8",
            ]
        );
        // Of other documents nothing is said.
        assert_eq!(said(Lang::En, r#"{"lines":[]}"#, r#"{"lines":[{"name":"a"}]}"#), [""; 0]);
    }
}
