//! The review of a payment, and its confirmation.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use edge::{Fields, Query, Reply};
use kernel::{AccountId, Code, Error, OperationId, Refusal, Result};
use maud::{Markup, Render, html};
use payments::{AccountView, Confirm, ConfirmationReason, Payee, Quote, QuotePayee};
use ui::{Button, KeyValue, amount, card, empty_state, form_actions, format, key_values_strong};

use super::{QUOTE, TYPED, confirm, unsealed};
use crate::Web;
use crate::input;
use crate::pages::common::{account_tail, account_title};
use crate::pages::moving;
use crate::shell::{FORM, Page, Tab};
use crate::view::{SignedIn, View, see_other};
use crate::words::{Words, t};

/// What the log says of a payment that broke on its way.
const UNKNOWN: &str = "how a payment ended is not known";

/// How a payment stands that somebody wants to look at or to send.
pub(super) enum Stands {
    /// It can be sent.
    Open(Box<Quote>),
    /// Its time is over, and it is not known yet whether it was sent in time. Whoever sends it now
    /// finds out: it is either carried out already, or refused.
    Closing(Box<Quote>),
    /// It was refused, and would be refused again: a new one is to be made.
    Refused(Box<Quote>, Code),
    /// It was carried out.
    Paid(OperationId),
    /// It cannot be sent any more, and was not.
    Gone(Code),
}

pub(super) async fn show(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let typed = Typed::of(&web, &view, &query);
    Ok(match stands(&web, &view, query.text("quote")).await? {
        Stands::Paid(operation) => moving::done(&web, &format!("/operations/{operation}"))?,
        Stands::Gone(code) => gone(&view, code, &typed.back).respond(&view),
        Stands::Open(quote) => review(&web, &view, &quote, &typed, None).await?.respond(&view),
        Stands::Closing(quote) => {
            refused(&web, &view, &quote, &typed, Code::OutcomeUnknown).await?
        }
        Stands::Refused(quote, code) => refused(&web, &view, &quote, &typed, code).await?,
    })
}

/// Sends it. A second tap and a second tab confirm the same quote under the same key: they find it
/// carried out and show the same receipt.
pub(super) async fn send(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Query(query): Query,
) -> Reply<Response> {
    let typed = Typed::of(&web, &view, &query);
    let token = query.text("quote");
    let quote = match stands(&web, &view, token).await? {
        Stands::Open(quote) | Stands::Closing(quote) => quote,
        Stands::Refused(quote, code) => {
            return Ok(refused(&web, &view, &quote, &typed, code).await?);
        }
        other => return Ok(over(&web, &view, &other, &typed)?),
    };
    if !quote.sufficient {
        // Not tried, because a key keeps its answer, and the money may still come.
        let page = review(&web, &view, &quote, &typed, None).await?;
        return Ok(page.refused(Code::InsufficientFunds).respond(&view));
    }
    if quote.confirmation.is_some() {
        return ask(&web, &view, &query, (&quote, &typed)).await;
    }
    let confirm = Confirm { key: quote.key(), quote: token.to_owned(), confirmation: None };
    match carry_out(&web, &view, confirm, &typed).await? {
        Ok(response) => Ok(response),
        // What was enough at the preview is not any more: the device, or the sum of small payments.
        Err(_) => ask(&web, &view, &query, (&quote, &typed)).await,
    }
}

/// On to the proof of the payment, or why none is asked for just now.
async fn ask(
    web: &Web,
    view: &View,
    query: &Fields,
    (quote, typed): (&Quote, &Typed),
) -> Reply<Response> {
    match confirm::ask(web, view, query).await {
        Ok(response) => Ok(response),
        Err(Error::Refused(refusal)) => {
            let page = review(web, view, quote, typed, Some(&refusal)).await?;
            Ok(page.refused(refusal.code).respond(view))
        }
        Err(error) => Err(error.into()),
    }
}

/// Sends a payment. `Err` when it has to be proven first, and was not, or not this one.
pub(super) async fn carry_out(
    web: &Web,
    view: &View,
    confirm: Confirm,
    typed: &Typed,
) -> Reply<std::result::Result<Response, Refusal>> {
    let token = confirm.quote.clone();
    let sent = web.payments().confirm(&view.ctx, confirm).await;
    Ok(Ok(match sent {
        Ok(receipt) => moving::done(web, &moving::receipt_of(receipt.id))?,
        Err(Error::Refused(refusal)) if refusal.code == Code::StepUpRequired => {
            return Ok(Err(refusal));
        }
        Err(Error::Refused(refusal)) => not_sent(web, view, &token, typed, refusal).await?,
        Err(Error::Broken(broken)) => {
            // It broke on the way, and nobody knows how far it came.
            moving::incident(view, &broken, UNKNOWN);
            not_sent(web, view, &token, typed, Refusal::new(Code::OutcomeUnknown)).await?
        }
    }))
}

/// The answer to a confirmation that was refused: how the payment stands now. When that cannot be
/// seen, the refusal stays the last that is known of the money, and nothing milder may be said.
async fn not_sent(
    web: &Web,
    view: &View,
    token: &str,
    typed: &Typed,
    refusal: Refusal,
) -> Reply<Response> {
    let page = async {
        match stands(web, view, token).await? {
            Stands::Open(quote) | Stands::Closing(quote) | Stands::Refused(quote, _) => {
                let page = review(web, view, &quote, typed, Some(&refusal)).await?;
                Ok(page.refused(refusal.code).respond(view))
            }
            other => over(web, view, &other, typed),
        }
    };
    match page.await {
        Ok(response) => Ok(response),
        Err(error) => {
            if let Error::Broken(broken) = &error {
                moving::incident(view, broken, UNKNOWN);
            }
            Err(refusal.into())
        }
    }
}

/// The review of a payment that was refused, or that nobody can tell of yet.
async fn refused(
    web: &Web,
    view: &View,
    quote: &Quote,
    typed: &Typed,
    code: Code,
) -> Result<Response> {
    let refusal = Refusal::new(code);
    Ok(review(web, view, quote, typed, Some(&refusal)).await?.refused(code).respond(view))
}

/// How a payment stands.
pub(super) async fn stands(web: &Web, view: &View, token: &str) -> Result<Stands> {
    let seen = match web.payments().quoted(&view.ctx, token).await {
        Ok(seen) => seen,
        Err(error) if error.code() == Some(Code::QuoteNotFound) => {
            return Ok(Stands::Gone(Code::QuoteNotFound));
        }
        Err(error) => return Err(error),
    };
    Ok(match seen.paid {
        Some(operation) => Stands::Paid(operation),
        None => match seen.refused {
            Some(code) => Stands::Refused(Box::new(seen.quote), code),
            None if seen.expired => Stands::Gone(Code::QuoteExpired),
            None if seen.closing => Stands::Closing(Box::new(seen.quote)),
            None => Stands::Open(Box::new(seen.quote)),
        },
    })
}

/// The answer to a confirmation that comes after the end.
fn over(web: &Web, view: &View, stands: &Stands, typed: &Typed) -> Result<Response> {
    Ok(match stands {
        Stands::Paid(operation) => moving::done(web, &moving::receipt_of(*operation))?,
        Stands::Gone(code) => gone(view, *code, &typed.back).respond(view),
        Stands::Open(_) | Stands::Closing(_) | Stands::Refused(..) => see_other(&typed.back),
    })
}

/// What was typed into the form, as far as the address still has it, and the way back to it.
pub(super) struct Typed {
    fields: Fields,
    back: String,
}

impl Typed {
    /// That of an address.
    pub fn of(web: &Web, view: &View, query: &Fields) -> Self {
        let sealed = query.text(TYPED);
        let fields = unsealed(web, view, sealed).unwrap_or_default();
        Self { fields, back: back(sealed) }
    }
}

/// The form as it was filled in.
fn back(typed: &str) -> String {
    let sealed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if typed.is_empty() || !typed.bytes().all(sealed) {
        return "/pay".to_owned();
    }
    format!("/pay?{TYPED}={typed}")
}

/// What cannot be sent any more: nothing was taken, and how to begin again.
fn gone(view: &View, code: Code, back: &str) -> Page {
    let words = view.words;
    let again = Button::primary(&t!(words, "pay-start-again")).href(back).render();
    let title = t!(words, "pay-review-refused");
    let text = words.refusal(&Refusal::new(code));
    let page = Page::new(t!(words, "pay-review-title"))
        .tab(Tab::Pay)
        .back(back)
        .main(empty_state("clock", &title, &text, &again))
        .refused(code);
    // Nothing is wrong with the form of the request: what it names is not here, or not theirs.
    if code == Code::QuoteNotFound { page.status(StatusCode::NOT_FOUND) } else { page }
}

/// What a payment is: how much, to whom, from where.
pub(super) async fn shown(web: &Web, view: &View, quote: &Quote, typed: &Typed) -> Result<Markup> {
    let accounts = web.payments().accounts(&view.ctx).await?;
    let sides = Sides::of(view.words, quote, &accounts, &typed.fields)?;
    Ok(lines(view, quote, &sides))
}

async fn review(
    web: &Web,
    view: &View,
    quote: &Quote,
    typed: &Typed,
    refusal: Option<&Refusal>,
) -> Result<Page> {
    let back = typed.back.as_str();
    let lines = shown(web, view, quote, typed).await?;
    let main = html! {
        @if let Some(refusal) = refusal {
            (moving::notice(view, &t!(view.words, "pay-review-refused"), refusal))
        } @else if !quote.sufficient {
            (moving::short(view, quote.total, quote.from.available))
        }
        (card(&lines))
        (why_confirm(view, quote))
        form #(FORM) method="post" {
            (view.token())
            (form_actions(&actions(view, quote, back, refusal)))
        }
    };
    let page = Page::new(t!(view.words, "pay-review-title")).tab(Tab::Pay).back(back);
    Ok(page.with_form().main(main))
}

/// Who pays and who is paid, as the payer knows them.
struct Sides {
    from: String,
    to: String,
    /// By what the payer named the payee, and what that is called.
    named_by: Option<(String, String)>,
    /// Whether both are the payer's.
    is_own: bool,
}

impl Sides {
    fn of(words: Words, quote: &Quote, accounts: &[AccountView], typed: &Fields) -> Result<Self> {
        // The form that an address brings may be that of another quote.
        let typed = Some(typed).filter(|typed| typed.text(QUOTE) == quote.id.to_string());
        let called =
            |account| format!("{} {}", account_title(words, account), account_tail(account));
        let from = accounts.iter().find(|account| account.id == quote.from.account);
        let from = from.map(called).ok_or(Error::from(Code::AccountNotFound))?;
        if let Some(into) = typed.and_then(|typed| own_payee(accounts, typed)) {
            return Ok(Self { from, to: called(into), named_by: None, is_own: true });
        }
        let payee = &quote.payee;
        let to = format!("{} {}", payee.masked_name, format::tail(&payee.account_tail));
        Ok(Self { from, to, named_by: named_by(words, payee, typed), is_own: false })
    }
}

/// The own account that is paid.
fn own_payee<'a>(accounts: &'a [AccountView], typed: &Fields) -> Option<&'a AccountView> {
    let into = typed.text("into").parse::<AccountId>().ok();
    let number = match input::payee(typed.text("to"), "to") {
        Ok(Payee::Number(number)) => Some(number),
        _ => None,
    };
    accounts.iter().find(|account| Some(account.id) == into || Some(account.number) == number)
}

/// The phone or the account number that the payer typed, in full, so that they can compare it.
/// Only the end of a phone where the form did not come along.
fn named_by(words: Words, payee: &QuotePayee, typed: Option<&Fields>) -> Option<(String, String)> {
    let phone = |phone| (t!(words, "pay-review-phone"), phone);
    match typed.and_then(|typed| input::payee(typed.text("to"), "to").ok()) {
        Some(Payee::Phone(whole)) => Some(phone(format::phone(whole.expose()))),
        Some(Payee::Number(number)) => {
            let number = format::account_number(&number.to_string());
            Some((t!(words, "account-number"), number))
        }
        _ => payee.phone_masked.as_ref().map(|masked| phone(format::phone(masked))),
    }
}

/// What would happen, line by line, the total last.
fn lines(view: &View, quote: &Quote, sides: &Sides) -> Markup {
    let words = view.words;
    let lang = view.lang();
    let free = html! { span.amount.pos { (t!(words, "pay-review-free")) } };
    let fee = if quote.fee.minor == 0 { free } else { amount(lang, quote.fee) };
    let keys = [
        t!(words, "pay-payee"),
        t!(words, "pay-into"),
        t!(words, "pay-from"),
        t!(words, "pay-note"),
        t!(words, "pay-review-arrival"),
        t!(words, "pay-amount"),
        t!(words, "pay-review-fee"),
        t!(words, "pay-review-total"),
        t!(words, "pay-review-vat"),
    ];
    let [payee, into, payer, note, arrival, sum, fee_key, total, vat] = &keys;
    let mut lines = if sides.is_own {
        vec![KeyValue::text(payer, &sides.from), KeyValue::text(into, &sides.to)]
    } else {
        let named_by = sides.named_by.as_ref().map(|(key, text)| KeyValue::text(key, text));
        let mut lines = vec![KeyValue::text(payee, &sides.to)];
        lines.extend(named_by);
        lines.push(KeyValue::text(payer, &sides.from));
        lines
    };
    lines.extend(quote.note.as_deref().map(|text| KeyValue::text(note, text)));
    lines.push(KeyValue::text(arrival, &t!(words, "pay-review-at-once")));
    lines.push(KeyValue::markup(sum, amount(lang, quote.amount)));
    // That one's own money moves free goes without saying.
    if !sides.is_own || quote.fee.minor != 0 {
        lines.push(KeyValue::markup(fee_key, fee));
        if quote.vat.minor != 0 {
            lines.push(KeyValue::markup(vat, amount(lang, quote.vat)));
        }
        lines.push(KeyValue::markup(total, amount(lang, quote.total)));
    }
    key_values_strong(&lines)
}

/// The buttons.
fn actions(view: &View, quote: &Quote, back: &str, refusal: Option<&Refusal>) -> Markup {
    let words = view.words;
    let send = if quote.confirmation.is_some() {
        t!(words, "pay-review-confirm")
    } else {
        t!(words, "pay-review-send", amount = format::money(view.lang(), quote.amount))
    };
    moving::actions(view, (&send, quote.sufficient), back, refusal)
}

/// Why the payment has to be confirmed.
fn why_confirm(view: &View, quote: &Quote) -> Markup {
    let words = view.words;
    let why = match quote.confirmation {
        Some(ConfirmationReason::NewPayee) => {
            t!(words, "pay-review-confirm-new", name = quote.payee.masked_name.as_str())
        }
        Some(ConfirmationReason::Amount | ConfirmationReason::Sum) => {
            t!(words, "pay-review-confirm-amount")
        }
        None => return html! {},
    };
    html! { p.hint { (why) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_the_form_only() {
        assert_eq!(back("aZ0-_"), "/pay?form=aZ0-_");
        for odd in ["", "a&to=1", "a b", "//x", "a%20"] {
            assert_eq!(back(odd), "/pay", "{odd}");
        }
    }
}
