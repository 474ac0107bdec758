//! The Central Bank's published exchange rates (cbu.uz), in the shape in which it serves them:
//! `/{language}/arkhiv-kursov-valyut/json/`, `/json/{currency}/` and `/json/{currency}/{day}/`,
//! where the currency may be `all`. Every value is a text except `id`; a day on which nothing was
//! published is an empty list.
//!
//! The rates are made up, the same for a day whenever it is asked. They are out at four o'clock of
//! the working day before the one from which they hold, by the sandbox's clock.
//!
//! Not simulated: the XML of the same data, and all the currencies; there are those that this part
//! of the world trades with, and two that are quoted for ten units.

mod currencies;
mod days;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use kernel::Day;
use serde::Serialize;

use crate::faults::{self, FaultKind, Operation};
use crate::{Fault, Sandbox};
use currencies::{CURRENCIES, Currency};

const NAME: &str = "cbu";
pub(crate) const RATES: Operation = Operation::new(NAME, "rates");
/// Everything a fault can be armed for.
pub(crate) const OPERATIONS: &[Operation] = &[RATES];

/// The languages that stand in an address; `oz` is Uzbek in Cyrillic letters.
const LANGUAGES: [&str; 4] = ["ru", "uz", "oz", "en"];
/// Stands in an address for every currency.
const ALL: &str = "all";

/// A rate as it is published.
#[derive(Serialize)]
struct Row {
    id: u32,
    #[serde(rename = "Code")]
    code: &'static str,
    #[serde(rename = "Ccy")]
    letters: &'static str,
    #[serde(rename = "CcyNm_RU")]
    name_ru: &'static str,
    #[serde(rename = "CcyNm_UZ")]
    name_uz: &'static str,
    #[serde(rename = "CcyNm_UZC")]
    name_uz_cyrillic: &'static str,
    #[serde(rename = "CcyNm_EN")]
    name_en: &'static str,
    #[serde(rename = "Nominal")]
    nominal: String,
    #[serde(rename = "Rate")]
    rate: String,
    #[serde(rename = "Diff")]
    diff: String,
    #[serde(rename = "Date")]
    date: String,
}

impl Row {
    fn of(currency: &Currency, day: Day) -> Self {
        let rate = currency.tiyin(day);
        let before = currency.tiyin(days::published_before(day));
        let date = day.date();
        let [name_ru, name_uz, name_uz_cyrillic, name_en] = currency.names;
        Self {
            id: currency.id,
            code: currency.code,
            letters: currency.letters,
            name_ru,
            name_uz,
            name_uz_cyrillic,
            name_en,
            nominal: currency.nominal.to_string(),
            rate: sum(rate),
            diff: sum(rate.saturating_sub(before)),
            date: format!("{:02}.{:02}.{}", date.day(), u8::from(date.month()), date.year()),
        }
    }
}

/// Tiyin as sum.
fn sum(tiyin: i64) -> String {
    let sign = if tiyin < 0 { "-" } else { "" };
    let tiyin = tiyin.unsigned_abs();
    format!("{sign}{}.{:02}", tiyin.div_euclid(100), tiyin.rem_euclid(100))
}

pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/{language}/arkhiv-kursov-valyut/json/", get(latest))
        .route("/{language}/arkhiv-kursov-valyut/json/{currency}/", get(latest_of))
        .route("/{language}/arkhiv-kursov-valyut/json/{currency}/{day}/", get(of_day))
}

async fn latest(State(sandbox): State<Sandbox>, Path(language): Path<String>) -> Response {
    answer(&sandbox, &language, ALL, None).await
}

async fn latest_of(
    State(sandbox): State<Sandbox>,
    Path((language, currency)): Path<(String, String)>,
) -> Response {
    answer(&sandbox, &language, &currency, None).await
}

async fn of_day(
    State(sandbox): State<Sandbox>,
    Path((language, currency, day)): Path<(String, String, String)>,
) -> Response {
    match day.parse() {
        Ok(day) => answer(&sandbox, &language, &currency, Some(day)).await,
        Err(()) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn answer(sandbox: &Sandbox, language: &str, currency: &str, asked: Option<Day>) -> Response {
    if !LANGUAGES.contains(&language) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let fault = sandbox.called(RATES);
    let day = told(sandbox, asked, fault.as_ref());
    let effect = || Json(rows(currency, day)).into_response();
    match fault {
        Some(fault) => faults::inflict(&fault, effect).await,
        None => effect(),
    }
}

/// The day whose rates are told; none when there are none to tell.
fn told(sandbox: &Sandbox, asked: Option<Day>, fault: Option<&Fault>) -> Option<Day> {
    let now = sandbox.now();
    match fault.map(|fault| fault.fault) {
        Some(FaultKind::Unpublished) => None,
        // What a cache of yesterday would tell.
        Some(FaultKind::Stale) => {
            Some(days::published_before(asked.unwrap_or_else(|| days::latest(now))))
        }
        _ => match asked {
            Some(day) => days::is_published(day, now).then_some(day),
            None => Some(days::latest(now)),
        },
    }
}

fn rows(currency: &str, day: Option<Day>) -> Vec<Row> {
    let Some(day) = day else { return Vec::new() };
    let wanted = |c: &&Currency| currency == ALL || currency == c.letters;
    CURRENCIES.iter().filter(wanted).map(|c| Row::of(c, day)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_row_has_the_published_shape() {
        let day = Day::new(2026, 9, 30).unwrap();
        let rows = serde_json::to_value(rows("USD", Some(day))).unwrap();
        let row = rows[0].as_object().unwrap();
        let names: Vec<_> = row.keys().map(String::as_str).collect();
        let mut expected = vec![
            "id",
            "Code",
            "Ccy",
            "CcyNm_RU",
            "CcyNm_UZ",
            "CcyNm_UZC",
            "CcyNm_EN",
            "Nominal",
            "Rate",
            "Diff",
            "Date",
        ];
        expected.sort_unstable();
        let mut sorted = names;
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
        assert!(row.iter().all(|(name, value)| name == "id" || value.is_string()));
        assert!(row["id"].is_u64());
        assert_eq!(
            (&row["Ccy"], &row["Code"], &row["Nominal"], &row["Date"]),
            (&json!("USD"), &json!("840"), &json!("1"), &json!("30.09.2026"))
        );
    }

    #[test]
    fn rates_of_a_day_never_change_and_differ_by_what_they_say() {
        let (day, before) = (Day::new(2026, 9, 30).unwrap(), Day::new(2026, 9, 29).unwrap());
        let read = |day, name: &str| -> Vec<i64> {
            let rows = serde_json::to_value(rows(ALL, Some(day))).unwrap();
            let tiyin = |row: &Value| row[name].as_str().unwrap().replace('.', "").parse().unwrap();
            rows.as_array().unwrap().iter().map(tiyin).collect()
        };
        assert_eq!(read(day, "Rate"), read(day, "Rate"));
        let (today, yesterday, diff) = (read(day, "Rate"), read(before, "Rate"), read(day, "Diff"));
        assert!(today.iter().all(|rate| *rate > 0));
        for ((rate, before), diff) in today.iter().zip(yesterday).zip(diff) {
            assert_eq!(*rate, before + diff);
        }
        assert!(rows(ALL, None).is_empty() && rows("XXX", Some(day)).is_empty());
    }
}
