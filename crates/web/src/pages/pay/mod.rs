//! Paying somebody: form, review, confirmation.

mod confirm;
mod form;
mod review;

use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use edge::{Fields, Query, Reply, Shown};
use kernel::{AccountId, Code, Error, KeyUse, Refusal, Result};
use maud::{Markup, html};
use payments::{AccountView, Payee, Preview, Quote};

use super::common::{Problem, operation_id, own_accounts};
use super::moving::{chosen, keep};
use crate::Web;
use crate::draft::Draft;
use crate::input;
use crate::view::{SignedIn, View, see_other};
use crate::words::{Words, t};
use form::Form;

/// The field of an address that holds, sealed, what was typed into the form.
const TYPED: &str = "form";
/// The field of a sealed form that says of which quote it is.
const QUOTE: &str = "quote";
/// Longer than a sealed form can be: with a note of 140 characters it has about 1,200. The address
/// of a review carries it beside the quote, and the two have to fit into it.
const SEALED_MAX_BYTES: usize = 2_048;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/pay", get(show).post(submit))
        .route("/pay/payee", post(payee))
        .route("/pay/review", get(review::show).post(review::send))
        .route("/pay/confirm", get(confirm::show).post(confirm::answer))
        .route("/pay/confirm/code", get(confirm::back).post(confirm::send))
        .route("/pay/confirm/options", post(confirm::options))
}

async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
    Draft(draft): Draft,
) -> Reply<Response> {
    let fields = if draft.iter().next().is_some() {
        draft
    } else {
        unsealed(&web, &view, query.text(TYPED)).unwrap_or(query)
    };
    let form = Form::load(&web, &view, fields).await?;
    Ok(form.page(&view, &Problem::default()).respond(&view))
}

async fn submit(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    match quote(&web, &view, &fields).await {
        Ok(quote) => {
            let typed = sealed(&web, &view, &fields, &quote)?;
            let review = format!("/pay/review?quote={}&{TYPED}={typed}", quote.token);
            Ok(keep(&web, &view, &fields, see_other(&review)))
        }
        Err(Error::Refused(refusal)) => {
            let refusal = at_its_field(view.words, refusal);
            let problem = Problem::of(view.lang(), &refusal);
            let form = Form::load(&web, &view, fields).await?;
            Ok(form.page(&view, &problem).refused(refusal.code).respond(&view))
        }
        Err(error) => Err(error.into()),
    }
}

/// What a form would do and cost.
async fn quote(web: &Web, view: &View, fields: &Fields) -> Result<Quote> {
    let named = [fields.text("from"), fields.text("into")];
    let accounts = own_accounts(web, view, &named).await?;
    let from = chosen(&accounts, fields, "from")?;
    let to = whom(&accounts, fields)?;
    let amount = input::amount(fields.text("amount"), from.asset, "amount")?;
    let note = fields.filled("note").map(str::to_owned);
    web.payments().preview(&view.ctx, Preview { from: from.id, to, amount, note }).await
}

/// Whom a form pays: an own account, somebody who was paid before, or who stands in the box.
fn whom(accounts: &[AccountView], fields: &Fields) -> Result<Payee> {
    if fields.has("own") {
        return chosen(accounts, fields, "into").map(|account| Payee::Number(account.number));
    }
    match fields.filled("again") {
        Some(again) => operation_id(again).map(Payee::Again),
        None => input::payee(fields.text("to"), "to"),
    }
}

/// A refusal at the field that it is about.
fn at_its_field(words: Words, refusal: Refusal) -> Refusal {
    let field = match refusal.code {
        Code::PayeeNotFound | Code::SameAccount | Code::CurrencyMismatch => "to",
        Code::AmountMalformed
        | Code::AmountNotPositive
        | Code::AmountTooPrecise
        | Code::AmountTooLarge => "amount",
        Code::AccountNotFound | Code::AccountFrozen | Code::AccountClosed => "from",
        // The sentence names the field; people know it by its label.
        Code::FieldInvalid if refusal.field == Some("note") => {
            let label = t!(words, "pay-note");
            return Refusal::new(refusal.code).field("note").value("field", label);
        }
        _ => return refusal,
    };
    if refusal.field.is_some() { refusal } else { refusal.field(field) }
}

/// The name of whoever is being typed into the box. It is looked up only for a whole phone or a
/// whole account number.
async fn payee(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    fields: Fields,
) -> Reply<Response> {
    let to = input::payee(fields.text("to"), "to");
    let from = fields.text("from").parse::<AccountId>();
    let (Ok(to), Ok(from)) = (to, from) else { return Ok(fragment(&html! {})) };
    match web.payments().payee(&view.ctx, from, &to).await {
        Ok(payee) => Ok(fragment(&form::found(&view, &payee))),
        Err(Error::Refused(refusal)) => {
            let mut response = fragment(&form::not_found(&view, &refusal));
            response.extensions_mut().insert(Shown(refusal.code));
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// A part of a page.
fn fragment(markup: &Markup) -> Response {
    Html(markup.0.clone()).into_response()
}

/// What was typed, for the way back from the review. The address shows nothing of it: addresses
/// stand in histories and logs.
fn sealed(web: &Web, view: &View, fields: &Fields, quote: &Quote) -> Result<String> {
    // Not as a browser writes it: that takes three bytes for each one of a letter beyond ASCII.
    let plain = serde_json::to_vec(&kept(fields, quote))
        .map_err(|error| Error::broken("writing down a form", error))?;
    Ok(web.keys().seal(KeyUse::Form, &context(view)?, &plain))
}

/// What is kept of a form between the form and its review: whom it pays, from which account, and
/// the rest as the bank understood it, and which quote came of it.
fn kept<'a>(fields: &'a Fields, quote: &Quote) -> Vec<(&'a str, String)> {
    let mut kept = match (fields.has("own"), fields.filled("again")) {
        (true, _) => vec![("own", "1".to_owned()), ("into", fields.text("into").to_owned())],
        (false, Some(again)) => vec![("again", again.to_owned())],
        (false, None) => vec![("to", fields.text("to").to_owned())],
    };
    kept.push(("from", fields.text("from").to_owned()));
    kept.push(("amount", quote.amount.decimal()));
    kept.extend(quote.note.clone().map(|note| ("note", note)));
    kept.push((QUOTE, quote.id.to_string()));
    kept
}

fn unsealed(web: &Web, view: &View, text: &str) -> Option<Fields> {
    if text.is_empty() || text.len() > SEALED_MAX_BYTES {
        return None;
    }
    let plain = web.keys().unseal(KeyUse::Form, &context(view).ok()?, text)?;
    let kept: Vec<(String, String)> = serde_json::from_slice(plain.expose()).ok()?;
    Some(
        kept.into_iter().fold(Fields::default(), |fields, (name, value)| fields.with(&name, value)),
    )
}

/// A sealed form is its customer's, and nothing else that is sealed is a form.
fn context(view: &View) -> Result<Vec<u8>> {
    Ok([b"pay ", view.ctx.customer()?.uuid().as_bytes().as_slice()].concat())
}

#[cfg(test)]
mod tests {
    use kernel::Lang;

    use super::*;

    fn fields(text: &str) -> Fields {
        Fields::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_form_names_one_payee() {
        let again = "op_019aaf5e7d3c7a2f9c1b5e4d3c2b1a00";
        assert!(matches!(whom(&[], &fields("to=90+123+45+67")), Ok(Payee::Phone(_))));
        assert!(matches!(whom(&[], &fields(&format!("again={again}&to="))), Ok(Payee::Again(_))));
        for (text, code) in [
            ("", Code::PhoneMalformed),
            ("again=op_1", Code::NotFound),
            ("own=1", Code::AccountNotFound),
            ("own=1&into=acc_019aaf5e7d3c7a2f9c1b5e4d3c2b1a00", Code::AccountNotFound),
        ] {
            assert_eq!(whom(&[], &fields(text)).unwrap_err().code(), Some(code), "{text}");
        }
    }

    #[test]
    fn refusals_stand_at_their_fields() {
        let at = |refusal| at_its_field(Words::of(Lang::Uz), refusal);
        assert_eq!(at(Refusal::new(Code::PayeeNotFound)).field, Some("to"));
        assert_eq!(at(Refusal::new(Code::AccountFrozen)).field, Some("from"));
        assert_eq!(at(Refusal::new(Code::AccountNotFound).field("into")).field, Some("into"));
        assert_eq!(at(Refusal::new(Code::TooManyRequests)).field, None);
        let note = at(Refusal::new(Code::FieldInvalid).field("note").value("field", "note"));
        assert_eq!(note.sentence(Lang::Uz), "«Izoh» maydoni notoʻgʻri toʻldirilgan.");
    }
}
