use kernel::{Day, Lang};

use super::search::{PATH, Period, Search, Wrong};
use crate::words::Words;
use edge::Fields;

fn search(query: &str) -> (Search, bool) {
    Search::read(&Fields::read(query.as_bytes()).unwrap())
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn an_address_keeps_what_means_something() {
    for (query, address, useless) in [
        ("", "/activity", false),
        ("q=non", "/activity?q=non", false),
        ("q=&direction=", "/activity", true),
        ("q=+non+", "/activity?q=non", false),
        ("category=cash&q=a%20b", "/activity?q=a+b&category=cash", false),
        ("q=a&q=b", "/activity?q=a", true),
        ("utm=1&q=a", "/activity?q=a", true),
        ("period=2026-11&from=2026-11-02", "/activity?from=2026-11-02", true),
        ("min=1%C2%A0500%2C50", "/activity?min=1500%2C50", false),
        ("direction=sideways", "/activity?direction=sideways", false),
    ] {
        let (search, found) = search(query);
        assert_eq!((search.address(PATH).as_str(), found), (address, useless), "{query}");
        // Where it leads, nothing is left to be dropped: a redirect never leads to another one.
        let again = address.strip_prefix("/activity").unwrap().trim_start_matches('?');
        let (search, found) = self::search(again);
        assert_eq!((search.address(PATH).as_str(), found), (address, false), "{query}");
    }
}

#[test]
fn another_filter_begins_at_the_first_page() {
    let (search, _) = search("q=non&direction=in&cursor=abc");
    assert_eq!(search.link(&[]), "/activity?q=non&direction=in");
    assert_eq!(search.link(&[("direction", "")]), "/activity?q=non");
    assert_eq!(search.link(&[("category", "cash")]), "/activity?q=non&direction=in&category=cash");
    assert_eq!(search.link(&[("cursor", "x")]), "/activity?q=non&direction=in&cursor=x");
    assert!(!search.is_everything() && self::search("cursor=x").0.is_everything());
}

#[test]
fn periods_are_months_or_three_of_them() {
    let today = day("2026-11-23");
    for (text, days) in [
        ("month", Some(("2026-11-01", "2026-11-30"))),
        ("last", Some(("2026-10-01", "2026-10-31"))),
        ("3-months", Some(("2026-09-01", "2026-11-23"))),
        ("2024-02", Some(("2024-02-01", "2024-02-29"))),
        ("2026-12", Some(("2026-12-01", "2026-12-31"))),
        ("9999-12", Some(("9999-12-01", "9999-12-31"))),
        ("2026-13", None),
        ("2026-1", None),
        ("", None),
        ("ever", None),
    ] {
        let period = Period::parse(text, today);
        let found = period.map(|period| period.days(today));
        assert_eq!(found, days.map(|(first, last)| (day(first), day(last))), "{text}");
        if let Some(period) = period {
            assert_eq!(Period::parse(&period.text(), today), Some(period), "{text}");
        }
    }
}

#[test]
fn days_come_from_the_period_or_from_the_fields() {
    let today = day("2026-11-23");
    let days = |query: &str| search(query).0.days(today);
    assert_eq!(days("period=month"), (Some(day("2026-11-01")), Some(day("2026-11-30"))));
    assert_eq!(days("from=2026-11-02"), (Some(day("2026-11-02")), None));
    assert_eq!(days("to=yesterday"), (None, None));
    assert_eq!(days(""), (None, None));
}

#[test]
fn a_refused_field_says_why() {
    let refusal = kernel::Refusal::new(kernel::Code::FieldInvalid).field("max");
    let said: Vec<_> = Lang::ALL
        .into_iter()
        .map(|lang| Wrong::refused(Words::of(lang), "max", &refusal).sentence)
        .collect();
    assert!(said.iter().all(|sentence| !sentence.contains('{') && sentence.ends_with('.')));
}
