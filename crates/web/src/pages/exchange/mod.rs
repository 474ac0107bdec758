//! Exchange between own accounts: form, review, confirmation.

mod form;
mod review;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use edge::{Fields, Query, Reply};
use kernel::{Asset, Code, Error, Money, Refusal, Result};
use maud::{Markup, html};
use payments::{CentralRate, ExchangeQuote, PreviewExchange};
use ui::{KeyValue, format};

use super::common::{Problem, own_accounts};
use super::moving::{chosen, keep};
use crate::Web;
use crate::draft::Draft;
use crate::input;
use crate::view::{SignedIn, View, see_other};
use crate::words::t;
use form::Form;

/// Where an exchange begins.
pub(crate) const PATH: &str = "/exchange";
/// The field of an address that says in which currency the amount was named.
const IN: &str = "in";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/exchange", get(show).post(submit))
        .route("/exchange/review", get(review::show).post(review::confirm))
}

async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
    Draft(draft): Draft,
) -> Reply<Response> {
    let fields = if draft.iter().next().is_some() { draft } else { query };
    let form = Form::load(&web, &view, fields).await?;
    Ok(form.page(&view, &Problem::default()).respond(&view))
}

async fn submit(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    match quote(&web, &view, &fields).await {
        Ok((quote, named)) => {
            let review = format!("{PATH}/review?{IN}={}&quote={}", named.code(), quote.token);
            Ok(keep(&web, &view, &fields, see_other(&review)))
        }
        Err(Error::Refused(refusal)) => {
            let problem = Problem::of(view.lang(), &at_its_field(refusal.clone()));
            let form = Form::load(&web, &view, fields).await?;
            Ok(form.page(&view, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

/// What a form would come to, and the currency in which its amount is.
async fn quote(web: &Web, view: &View, fields: &Fields) -> Result<(ExchangeQuote, Asset)> {
    let named = [fields.text("from"), fields.text("into")];
    let accounts = own_accounts(web, view, &named).await?;
    let from = chosen(&accounts, fields, "from")?;
    let to = chosen(&accounts, fields, "into")?;
    let unknown = || Refusal::new(Code::CurrencyUnknown).field("asset");
    let named = Asset::from_code(fields.text("asset")).ok_or_else(unknown)?;
    let amount = input::amount(fields.text("amount"), named, "amount")?;
    let preview = PreviewExchange { from: from.id, to: to.id, amount };
    Ok((web.payments().preview_exchange(&view.ctx, preview).await?, named))
}

/// A refusal at the field that it is about.
fn at_its_field(refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::ExchangeTooSmall | Code::AmountTooLarge => refusal.field("amount"),
        _ => refusal,
    }
}

/// By what a currency is exchanged: the bank's rate, the Central Bank's, and what is between.
pub(super) fn rate_texts(view: &View, rate: Money, central: &CentralRate) -> [(String, String); 3] {
    let (words, lang) = (view.words, view.lang());
    let published = central.of_one();
    let apart = rate.minor.abs_diff(published.minor);
    let apart = Money::new(i64::try_from(apart).unwrap_or(i64::MAX), rate.asset);
    let day = format::day_month(lang, central.day);
    [
        (t!(words, "exchange-rate"), format::money(lang, rate)),
        (t!(words, "exchange-central", day = day), format::money(lang, published)),
        (t!(words, "exchange-apart"), format::money(lang, apart)),
    ]
}

/// The lines of what an exchange comes to: the rates, the fee, both sides.
pub(super) fn figures(
    view: &View,
    (given, taken): (Money, Money),
    (rate, central): (Money, &CentralRate),
    (fee, shown): (Money, impl Fn(Money) -> Markup),
) -> Vec<(String, Markup)> {
    let words = view.words;
    let free = html! { span.amount.pos { (t!(words, "pay-review-free")) } };
    let fee = if fee.minor == 0 { free } else { shown(fee) };
    let mut lines: Vec<(String, Markup)> = rate_texts(view, rate, central)
        .into_iter()
        .map(|(key, text)| (key, html! { (text) }))
        .collect();
    lines.push((t!(words, "pay-review-fee"), fee));
    lines.push((t!(words, "exchange-given"), shown(given)));
    lines.push((t!(words, "exchange-taken"), shown(taken)));
    lines
}

/// Lines as the components take them.
pub(super) fn key_values_of(lines: &[(String, Markup)]) -> Vec<KeyValue<'_>> {
    lines.iter().map(|(key, value)| KeyValue::markup(key, value.clone())).collect()
}

/// The form with what an exchange was made of, so that it can be changed or made anew.
fn form_address(quote: &ExchangeQuote, named: Option<Asset>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in typed(quote, named) {
        query.append_pair(name, &value);
    }
    format!("{PATH}?{}", query.finish())
}

/// The fields of the form that a quote was made of. In the currency that is given, where the
/// address does not say in which the amount was named.
fn typed(quote: &ExchangeQuote, named: Option<Asset>) -> [(&'static str, String); 4] {
    let named = if named == Some(quote.taken.asset) { quote.taken } else { quote.given };
    [
        ("from", quote.from.id.to_string()),
        ("into", quote.to.id.to_string()),
        ("asset", named.asset.code().to_owned()),
        ("amount", named.decimal()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_of_the_amount_stand_at_the_amount() {
        for (code, field) in [
            (Code::ExchangeTooSmall, Some("amount")),
            (Code::AmountTooLarge, Some("amount")),
            (Code::RateStale, None),
            (Code::LimitExceeded, None),
        ] {
            assert_eq!(at_its_field(Refusal::new(code)).field, field, "{code}");
        }
    }
}
