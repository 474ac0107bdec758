//! What may be published, and how one document differs from another.

use std::collections::BTreeMap;

use kernel::{Code, MAX_NAME_BYTES, Refusal, is_name};
use serde_json::Value;

use super::MAX_BODY_BYTES;

/// Longest reason, in characters.
pub const MAX_REASON_CHARS: usize = 500;

/// A series of documents that follow one another: what makes one of them acceptable.
pub trait Book: Send + Sync + 'static {
    /// The names of its series.
    fn names(&self) -> Vec<String>;

    /// Whether a series of this name is one of its.
    fn has(&self, name: &str) -> bool {
        self.names().iter().any(|known| known == name)
    }

    /// What is wrong with a document of it, place by place; nothing when it may be published.
    fn faults(&self, name: &str, body: &str) -> Vec<String>;
}

/// Whether a name is one of a series: words of small letters, digits, hyphens and underscores, with
/// points between them.
pub fn is_book(name: &str) -> bool {
    is_name(name, "-_.") && name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Refuses what the database would not take, in the words of a refusal.
pub fn check(book: &str, body: &str) -> Result<(), Refusal> {
    if !is_book(book) {
        return fault(&format!("book: 1..{MAX_NAME_BYTES}"));
    }
    if body.len() > MAX_BODY_BYTES {
        return fault(&format!("size: {} > {MAX_BODY_BYTES}", body.len()));
    }
    Ok(())
}

/// The same of the reason for which a document is published.
pub fn check_reason(reason: &str) -> Result<(), Refusal> {
    if (1..=MAX_REASON_CHARS).contains(&reason.trim().chars().count()) {
        Ok(())
    } else {
        fault(&format!("reason: 1..{MAX_REASON_CHARS}"))
    }
}

fn fault(place: &str) -> Result<(), Refusal> {
    Err(Refusal::new(Code::EditionMalformed).value("place", place.to_owned()))
}

/// The end of the place that says in which order the members of a list stand.
pub const ORDER: &str = ".order";

/// One place in which two documents differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The place. Members of a list that have a name stand under it: `rules[own].price.percent`.
    pub place: String,
    /// What stood there.
    pub before: Option<String>,
    /// What stands there now.
    pub after: Option<String>,
}

/// Where two JSON documents differ, place by place; what is no JSON is one place. Of a list whose
/// members have names the order is a place of its own where both have the list, because the first
/// rule that holds is the one that counts.
pub fn differences(before: Option<&str>, after: &str) -> Vec<Difference> {
    let (before, after) = (before.map(places).unwrap_or_default(), places(after));
    let all: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let in_both = |place: &String| before.contains_key(place) && after.contains_key(place);
    all.into_iter()
        .filter(|place| before.get(*place) != after.get(*place))
        .filter(|place| !place.ends_with(ORDER) || in_both(place))
        .map(|place| Difference {
            place: place.clone(),
            before: before.get(place).cloned(),
            after: after.get(place).cloned(),
        })
        .collect()
}

fn places(body: &str) -> BTreeMap<String, String> {
    let mut places = BTreeMap::new();
    match serde_json::from_str(body) {
        Ok(value) => flatten(String::new(), &value, &mut places),
        Err(_) => drop(places.insert(String::new(), body.to_owned())),
    }
    places
}

fn flatten(at: String, value: &Value, places: &mut BTreeMap<String, String>) {
    let below = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                flatten(below(name), value, places);
            }
        }
        Value::Array(members) => {
            let name = |member: &'_ Value| Some(member.get("name")?.as_str()?.to_owned());
            let order: Option<Vec<String>> = members.iter().map(name).collect();
            if let Some(order) = order.filter(|order| !order.is_empty()) {
                places.insert(format!("{at}{ORDER}"), order.join(", "));
            }
            for (member, index) in members.iter().zip(0_usize..) {
                let name = member.get("name").and_then(Value::as_str);
                let name = name.map_or_else(|| index.to_string(), str::to_owned);
                flatten(format!("{at}[{name}]"), member, places);
            }
        }
        Value::String(text) => drop(places.insert(at, text.clone())),
        other => drop(places.insert(at, other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named_as_people_name_them() {
        let before =
            r#"{"rules":[{"name":"own","price":"0"},{"name":"rest","price":"1"}],"a":[1]}"#;
        let after =
            r#"{"rules":[{"name":"rest","price":"2"},{"name":"new","price":"3"}],"a":[1,2]}"#;
        let shown: Vec<_> = differences(Some(before), after)
            .into_iter()
            .map(|d| (d.place, d.before.unwrap_or_default(), d.after.unwrap_or_default()))
            .collect();
        let line = |place: &str, before: &str, after: &str| {
            (place.to_owned(), before.to_owned(), after.to_owned())
        };
        assert_eq!(
            shown,
            [
                line("a[1]", "", "2"),
                line("rules.order", "own, rest", "rest, new"),
                line("rules[new].name", "", "new"),
                line("rules[new].price", "", "3"),
                line("rules[own].name", "own", ""),
                line("rules[own].price", "0", ""),
                line("rules[rest].price", "1", "2"),
            ]
        );
        assert_eq!(differences(Some(after), after), []);
        let swapped =
            r#"{"rules":[{"name":"new","price":"3"},{"name":"rest","price":"2"}],"a":[1,2]}"#;
        assert_eq!(differences(Some(after), swapped).len(), 1);
        assert_eq!(differences(None, "x").len(), 1);
    }

    #[test]
    fn what_the_database_would_not_take_is_refused_before() {
        let code = |refused: Result<(), Refusal>| refused.err().map(|refusal| refusal.code);
        assert_eq!(code(check("tariff.transfer.internal", "{}")), None);
        assert_eq!(code(check_reason("because")), None);
        let long = "x".repeat(MAX_BODY_BYTES.saturating_add(1));
        let bodies = [("", "{}"), (".a", "{}"), ("A", "{}"), ("a b", "{}"), ("a", long.as_str())];
        for (book, body) in bodies {
            assert_eq!(code(check(book, body)), Some(Code::EditionMalformed), "{book:?}");
        }
        for reason in [" ", long.as_str()] {
            assert_eq!(code(check_reason(reason)), Some(Code::EditionMalformed));
        }
    }
}
