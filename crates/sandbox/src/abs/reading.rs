//! The business date, balances, and the statement.

use axum::body::Bytes;
use axum::extract::{Query, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kernel::Day;
use serde::Deserialize;
use serde_json::{Value, json};

use super::books::{Entry, Record};
use super::{BALANCES, BUSINESS_DATE, CLOSE_DAY, STATEMENT, State, answer, no, read, yes};
use crate::Sandbox;

const PAGE: usize = 200;
const MAX_DAYS: i64 = 31;

pub(super) async fn business_date(
    Extract(sandbox): Extract<Sandbox>,
    headers: HeaderMap,
) -> Response {
    let day = |state: &mut State| yes(&json!({ "day": state.books.date() }));
    answer(&sandbox, BUSINESS_DATE, &headers, day).await
}

#[derive(Deserialize)]
struct Closing {
    day: Day,
}

pub(super) async fn close_day(
    Extract(sandbox): Extract<Sandbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&sandbox, CLOSE_DAY, &headers, |state| match read::<Closing>(&body) {
        Ok(Closing { day }) if day > state.books.date() => {
            no(StatusCode::CONFLICT, "not_the_business_date")
        }
        Ok(Closing { day }) => {
            if day == state.books.date() {
                state.record(Record::Date(day.days_after(1)));
            }
            yes(&json!({ "day": state.books.date() }))
        }
        Err(refusal) => *refusal,
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct OfDay {
    day: Day,
    after: Option<String>,
}

pub(super) async fn balances(
    Extract(sandbox): Extract<Sandbox>,
    headers: HeaderMap,
    Query(asked): Query<OfDay>,
) -> Response {
    answer(&sandbox, BALANCES, &headers, |state| balances_of(state, &asked)).await
}

fn balances_of(state: &State, asked: &OfDay) -> Response {
    let name = |(account, currency): &(String, String)| format!("{account}/{currency}");
    let all = state.books.balances(asked.day);
    let mut rest = all.iter().filter(|(of, _)| asked.after.as_ref().is_none_or(|a| name(of) > *a));
    let mut last = None;
    let mut balances = Vec::new();
    for (of, turnover) in rest.by_ref().take(PAGE) {
        let (account, currency) = of;
        last = Some(name(of));
        balances.push(json!({
            "account": account, "currency": currency, "opening_minor": turnover.opening,
            "debits_minor": turnover.debits, "credits_minor": turnover.credits,
            "closing_minor": turnover.closing(),
        }));
    }
    let next = last.filter(|_| rest.next().is_some());
    yes(&with_next(json!({ "day": asked.day, "balances": balances }), next))
}

#[derive(Deserialize)]
pub(super) struct OfDays {
    from: Day,
    to: Day,
    account: Option<String>,
    after: Option<String>,
}

pub(super) async fn statement(
    Extract(sandbox): Extract<Sandbox>,
    headers: HeaderMap,
    Query(asked): Query<OfDays>,
) -> Response {
    answer(&sandbox, STATEMENT, &headers, |state| statement_of(state, &asked)).await
}

fn statement_of(state: &State, asked: &OfDays) -> Response {
    let days = asked.to.days_since(asked.from);
    if !(0..MAX_DAYS).contains(&days) {
        return no(StatusCode::UNPROCESSABLE_ENTITY, "days_malformed");
    }
    let after = match asked.after.as_deref().map(place) {
        Some(None) => return no(StatusCode::UNPROCESSABLE_ENTITY, "after_malformed"),
        Some(after) => after,
        None => None,
    };
    let account = asked.account.as_deref();
    let mut rest = state.books.statement((asked.from, asked.to), account, after);
    let page: Vec<&Entry> = rest.by_ref().take(PAGE).collect();
    let last = page.last().map(|entry| format!("{}:{}", entry.number, entry.document));
    let next = last.filter(|_| rest.next().is_some());
    let entries: Vec<Value> = page.into_iter().map(shown).collect();
    let mut body = json!({ "entries": entries });
    if let (Some(account), Some(fields)) = (account, body.as_object_mut()) {
        let turnover = state.books.turnover(account, (asked.from, asked.to));
        fields.insert("opening_minor".to_owned(), json!(turnover.opening));
        fields.insert("closing_minor".to_owned(), json!(turnover.closing()));
    }
    yes(&with_next(body, next))
}

/// Where a page of a statement begins.
fn place(after: &str) -> Option<(String, u64)> {
    let (number, document) = after.split_once(':')?;
    Some((document.to_owned(), number.parse().ok()?))
}

fn shown(entry: &Entry) -> Value {
    json!({
        "number": entry.number.to_string(), "document": entry.document, "day": entry.day,
        "debit": entry.debit, "credit": entry.credit, "amount_minor": entry.amount_minor,
        "currency": entry.currency, "state": entry.state,
    })
}

fn with_next(mut body: Value, next: Option<String>) -> Value {
    if let (Some(next), Some(fields)) = (next, body.as_object_mut()) {
        fields.insert("next".to_owned(), json!(next));
    }
    body
}
