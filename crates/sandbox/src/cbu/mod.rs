//! The exchange rates that the Central Bank publishes (cbu.uz), as anybody may fetch them.
//!
//! The shape is that of the public service: an array of objects in which every value but `id` is a
//! text, days are `DD.MM.YYYY`, and a day without a publication is an empty array. Rates are
//! published on working days. The figures are made up, but move as real ones do: they follow from
//! the day alone, so that every start of the sandbox tells the same history.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::Json;
use kernel::Day;
use serde_json::{Value, json};

use crate::Sandbox;
use crate::faults::Operation;

const NAME: &str = "cbu";
pub(crate) const RATES: Operation = Operation::new(NAME, "rates");
/// Everything a fault can be armed for.
pub(crate) const OPERATIONS: &[Operation] = &[RATES];

/// How many days back the service looks for the last publication: holidays are shorter.
const LOOK_BACK_DAYS: u8 = 14;

struct Currency {
    id: u32,
    numeric: &'static str,
    letters: &'static str,
    names: [&'static str; 4],
    nominal: u32,
    /// Around which it moves, in tiyin for the nominal.
    around: i64,
}

/// Of about 74 that the real service lists.
const CURRENCIES: [Currency; 4] = [
    Currency {
        id: 69,
        numeric: "840",
        letters: "USD",
        names: ["Доллар США", "AQSH dollari", "АҚШ доллари", "US Dollar"],
        nominal: 1,
        around: 1_182_118,
    },
    Currency {
        id: 21,
        numeric: "978",
        letters: "EUR",
        names: ["Евро", "EVRO", "EВРО", "Euro"],
        nominal: 1,
        around: 1_386_450,
    },
    Currency {
        id: 57,
        numeric: "643",
        letters: "RUB",
        names: ["Российский рубль", "Rossiya rubli", "Россия рубли", "Russian Ruble"],
        nominal: 1,
        around: 14_520,
    },
    Currency {
        id: 33,
        numeric: "392",
        letters: "JPY",
        names: ["Японская иена", "Yaponiya iyenasi", "Япония иенаси", "Japan Yen"],
        nominal: 10,
        around: 77_530,
    },
];

pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/{lang}/arkhiv-kursov-valyut/json/", get(latest))
        .route("/{lang}/arkhiv-kursov-valyut/json/{currency}/", get(latest_of))
        .route("/{lang}/arkhiv-kursov-valyut/json/{currency}/{day}/", get(of_day))
}

async fn latest(State(sandbox): State<Sandbox>, Path(lang): Path<String>) -> Response {
    answer(&sandbox, &lang, None, None).await
}

async fn latest_of(
    State(sandbox): State<Sandbox>,
    Path((lang, currency)): Path<(String, String)>,
) -> Response {
    answer(&sandbox, &lang, Some(&currency), None).await
}

async fn of_day(
    State(sandbox): State<Sandbox>,
    Path((lang, currency, day)): Path<(String, String, String)>,
) -> Response {
    let Ok(day) = day.parse::<Day>() else { return StatusCode::NOT_FOUND.into_response() };
    answer(&sandbox, &lang, Some(&currency), Some(day)).await
}

async fn answer(
    sandbox: &Sandbox,
    lang: &str,
    currency: Option<&str>,
    day: Option<Day>,
) -> Response {
    if !["ru", "uz", "oz", "en"].contains(&lang) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let today = sandbox.now().day();
    let wanted = currency.filter(|c| *c != "all").map(str::to_ascii_uppercase);
    let day = match day {
        Some(day) => (day <= today && is_published(day)).then_some(day),
        None => (0..=LOOK_BACK_DAYS).map(|n| today.days_before(n)).find(|d| is_published(*d)),
    };
    let list: Vec<Value> = match day {
        None => Vec::new(),
        Some(day) => CURRENCIES
            .iter()
            .filter(|c| wanted.as_deref().is_none_or(|wanted| wanted == c.letters))
            .map(|c| entry(c, day))
            .collect(),
    };
    sandbox.perform(RATES, || Json(&list).into_response()).await
}

/// Whether rates are published for a day: from Monday to Friday.
fn is_published(day: Day) -> bool {
    day.days_since(day.week_start()) < 5
}

fn entry(currency: &Currency, day: Day) -> Value {
    let rate = rate(currency, day);
    let before = (1..=LOOK_BACK_DAYS).map(|n| day.days_before(n)).find(|d| is_published(*d));
    let diff = before.map_or(0, |before| rate.saturating_sub(self::rate(currency, before)));
    let [ru, uz, uzc, en] = currency.names;
    json!({
        "id": currency.id,
        "Code": currency.numeric,
        "Ccy": currency.letters,
        "CcyNm_RU": ru,
        "CcyNm_UZ": uz,
        "CcyNm_UZC": uzc,
        "CcyNm_EN": en,
        "Nominal": currency.nominal.to_string(),
        "Rate": decimal(rate),
        "Diff": decimal(diff),
        "Date": format!("{:02}.{:02}.{:04}", day.date().day(), u8::from(day.date().month()), day.date().year()),
    })
}

/// In tiyin for the nominal: up to half a per cent around its mean, by two slow waves and a quick one
/// of whole days.
fn rate(currency: &Currency, day: Day) -> i64 {
    let n = day.days_since(Day::EPOCH);
    // A triangle of so many days, from -1,000 to 1,000.
    let wave = |days: i64| {
        let at = n.rem_euclid(days).saturating_mul(4_000) / days;
        if at <= 2_000 { at - 1_000 } else { 3_000 - at }
    };
    let swing = wave(181).saturating_mul(3) + wave(47) + wave(7).saturating_mul(currency.around % 3) / 4;
    currency.around.saturating_add(currency.around.saturating_mul(swing) / 1_000_000)
}

fn decimal(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let minor = minor.unsigned_abs();
    format!("{sign}{}.{:02}", minor / 100, minor % 100)
}
